/** Who a client says that it is, read from the first token of its login. */
import type { Login } from '../../protocols/sasl/exchange.ts'
import { bearerTokenOf } from '../../protocols/sasl/oauthbearer.ts'
import { readClientFirst } from '../../protocols/sasl/scram/messages.ts'

export type RelayedMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER'

export interface Claimed {
  readonly user: string
  /** What it is worth once the broker has accepted it. */
  readonly login: Login
  /** How many tokens the client says until then. */
  readonly steps: number
}

const defaultSubject = 'sub'
const stepsOfScram = 2

/** Undefined where the token names nobody; that it is true is for the broker to find out. */
export function claimedIn(
  mechanism: RelayedMechanism,
  token: Buffer,
  subject: string = defaultSubject,
): Claimed | undefined {
  if (mechanism === 'OAUTHBEARER') return claimedByToken(bearerTokenOf(token), subject)
  const first = readClientFirst(token)
  // The name of a delegation token is not that of its owner.
  if (first === undefined || first.extensions.has('tokenauth')) return undefined
  const { name: user } = first
  return { user, login: { user }, steps: stepsOfScram }
}

function claimedByToken(token: string | undefined, subject: string): Claimed | undefined {
  const claims = claimsOf(token)
  const user = claims?.[subject]
  if (typeof user !== 'string' || user === '') return undefined
  const { exp } = claims as { exp?: unknown }
  const expiresAtMs = typeof exp === 'number' ? exp * 1000 : undefined
  return { user, login: { user, expiresAtMs }, steps: 1 }
}

/** The claims of a JSON Web Token (RFC 7519), unverified. */
function claimsOf(token: string | undefined): Record<string, unknown> | undefined {
  const [, payload] = token?.split('.') ?? []
  if (payload === undefined) return undefined
  try {
    return Object(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  } catch {
    return undefined // It is no token; the broker would say the same.
  }
}
