import type { LoginEvent } from '../../access/audit.ts'
import type { FailedLogins, Tried } from '../../access/failed-logins.ts'
import { type Clock, pause } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type Claim, claimIn } from '../../protocols/sasl/claim.ts'
import {
  type Failed,
  failed,
  isRight,
  type Login,
  type ServerExchange,
  type ServerStep,
} from '../../protocols/sasl/exchange.ts'
import type { SaslMechanism } from '../../protocols/sasl/index.ts'
import type { BrokerSettings } from '../settings.ts'
import type { Logins } from './logins.ts'

interface SessionParts {
  /** What the listener offers. */
  readonly mechanisms: readonly SaslMechanism[]
  readonly logins: Pick<Logins, 'exchange'>
  /** Asked before a password is looked at; absent, each one is. */
  readonly failedLogins?: FailedLogins | undefined
  /** The client's address, as rules of access write it. */
  readonly host: string
  readonly settings: BrokerSettings
  readonly clock: Clock
  readonly logger: Logger
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal
  /** Told each time that somebody has proved who they are. */
  readonly loggedIn: (user: string) => void
  /** Told of every login, good or not. */
  readonly tell?: (login: ToldLogin) => void
}

type ToldLogin = Pick<LoginEvent, 'mechanism' | 'user' | 'outcome' | 'why'>

/**
 * What is awaited from the client: `versions` ApiVersions or a handshake, `handshake` that alone,
 * `tokens` those of a mechanism, `requests` anything, `nothing` since it has failed.
 */
type State = 'versions' | 'handshake' | 'tokens' | 'requests' | 'nothing'

interface Begun {
  readonly mechanism: SaslMechanism
  readonly exchange: ServerExchange
  /** Tokens of the old kind come without Kafka's headers, after version 0 of the handshake. */
  readonly isBare: boolean
  /** As the first token says it. */
  claim?: Claim | undefined
}

const key = { saslHandshake: 17, apiVersions: 18, saslAuthenticate: 36 }
/** Kafka's, so that nobody keeps us busy with logins. */
const leastBetweenLoginsMs = 1000

/** The login of one connection: at its beginning, and again before it expires (KIP-368). */
export class SaslSession {
  readonly #parts: SessionParts
  #state: State = 'versions'
  #begun: Begun | undefined
  #mechanism: SaslMechanism | undefined
  #login: Login | undefined
  #expiresAtMs = Number.POSITIVE_INFINITY
  #renewedAtMs = Number.NEGATIVE_INFINITY

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  /** Whether the next frame is a token without Kafka's header. */
  get takesBareTokens(): boolean {
    return this.#state === 'tokens' && this.#begun?.isBare === true
  }

  /** Whether the tokens of a login are awaited, in Kafka's requests. */
  get isAmongTokens(): boolean {
    return this.#state === 'tokens' && this.#begun?.isBare === false
  }

  /** Whether anybody has logged in yet. */
  get isOpen(): boolean {
    return this.#login !== undefined
  }

  /** Whether a delegation token was shown, and not what only the user has. */
  get isByDelegationToken(): boolean {
    return this.#login?.isByDelegationToken === true
  }

  /** Whether nothing more is taken: the connection ends when its last answer has left. */
  get hasFailed(): boolean {
    return this.#state === 'nothing'
  }

