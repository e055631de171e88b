import type { Timer } from '../base/clock.ts'
import { type ConnectPacket, type Properties, reasonCode } from '../protocols/mqtt/index.ts'
import type { Accepted, Failed } from '../protocols/sasl/exchange.ts'
import type { Connection } from './connection.ts'
import type { Exchange, Mechanism } from './entry.ts'

const nothing = Buffer.alloc(0)

/** A login by the tokens of SASL in AUTH packets (MQTT 5, section 4.12), until it is decided. */
export class ExtendedLogin {
  readonly mechanism: Mechanism
  /** What waits for it; absent where somebody who is in logs in again. */
  readonly connect: ConnectPacket | undefined
  readonly #connection: Connection
  readonly #exchange: Exchange
  readonly #timer: Timer

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
  async take(token: Buffer = nothing): Promise<Accepted | Failed | undefined> {
    // All of these mechanisms begin with the client, who may have to be asked.
    const step =
      token.length === 0
        ? ({ kind: 'reply', token: nothing } as const)
        : await this.#exchange.next(token)
    if (this.#connection.closed) return undefined
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
