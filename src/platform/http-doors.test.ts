// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from './config-file.ts'

const wrongFiles: [string, string, string][] = [
  [
    'a door for HTTP that nobody can pass',
    'connect: { auth: [] }\n',
    "leat.yml:1:18 'auth' is empty, so that nobody can come in; write [ basic ].",
  ],
  [
    'a way in at a door for HTTP that there is not',
    'registry: { auth: [ digest ] }\n',
    "leat.yml:1:21 'auth' is 'digest'; write basic or bearer or certificate or anonymous such as basic.",
  ],
  [
    'a door for tokens that nobody can check',
    'registry: { auth: [ basic, bearer ] }\n',
    "leat.yml:1:19 bearer needs keys to check tokens with; write 'access: { tokens: { jwks: … } }'.",
  ],
  [
    'a door for users where there are none',
    'kafka: { enabled: false }\nconsole: { auth: [ basic ] }\n',
    "leat.yml:2:18 basic needs users, and without a Kafka there are none; leave 'auth' out.",
  ],
  [
    'a whole domain of strangers by which browsers may come',
    'registry: { allowedHosts: [ leat.example, .com ] }\n',
    "leat.yml:1:43 'allowedHosts' is '.com'; write a name without a port, or .DOMAIN with all below it such as leat.plant.example.",
  ],
  [
    'an address with its port by which browsers may come',
    'console: { allowedHosts: [ "leat.example:8080" ] }\n',
    "leat.yml:1:28 'allowedHosts' is 'leat.example:8080'; write a name without a port, or .DOMAIN with all below it such as leat.plant.example.",
  ],
  [
    'a place without failed logins that is none',
    'access: { failedLogins: { exempt: [ localhost, 10.0.0.0/33 ] } }\n',
    "leat.yml:1:48 'exempt' is '10.0.0.0/33'; write localhost, an address or a network as ADDRESS/BITS such as 10.0.0.0/8.",
  ],
  [
    'TLS of a registry that is elsewhere',
    'registry: { urls: [ "https://r:8081" ], auth: [ basic ] }\n',
    "leat.yml:1:41 'auth' belongs to leat's own registry, which 'urls' replaces; how leat gets into that one stands in 'config'.",
  ],
  [
    'a way to our own registry',
    'registry: { config: { basic.auth.credentials.source: URL } }\n',
    "leat.yml:1:13 'config' is for the way to a registry that 'urls' names; leat's own parts need none to its own registry.",
  ],
  [
    'a login at a registry that stands there for all to read',
    'registry: { urls: [ "https://r:8081" ], config: { basic.auth.user.info: "a:b" } }\n',
    'leat.yml:1:73 \'basic.auth.user.info\' stands here for all to read; write "${env:REGISTRY_PASSWORD}" or "${file:./secrets/registry}".',
  ],
  [
    'a key that no client of registries has',
    'registry: { urls: [ "https://r:8081" ], config: { basic.user: a } }\n',
    "leat.yml:1:51 'basic.user' is no key of a client of registries; write basic.auth.user.info, bearer.auth.token or one that begins with 'schema.registry.ssl.'.",
  ],
]

for (const [title, source, message] of wrongFiles) {
  test(`${title} is said with line, column and cure`, async () => {
    await assert.rejects(parseConfig(source, 'leat.yml', {}), { code: 'config-invalid', message })
  })
}
