/** What leat.yml says of a door for HTTP: who comes in, and whether it is encrypted. */
import { choice, list, optional, type Report, type Setting, scalar } from '../base/settings.ts'
import { tlsServerSetting } from '../base/tls/settings.ts'
import { httpWaysIn } from '../client/doors/index.ts'
import { principalRules } from './listener-settings.ts'

const auth = list(
  {
    about:
      'The ways in which clients say who they are; without it nobody is asked. A user is the same as at Kafka.',
    example: '[ basic ]',
  },
  choice({ about: 'A way in.', example: 'basic' }, httpWaysIn),
)

/** A whole domain has a dot inside: whoever wants one below `.com` buys one. */
const nameOfHost = /^(\.[\w-]+(\.[\w-]+)+|[\w-]+(\.[\w-]+)*)$/

export const hostNames = (about: string) =>
  list(
    { about, example: '[ leat.plant.example, .factory.example ]', fallback: [] },
    scalar(
      { about: 'A name; .NAME is all below it as well.', example: 'leat.plant.example' },
      'a name without a port, or .DOMAIN with all below it',
      (raw) => (nameOfHost.test(raw) ? raw : undefined),
    ),
  )

/** Beside `bind`, in each part that has such a door. */
export const httpDoor = {
  auth: optional(auth),
  // On one line in the template: named and left empty, it would be there.
  tls: optional(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is leat.yml's.
    onOneLine(tlsServerSetting, '{ keystore: ./server.p12, password: "${env:KEYSTORE_PASSWORD}" }'),
  ),
  principalMappingRules: principalRules,
  allowedHosts: hostNames(
    'Names by which browsers may come where nobody has to log in; addresses, localhost and what leat.yml advertises are known.',
  ),
}

/** A part that must not stand in the template without a value: there it is one line. */
export function onOneLine<Value>(
  { about, read }: Pick<Setting<Value>, 'about' | 'read'>,
  example: string,
): Setting<Value> {
  return { about, read, example }
}

const names = ['registry', 'connect', 'console'] as const

/** The parts that have such a door. */
export type HttpDoors = {
  readonly [Name in (typeof names)[number]]?:
    | { readonly auth?: readonly string[] | undefined; readonly oidc?: object | undefined }
    | undefined
}

/** Of the console's users, who need no Kafka then. */
function hasIssuer({ console }: HttpDoors): boolean {
  return console?.oidc !== undefined
}

/** A door that nobody can pass is a mistake. */
export function reportClosedHttpDoors(
  doors: HttpDoors,
  { hasUsers, hasKeys }: { readonly hasUsers: boolean; readonly hasKeys: boolean },
  report: Report,
): void {
  for (const name of names) {
    const { auth: given } = doors[name] ?? {}
    const at = [name, 'auth']
    if (given?.length === 0) {
      report({ at, says: "'auth' is empty, so that nobody can come in; write [ basic ]." })
    }
    const ofUsers = given?.find((way) => way === 'basic' || (way === 'login' && !hasIssuer(doors)))
    if (ofUsers !== undefined && !hasUsers) {
      const says = `${ofUsers} needs users, and without a Kafka there are none; leave 'auth' out.`
      report({ at, says })
    }
    if (given?.includes('bearer') && !hasKeys) {
      const cure = "write 'access: { tokens: { jwks: … } }'."
      report({ at, says: `bearer needs keys to check tokens with; ${cure}` })
    }
  }
}
