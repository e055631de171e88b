import { type Clock, systemClock } from '../../base/clock.ts'
import { type Logger, silentLogger } from '../../base/logger.ts'
import type { Random } from '../../base/random.ts'
import { SaslHandshake } from '../../protocols/kafka/apis/17-sasl-handshake.ts'
import { SaslAuthenticate } from '../../protocols/kafka/apis/36-sasl-authenticate.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import {
  accepted,
  failed,
  type Login,
  reply,
  type ServerExchange,
  type ServerStep,
} from '../../protocols/sasl/exchange.ts'
import { OAuthBearerClient } from '../../protocols/sasl/oauthbearer.ts'
import { parseBrokerAddress } from '../kafka/addresses.ts'
import { Connection } from '../kafka/connection.ts'
import { checkAnswer } from '../kafka/errors.ts'
import { Traffic } from '../kafka/traffic.ts'
import { ConnectionSecurity } from '../security/connection-security.ts'
import type { ClientSecurity } from '../security/settings.ts'
import { type Claimed, claimedIn, type RelayedMechanism } from './claimed.ts'

export interface LoginRelayOptions {
  readonly brokers: readonly string[]
  /** How the broker's listener is spoken with, but for the login. */
  readonly tls?: ClientSecurity['tls']
  /** The claim of a token that names its user. */
  readonly subject?: string
  readonly random: Random
  readonly clock?: Clock
  readonly logger?: Logger
}

/** A login that goes on elsewhere, until it is done or closed. */
export interface RelayedExchange extends ServerExchange {
  close(): void
}

/** How many logins may be under way at once. */
const mostExchanges = 1000
const stepTimeoutMs = 10_000

/**
 * Logins that clients of another door say step by step: each step is carried to the broker, which
 * alone knows the users, and its answer back. What was right at the broker is right at the door.
 */
export class LoginRelay implements AsyncDisposable {
  readonly #options: LoginRelayOptions
  readonly #clock: Clock
  readonly #security: ConnectionSecurity
  readonly #exchanges = new Set<Exchange>()
  readonly #closing = new AbortController()
  #nextBroker = 0

  constructor(options: LoginRelayOptions) {
    const { tls, random, clock = systemClock, logger = silentLogger } = options
    this.#options = options
    this.#clock = clock
    this.#security = new ConnectionSecurity({ tls }, { clock, random, logger })
  }

  /** Throws where too many are under way. */
  exchange(mechanism: RelayedMechanism): RelayedExchange {
    if (this.#exchanges.size >= mostExchanges) {
      throw new Error(`${mostExchanges} logins are under way already`)
    }
    const exchange: Exchange = new Exchange(mechanism, {
      claimedIn: (token) => claimedIn(mechanism, token, this.#options.subject),
      connect: () => this.#connect(),
      closed: () => this.#exchanges.delete(exchange),
    })
    this.#exchanges.add(exchange)
    return exchange
  }

  /** Whose token it is, or why it is refused. Throws where the broker cannot be asked. */
  async tokenLogin(token: string): Promise<Login | { readonly refused: string }> {
    const exchange = this.exchange('OAUTHBEARER')
    try {
      const step = await exchange.next(new OAuthBearerClient(token).first())
      return step.kind === 'done'
        ? step.login
        : { refused: step.kind === 'failed' ? step.why : 'the token is refused' }
    } finally {
      exchange.close()
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    for (const exchange of this.#exchanges) exchange.close()
    await this.#security.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** One after the other, so that none is asked alone and one that is away is passed over the next time. */
  async #connect(): Promise<Connection> {
    const { brokers } = this.#options
    const broker = brokers[this.#nextBroker % brokers.length] ?? ''
    this.#nextBroker += 1
    return await Connection.open({
      address: parseBrokerAddress(broker),
      clientId: 'leat-login',
      clock: this.#clock,
      requestTimeoutMs: stepTimeoutMs,
      traffic: new Traffic(),
      security: this.#security,
      signal: this.#closing.signal,
    })
  }
}

interface ExchangeParts {
  readonly claimedIn: (token: Buffer) => Claimed | undefined
  readonly connect: () => Promise<Connection>
  readonly closed: () => void
}

class Exchange implements RelayedExchange {
  readonly #mechanism: RelayedMechanism
  readonly #parts: ExchangeParts
  #claimed: Claimed | undefined
  #connection: Connection | undefined
  #steps = 0
  #isClosed = false

  constructor(mechanism: RelayedMechanism, parts: ExchangeParts) {
    this.#mechanism = mechanism
    this.#parts = parts
  }

  async next(token: Buffer): Promise<ServerStep> {
    this.#claimed ??= this.#parts.claimedIn(token)
    if (this.#claimed === undefined) return failed('it names nobody')
    const { user, steps } = this.#claimed
    const connection = this.#connection ?? (await this.#open())
    if (connection === undefined) {
      return failed(`the broker offers no login by ${this.#mechanism}`, { user })
    }
    const answer = await connection.request(SaslAuthenticate, { authBytes: token })
    if (answer.errorCode === errorCode.SASL_AUTHENTICATION_FAILED) {
      return failed(answer.errorMessage ?? 'the broker does not say why', { user })
    }
    checkAnswer(answer.errorCode, 'The broker does not take the login')
    this.#steps += 1
    if (this.#steps < steps) return reply(answer.authBytes)
    // The last answer to a token is empty; a refusal is told in it (RFC 7628).
    if (this.#mechanism === 'OAUTHBEARER' && answer.authBytes.length > 0) {
      return failed(`the token is refused: ${answer.authBytes.toString()}`, { user })
    }
    return accepted(this.#claimed.login, answer.authBytes)
  }

  close(): void {
    this.#isClosed = true
    this.#connection?.close()
    this.#parts.closed()
  }

  /** Undefined where the broker does not offer this mechanism. */
  async #open(): Promise<Connection | undefined> {
    const connection = await this.#parts.connect()
    this.#connection = connection
    if (this.#isClosed) connection.close()
    const { errorCode: code } = await connection.request(SaslHandshake, {
      mechanism: this.#mechanism,
    })
    if (code === errorCode.UNSUPPORTED_SASL_MECHANISM) return undefined
    checkAnswer(code, 'The broker takes no login')
    return connection
  }
}
