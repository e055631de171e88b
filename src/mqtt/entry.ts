/** Who comes in through a listener, and who they turn out to be. */
import type { Authorizer } from '../access/authorizer.ts'
import type { FailedLogins } from '../access/failed-logins.ts'
import { anonymous, type Principal, user as userPrincipal } from '../access/principal.ts'
import type { ConnectPacket } from '../protocols/mqtt/index.ts'
import type { Login, ServerExchange } from '../protocols/sasl/exchange.ts'

/** Ways of saying who one is: a password, a token in its place, a client certificate, nothing at all. */
export type WayIn = 'password' | 'token' | 'certificate' | 'anonymous'

/** Mechanisms of SASL in MQTT 5's extended authentication, and the way in that allows each. */
export const mechanisms = {
  'SCRAM-SHA-256': 'password',
  'SCRAM-SHA-512': 'password',
  OAUTHBEARER: 'token',
} as const satisfies Record<string, WayIn>
export type Mechanism = keyof typeof mechanisms

/** A login in several steps, until it is done or closed. */
export interface Exchange extends ServerExchange {
  close(): void
}

/** Asked where clients have to say who they are. */
export interface Gatekeeper {
  /** Throws where that cannot be known now. */
  passwordIsRight(user: string, password: string): Promise<boolean>
  /** Whose token it is, or why it is refused. Throws where that cannot be known now. */
  tokenLogin(token: string): Promise<Login | { readonly refused: string }>
  /** Throws where there can be none now. */
  exchange(mechanism: Mechanism): Exchange
  /** What clients may do; absent, everything. */
  readonly authorizer: Authorizer | undefined
}

/** What is known of a client before it has said a word. */
export interface Arrival {
  readonly peer: string
  /** Its address, as rules of access write it. */
  readonly host: string
  /** Whom its certificate names; null where it has one that no rule makes a user. */
  readonly certified: Principal | null | undefined
  /** How clients of this listener may come in; absent, nobody is asked. */
  readonly auth: readonly WayIn[] | undefined
  /** Whether a user name beside a token is looked at: it must then be the token's user. */
  readonly tokenUser?: 'same' | 'any' | undefined
}

export interface Entered {
  readonly principal: Principal
  readonly way: WayIn | Mechanism
  /** When it is over, in milliseconds since the epoch; absent where it is not. */
  readonly expiresAtMs?: number | undefined
}

export interface Refused {
  /** `too-many`: the password was not even looked at, because too many were wrong. */
  readonly refused: 'wrong-password' | 'nobody' | 'too-many'
  readonly way?: WayIn | Mechanism
  readonly user?: string | undefined
  readonly why: string
}

export type Identified = Entered | Refused

type Said = Pick<ConnectPacket, 'userName' | 'password'>

interface Doormen {
  readonly gatekeeper: Gatekeeper | undefined
  readonly failedLogins?: FailedLogins | undefined
}

/**
 * A user name counts before a certificate, as Kafka has it. Where nobody is asked, names and
 * passwords are not looked at. Throws where a password cannot be checked now.
 */
export async function identify(
  arrival: Arrival,
  said: Said,
  { gatekeeper, failedLogins }: Doormen,
): Promise<Identified> {
  const { auth, certified } = arrival
  if (auth === undefined) return byCertificate(certified) ?? nameless
  const { userName, password } = said
  const given = password?.toString('utf8')
  if (gatekeeper !== undefined && given !== undefined && auth.includes('token')) {
    const isToken = jsonWebToken.test(given)
    if (isToken || !auth.includes('password'))
      return await byToken(given, arrival, said, gatekeeper)
  }
  if (gatekeeper !== undefined && userName !== undefined && auth.includes('password')) {
    const password = given ?? ''
    const attempt = { door: 'mqtt', host: arrival.host, user: userName, password } as const
    const check = () => gatekeeper.passwordIsRight(userName, password)
    const tried = failedLogins
      ? await failedLogins.tried(attempt, check, (isRight) => isRight)
      : { outcome: await check() }
    if ('refusedMs' in tried) return tooMany('password', userName, tried.refusedMs)
    if (tried.outcome) return { principal: userPrincipal(userName), way: 'password' }
    return refusal('password', userName, `the password of '${userName}' is wrong`)
  }
  const byOwn = auth.includes('certificate') ? byCertificate(certified) : undefined
  if (byOwn !== undefined) return byOwn
  if (auth.includes('anonymous')) return nameless
  return { refused: 'nobody', why: `clients have to say who they are (${auth.join(', ')})` }
}

/** RFC 7515: three parts in base64url. What looks like that is no password. */
const jsonWebToken = /^[\w-]+\.[\w-]+\.[\w-]+$/

async function byToken(
  token: string,
  { tokenUser = 'same' }: Arrival,
  { userName = '' }: Said,
  gatekeeper: Gatekeeper,
): Promise<Identified> {
  const found = await gatekeeper.tokenLogin(token)
  if ('refused' in found) return refusal('token', userName || undefined, found.refused)
  const { user, expiresAtMs } = found
  if (userName !== '' && userName !== user && tokenUser === 'same') {
    return refusal('token', userName, `the token is that of '${user}'`)
  }
  return { principal: userPrincipal(user), way: 'token', expiresAtMs }
}

/** Undefined where there is none. */
function byCertificate(certified: Arrival['certified']): Identified | undefined {
  if (certified === null) return unmapped
  return certified && { principal: certified, way: 'certificate' }
}

const nameless: Entered = { principal: anonymous, way: 'anonymous' }

const unmapped: Refused = {
  refused: 'nobody',
  way: 'certificate',
  why: 'no rule makes the name of its certificate a user (principalMappingRules)',
}

/** Nothing was tried, so that there is nothing to be learned from it. */
export function tooMany(way: WayIn | Mechanism, user: string, refusedMs: number): Refused {
  const seconds = Math.ceil(refusedMs / 1000)
  const why = `too many logins have failed; try again in ${seconds} s`
  return { refused: 'too-many', way, user, why }
}

function refusal(way: WayIn, user: string | undefined, why: string): Refused {
  return { refused: 'wrong-password', way, user, why }
}
