/** A door at which clients have to say who they are, and who decides whether they do. */
import type { TestContext } from 'node:test'
import type { AclBinding } from '../../access/acl.ts'
import { Acls } from '../../access/acls.ts'
import { seededRandom } from '../../base/random.ts'
import { OAuthBearerServer } from '../../protocols/sasl/oauthbearer.ts'
import { credentialOf, saltPassword } from '../../protocols/sasl/scram/keys.ts'
import { scramMechanism } from '../../protocols/sasl/scram/mechanisms.ts'
import { ScramServer } from '../../protocols/sasl/scram/server.ts'
import type { Gatekeeper, Mechanism, WayIn } from '../entry.ts'
import { openDoor } from './doors.ts'

/** The users that a guarded door knows. */
const passwords: Readonly<Record<string, string>> = { alice: 'wonderland', bob: 'builder' }

export function allowed(name: string, operation: 'Read' | 'Write', user = 'alice'): AclBinding {
  return {
    ...{ resourceType: 'Topic', name, pattern: 'Prefixed', principal: `User:${user}` },
    ...{ host: '*', operation, permission: 'Allow' },
  }
}

export function gatekeeper(rules: readonly AclBinding[] | undefined): Gatekeeper & { acls: Acls } {
  const acls = new Acls({ superUsers: ['User:bob'], allowEveryoneIfNoAclFound: false })
  for (const rule of rules ?? []) acls.add(rule)
  return {
    acls,
    authorizer: rules === undefined ? undefined : acls,
    passwordIsRight: async (user, password) => passwords[user] === password,
    tokenLogin: checkToken,
    exchange: (mechanism) => Object.assign(serverOf(mechanism), { close() {} }),
  }
}

export const random = seededRandom(1)
const expiringMs = 1000

/** What stands for a token that a broker would believe: a name in the middle of it. */
export const tokenOf = (user: string) => `e30.${user}.c2ln`

async function checkToken(token: string) {
  const [, name = ''] = token.split('.')
  const expiresAtMs = name === 'fleeting' ? Date.now() + expiringMs : undefined
  if (name in passwords || name === 'fleeting') return { user: name, expiresAtMs }
  return { refused: 'nobody has signed it', status: 'invalid_token' as const }
}

function serverOf(mechanism: Mechanism) {
  const scram = scramMechanism(mechanism)
  if (scram === undefined) return new OAuthBearerServer(checkToken)
  const salting = { salt: Buffer.from('salt of a test'), iterations: 4096 }
  return new ScramServer(
    scram,
    async (user) => {
      const salted = await saltPassword(scram, passwords[user] ?? 'x', salting.salt, 4096)
      return { credential: credentialOf(scram, salted, salting), login: { user } }
    },
    random,
  )
}

interface Guarded {
  readonly rules?: readonly AclBinding[]
  readonly auth?: readonly WayIn[]
  readonly tokenUser?: 'same' | 'any'
}

export async function guardedDoor(
  t: TestContext,
  { rules, auth = ['password'], tokenUser = 'same' }: Guarded = {},
) {
  const keeper = gatekeeper(rules)
  const listeners = [{ host: '127.0.0.1', port: 0, auth, tokenUser }]
  return { ...(await openDoor(t, { gatekeeper: keeper, listeners })), acls: keeper.acls }
}
