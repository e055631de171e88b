import type { Tried } from '../access/failed-logins.ts'
import type { Timer } from '../base/clock.ts'
import { type ConnectPacket, type Properties, reasonCode } from '../protocols/mqtt/index.ts'
import { type Claim, claimIn } from '../protocols/sasl/claim.ts'
import { type Accepted, type Failed, isRight, type ServerStep } from '../protocols/sasl/exchange.ts'
import type { Connection } from './connection.ts'
import { type Exchange, type Mechanism, type Refused, tooMany } from './entry.ts'

const nothing = Buffer.alloc(0)

/** A login by the tokens of SASL in AUTH packets (MQTT 5, section 4.12), until it is decided. */
export class ExtendedLogin {
  readonly mechanism: Mechanism
  /** What waits for it; absent where somebody who is in logs in again. */
  readonly connect: ConnectPacket | undefined
  readonly #connection: Connection
  readonly #exchange: Exchange
  readonly #timer: Timer
  /** As the first token says it. */
  #claim: Claim | undefined

  constructor(
    mechanism: Mechanism,
    connection: Connection,
    exchange: Exchange,
    connect?: ConnectPacket,
  ) {
    const { clock, limits } = connection.services
    this.mechanism = mechanism
    this.connect = connect
    this.#connection = connection
    this.#exchange = exchange
    this.#timer = clock.after(limits.connectMs, () => {
      connection.close(reasonCode.notAuthorized, 'its login took too long')
    })
  }

  /** Takes the client's next token: what is decided, or undefined where it has to go on. */
  async take(token: Buffer = nothing): Promise<Accepted | Failed | Refused | undefined> {
    // All of these mechanisms begin with the client, who may have to be asked.
    const tried =
      token.length === 0
        ? { outcome: { kind: 'reply', token: nothing } as const }
        : await this.#try(token)
    if (this.#connection.closed) return undefined
    if ('refusedMs' in tried) {
      this.close()
      return tooMany(this.mechanism, this.#claim?.user ?? '', tried.refusedMs)
    }
    const step = tried.outcome
    if (step.kind !== 'reply') {
      this.close()
      return step
    }
    this.#connection.send({
      type: 'auth',
      reason: reasonCode.continueAuthentication,
      properties: extendedProperties(this.mechanism, step.token),
    })
    return undefined
  }

  async #try(token: Buffer): Promise<Tried<ServerStep>> {
    const { services, arrival } = this.#connection
    this.#claim ??= claimIn(this.mechanism, token)
    const check = () => this.#exchange.next(token)
    if (services.failedLogins === undefined || this.#claim === undefined) {
      return { outcome: await check() }
    }
    const attempt = { door: 'mqtt', host: arrival.host, ...this.#claim } as const
    return await services.failedLogins.tried(attempt, check, isRight)
  }

  close(): void {
    this.#timer.cancel()
    this.#exchange.close()
    this.#connection.login = undefined
  }
}

/** What AUTH and CONNACK say of a login. */
export function extendedProperties(mechanism: Mechanism, data: Buffer): Properties {
  return {
    authenticationMethod: mechanism,
    ...(data.length > 0 && { authenticationData: data }),
  }
}
