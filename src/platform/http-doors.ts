/** What leat.yml says of a door for HTTP: who comes in, and whether it is encrypted. */
import { choice, list, optional, type Report, type Setting } from '../base/settings.ts'
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

/** Beside `bind`, in each part that has such a door. */
export const httpDoor = {
  auth: optional(auth),
  // On one line in the template: named and left empty, it would be there.
  tls: optional(onOneLine(tlsServerSetting, './server.p12', 'KEYSTORE_PASSWORD')),
  principalMappingRules: principalRules,
}

function onOneLine<Value>(
  { about, read }: Setting<Value>,
  keystore: string,
  variable: string,
): Setting<Value> {
  return { about, read, example: `{ keystore: ${keystore}, password: "\${env:${variable}}" }` }
}

const names = ['registry', 'connect', 'console'] as const

/** The parts that have such a door. */
export type HttpDoors = {
  readonly [Name in (typeof names)[number]]?:
    | { readonly auth?: readonly string[] | undefined }
    | undefined
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
    if (given?.includes('basic') && !hasUsers) {
      const says = "basic needs users, and without a Kafka there are none; leave 'auth' out."
      report({ at, says })
    }
    if (given?.includes('bearer') && !hasKeys) {
      const cure = "write 'access: { tokens: { jwks: … } }'."
      report({ at, says: `bearer needs keys to check tokens with; ${cure}` })
    }
  }
}
