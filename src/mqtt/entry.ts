/** Who comes in through a listener, and who they turn out to be. */
import type { Authorizer } from '../access/authorizer.ts'
import { anonymous, type Principal, user } from '../access/principal.ts'
import type { ConnectPacket } from '../protocols/mqtt/index.ts'

/** Ways of saying who one is: a password, a client certificate, nothing at all. */
export type WayIn = 'password' | 'certificate' | 'anonymous'

/** Asked where clients have to say who they are. */
export interface Gatekeeper {
  /** Throws where that cannot be known now. */
  passwordIsRight(user: string, password: string): Promise<boolean>
  /** What clients may do; absent, everything. */
  readonly authorizer: Authorizer | undefined
}

/** What is known of a client before it has said a word. */
export interface Arrival {
  readonly peer: string
  /** Its address, as rules of access write it. */
  readonly host: string
  /** Whom its certificate names. */
  readonly certified: Principal | undefined
  /** How clients of this listener may come in; absent, nobody is asked. */
  readonly auth: readonly WayIn[] | undefined
}

export type Identified =
  | { readonly principal: Principal }
  | { readonly refused: 'wrong-password' | 'nobody'; readonly why: string }

/**
 * A user name counts before a certificate, as Kafka has it. Where nobody is asked, names and passwords are not
 * looked at. Throws where a password cannot be checked now.
 */
export async function identify(
  { auth, certified }: Arrival,
  { userName, password }: Pick<ConnectPacket, 'userName' | 'password'>,
  gatekeeper: Gatekeeper | undefined,
): Promise<Identified> {
  if (auth === undefined) return { principal: certified ?? anonymous }
  if (userName !== undefined && auth.includes('password')) {
    const given = password?.toString('utf8') ?? ''
    const isRight = await gatekeeper?.passwordIsRight(userName, given)
    if (isRight === true) return { principal: user(userName) }
    return { refused: 'wrong-password', why: `the password of '${userName}' is wrong` }
  }
  if (certified !== undefined && auth.includes('certificate')) return { principal: certified }
  if (auth.includes('anonymous')) return { principal: anonymous }
  return { refused: 'nobody', why: `clients have to say who they are (${auth.join(', ')})` }
}
