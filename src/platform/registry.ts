/** What leat.yml says of the schema registry: leat's own, or one that exists already. */
import { list, map, optional, part, type Report, text } from '../base/settings.ts'
import { httpDoor } from './http-doors.ts'
import { address, kafkaKey } from './listener-settings.ts'

export const registry = part(
  "The schema registry, with the HTTP API of Confluent's; schemas are in the topic _schemas.",
  {
    bind: address('Where to listen.', 'localhost:8081', { host: 'localhost', port: 8081 }),
    ...httpDoor,
    urls: optional(
      list(
        {
          about: 'A registry that exists already: leat then starts none of its own and asks there.',
          example: '[ http://registry.example:8081 ]',
        },
        text({ about: 'An address of that registry.', example: 'http://registry.example:8081' }),
      ),
    ),
    config: map(
      {
        about: "Confluent's own keys of a client, for that registry: TLS and login.",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
        example: '{ bearer.auth.token: "${env:REGISTRY_TOKEN}" }',
      },
      kafkaKey,
      (name) =>
        /^(basic\.auth|bearer\.auth|schema\.registry\.ssl)\./.test(name)
          ? undefined
          : `'${name}' is no key of a client of registries; write basic.auth.user.info, bearer.auth.token or one that begins with 'schema.registry.ssl.'.`,
    ),
  },
)

/** What is said of leat's own registry, and of one that takes its place. */
const ofTheDoor = ['bind', 'tls', 'auth', 'principalMappingRules', 'allowedHosts']

export function reportTwoRegistries(registry: unknown, report: Report): void {
  const given = Object.keys(Object(registry))
  const isElsewhere = given.includes('urls')
  const misplaced = isElsewhere ? ofTheDoor : ['config']
  for (const name of given.filter((one) => misplaced.includes(one))) {
    report({
      at: ['registry', name],
      isKey: true,
      says: isElsewhere
        ? `'${name}' belongs to leat's own registry, which 'urls' replaces; how leat gets into that one stands in 'config'.`
        : `'${name}' is for the way to a registry that 'urls' names; leat's own parts need none to its own registry.`,
    })
  }
}
