// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exposures } from './banner.ts'
import { parseConfig } from './config-file.ts'

const oidc = 'issuer: "https://login.example", clientId: leat'

const wrongFiles: [string, string, string][] = [
  [
    'an issuer that nobody is sent to',
    `console: { auth: [ basic ], oidc: { ${oidc} } }\n`,
    "leat.yml:1:29 'oidc' is a way to log in; write 'auth: [ login ]' beside it.",
  ],
  [
    "an issuer's secret that stands there for all to read",
    `console: { auth: [ login ], oidc: { ${oidc}, clientSecret: s3cret } }\n`,
    'leat.yml:1:100 \'clientSecret\' stands here for all to read; write "${env:OIDC_PASSWORD}" or "${file:./secrets/oidc}".',
  ],
  [
    'an issuer to which secrets would go in clear',
    'console: { auth: [ login ], oidc: { issuer: "http://login.example", clientId: leat } }\n',
    "leat.yml:1:45 'issuer' is 'http://login.example'; write an address with https, or one of this machine such as https://login.example/realms/plant.",
  ],
  [
    'scopes by which an issuer says nothing',
    `console: { auth: [ login ], oidc: { ${oidc}, scopes: [ profile ] } }\n`,
    "leat.yml:1:94 'scopes' is without openid, so that the issuer says nothing; write [ openid, profile ].",
  ],
  [
    'an address of the console with a path',
    'console: { url: "https://leat.example/console" }\n',
    "leat.yml:1:17 'url' is 'https://leat.example/console'; write an address without a path such as https://leat.example.",
  ],
  [
    'a login for users where there are none',
    'kafka: { enabled: false }\nconsole: { auth: [ login ] }\n',
    "leat.yml:2:18 login needs users, and without a Kafka there are none; leave 'auth' out.",
  ],
]

for (const [title, source, message] of wrongFiles) {
  test(`${title} is said with line, column and cure`, async () => {
    await assert.rejects(parseConfig(source, 'leat.yml', {}), { code: 'config-invalid', message })
  })
}

test('an issuer needs no Kafka, and one on this machine no TLS', async () => {
  const source = `kafka: { enabled: false }\nconsole: { auth: [ login ], oidc: { ${oidc} } }\n`
  const { console } = await parseConfig(source, 'leat.yml', {})
  assert.deepEqual(
    [console?.oidc?.user, console?.oidc?.passwords, console?.session],
    ['sub', true, { idleMinutes: 30, longestHours: 12 }],
  )
  const own =
    'console: { auth: [ login ], oidc: { issuer: "http://127.0.0.1:8180", clientId: leat } }\n'
  assert.ok(await parseConfig(own, 'leat.yml', {}))
})

test('a console that is open to other machines is spoken of, and one that asks for logins is not', async () => {
  const said = async (kafka: string, console: string) => {
    const source = `kafka: { listeners: [ { bind: "127.0.0.1:9092" ${kafka} } ] }\nconsole: { bind: "0.0.0.0:8080" ${console} }\n`
    return exposures(await parseConfig(source, 'leat.yml', {})).join('\n')
  }
  assert.match(await said('', ''), /^The console listens on 0\.0\.0\.0:8080 WITHOUT AUTHENTICATION/)
  assert.match(await said('', ', auth: [ login, anonymous ]'), /WITHOUT AUTHENTICATION/)
  for (const [kafka, console] of [
    [', auth: [ PLAIN ]', ''],
    ['', ', auth: [ login ]'],
  ] as const) {
    const lines = await said(kafka, console)
    assert.doesNotMatch(lines, /WITHOUT AUTHENTICATION/)
    assert.match(lines, /^The console listens on 0\.0\.0\.0:8080 WITHOUT TLS/)
  }
})
