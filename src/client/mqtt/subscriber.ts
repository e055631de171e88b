import type { Clock } from '../../base/clock.ts'
import { noProperties, type Qos, type SubackPacket } from '../../protocols/mqtt/index.ts'
import type { MqttConnection } from './connection.ts'
import { mqttClientError } from './errors.ts'

export interface Subscription {
  readonly filter: string
  readonly qos: Qos
}

interface SubscriberOptions {
  readonly url: string
  readonly subscriptions: readonly Subscription[]
  readonly connectTimeoutMs: number
  readonly clock: Clock
}

/** Of our SUBSCRIBE, the first packet of a connection; the ids of messages begin at the other end. */
const packetId = 0xffff

/** Subscribes on a new connection where the broker does not know of it yet. */
export class Subscriber {
  readonly #options: SubscriberOptions
  #pending: PromiseWithResolvers<SubackPacket> | undefined
  #isKnown = false

  constructor(options: SubscriberOptions) {
    this.#options = options
  }

  /** Throws 'mqtt-subscribe-refused', or 'mqtt-unreachable' where no answer comes. */
  async subscribe(
    connection: MqttConnection,
    sessionPresent: boolean,
    lost: Promise<Error | undefined>,
  ): Promise<void> {
    const { subscriptions, clock, connectTimeoutMs, url } = this.#options
    // A session that an earlier life of this program left may have other subscriptions.
    if (subscriptions.length === 0 || (sessionPresent && this.#isKnown)) return
    this.#isKnown = false
    const pending = Promise.withResolvers<SubackPacket>()
    this.#pending = pending
    const failed = (why: string) =>
      pending.reject(mqttClientError('mqtt-unreachable', { url, why }))
    const timeout = clock.after(connectTimeoutMs, () => failed('no answer to a subscription'))
    lost.then((error) => failed(error?.message ?? 'the connection was closed'))
    connection.send({
      type: 'subscribe',
      packetId,
      properties: noProperties,
      subscriptions: subscriptions.map(({ filter, qos }) => ({
        ...{ filter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 as const },
      })),
    })
    const { codes } = await pending.promise.finally(() => timeout.cancel())
    const refused = codes.findIndex((code) => code >= 0x80)
    this.#isKnown = refused === -1
    if (this.#isKnown) return
    const { filter = '' } = subscriptions[refused] ?? {}
    throw mqttClientError('mqtt-subscribe-refused', { filter, code: codes[refused] ?? 0x80 })
  }

  answered(packet: SubackPacket): void {
    this.#pending?.resolve(packet)
  }
}