  /** Why a request may not be made now; undefined where it may. */
  refusalOf(apiKey: number): string | undefined {
    if (this.#state === 'requests') {
      const isExpired = this.#parts.clock.now() > this.#expiresAtMs
      return isExpired && apiKey !== key.saslHandshake ? 'the login has expired' : undefined
    }
    return awaited[this.#state].includes(apiKey)
      ? undefined
      : `the login is not done: a request of API ${apiKey} came`
  }

  /** ApiVersions was answered, in a version that is served. */
  toldVersions(): void {
    if (this.#state === 'versions') this.#state = 'handshake'
  }

  async handshake(wanted: string, version: number) {
    const { mechanisms, logins } = this.#parts
    const answer = { errorCode: errorCode.NONE, mechanisms: [...mechanisms] }
    if (this.#state === 'requests' && !this.#mayRenew()) {
      return { errorCode: errorCode.ILLEGAL_SASL_STATE, mechanisms: [] }
    }
    const mechanism = mechanisms.find((one) => one === wanted)
    if (mechanism === undefined) {
      await this.#fail(
        failed(`the mechanism '${wanted.slice(0, longestNameInLogs)}' is not offered`),
      )
      return { ...answer, errorCode: errorCode.UNSUPPORTED_SASL_MECHANISM }
    }
    this.#begun = { mechanism, exchange: logins.exchange(mechanism), isBare: version === 0 }
    this.#state = 'tokens'
    return answer
  }

  async authenticate(token: Buffer) {
    const begun = this.#begun
    if (this.#state !== 'tokens' || begun === undefined) return outOfTurn
    const tried = await this.#try(begun, token)
    if ('refusedMs' in tried) {
      await this.#end()
      const seconds = Math.ceil(tried.refusedMs / 1000)
      const errorMessage = `Authentication failed: too many logins have failed; try again in ${seconds} s`
      return { ...refusal, errorCode: errorCode.SASL_AUTHENTICATION_FAILED, errorMessage }
    }
    const step = this.#changes(begun, tried.outcome)
    if (step.kind === 'failed') {
      await this.#fail(step)
      const errorMessage = step.says ?? this.#plainRefusal(begun.mechanism)
      return { ...refusal, errorCode: errorCode.SASL_AUTHENTICATION_FAILED, errorMessage }
    }
    const sessionLifetimeMs = step.kind === 'done' ? this.#open(begun.mechanism, step.login) : 0n
    return { ...success, authBytes: step.token, sessionLifetimeMs }
  }

  /** The answer to a token without a header; undefined where there is none but an end. */
  async bareToken(token: Buffer): Promise<Buffer | undefined> {
    const answer = await this.authenticate(token)
    return answer.errorCode === errorCode.NONE ? answer.authBytes : undefined
  }

  /** Takes nothing more, after a request that may not be made now. */
  async turnAway(why: string): Promise<void> {
    await this.#fail(failed(why))
  }

  async #try(begun: Begun, token: Buffer): Promise<Tried<ServerStep>> {
    const { failedLogins, host } = this.#parts
    begun.claim ??= claimIn(begun.mechanism, token)
    const check = () => begun.exchange.next(token)
    if (failedLogins === undefined || begun.claim === undefined) return { outcome: await check() }
    return await failedLogins.tried({ door: 'kafka', host, ...begun.claim }, check, isRight)
  }

  /** A login that does not expire is not renewed, and others not too often. */
  #mayRenew(): boolean {
    const now = this.#parts.clock.now()
    const isSoon = now - this.#renewedAtMs < leastBetweenLoginsMs
    if (isSoon || this.#expiresAtMs === Number.POSITIVE_INFINITY) return false
    this.#renewedAtMs = now
    return true
  }

  /** Whoever logs in again stays who they are, and does it in the same way. */
  #changes({ mechanism }: Begun, step: ServerStep): ServerStep {
    const before = this.#login?.user
    if (before === undefined || step.kind !== 'done') return step
    const { user } = step.login
    if (user !== before) {
      const says = `Cannot change principals during re-authentication from User.${before}: User.${user}`
      return failed('another user logs in again', { user, says })
    }
    if (mechanism === this.#mechanism) return step
    const says = `SASL mechanism '${mechanism}' requested by client is not supported for re-authentication of mechanism '${this.#mechanism}'`
    return failed('another mechanism is used to log in again', { user, says })
  }

  /** Gives how long the login is good for, in milliseconds; 0: for ever. */
  #open(mechanism: SaslMechanism, login: Login): bigint {
    const { settings, clock, logger, loggedIn, tell } = this.#parts
    const mostMs = settings.number('connections.max.reauth.ms') || Number.POSITIVE_INFINITY
    const untilExpiryMs = (login.expiresAtMs ?? Number.POSITIVE_INFINITY) - clock.now()
    const lifetimeMs = Math.max(0, Math.min(mostMs, untilExpiryMs))
    this.#expiresAtMs = clock.now() + lifetimeMs
    this.#state = 'requests'
    this.#begun = undefined
    this.#mechanism = mechanism
    this.#login = login
    logger.debug('A client has logged in', { user: login.user, mechanism })
    loggedIn(login.user)
    tell?.({ mechanism, user: login.user, outcome: 'success' })
    return Number.isFinite(lifetimeMs) ? BigInt(lifetimeMs) : 0n
  }

  async #fail({ why, user }: Failed): Promise<void> {
    const { logger, tell } = this.#parts
    const mechanism = this.#begun?.mechanism
    logger.warn('A login failed', {
      ...(user !== undefined && { user: user.slice(0, longestNameInLogs) }),
      ...(mechanism !== undefined && { mechanism }),
      why,
    })
    tell?.({ mechanism, user: user?.slice(0, longestNameInLogs), outcome: 'failure', why })
    await this.#end()
  }

  /** Nothing more is taken, and the last answer is a while in coming. */
  async #end(): Promise<void> {
    const { settings, clock, gone } = this.#parts
    this.#state = 'nothing'
    this.#begun = undefined
    const delayMs = settings.number('connection.failed.authentication.delay.ms')
    await pause(delayMs, { clock, signal: gone })
  }

  #plainRefusal(mechanism: SaslMechanism): string {
    const during = this.isOpen ? 're-authentication' : 'authentication'
    return `Authentication failed during ${during} due to invalid credentials with SASL mechanism ${mechanism}`
  }
}

const longestNameInLogs = 200

const refusal = { authBytes: Buffer.alloc(0), sessionLifetimeMs: 0n }
const success = { errorCode: errorCode.NONE, errorMessage: '' }

/** What a client hears that logs in where nobody asked it to. */
export const outOfTurn = {
  ...refusal,
  errorCode: errorCode.ILLEGAL_SASL_STATE,
  errorMessage: 'SaslAuthenticate request received after successful authentication',
}

const awaited: Readonly<Record<Exclude<State, 'requests'>, readonly number[]>> = {
  versions: [key.apiVersions, key.saslHandshake],
  handshake: [key.saslHandshake],
  tokens: [key.saslAuthenticate],
  nothing: [],
}
