import { type Clock, systemClock, type Timer } from '../../base/clock.ts'
import { isError } from '../../base/errors.ts'
import { type Logger, silentLogger } from '../../base/logger.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import {
  type ConnackPacket,
  noProperties,
  type Packet,
  type Properties,
  type ProtocolVersion,
  type PublishPacket,
  type Qos,
  type Will,
} from '../../protocols/mqtt/index.ts'
import { MqttConnection } from './connection.ts'
import { mqttClientError } from './errors.ts'
import { type Delivery, Incoming } from './incoming.ts'
import { Outgoing } from './outgoing.ts'
import type { TransportOptions } from './transport.ts'

export interface MqttClientOptions extends TransportOptions {
  /** `tcp://`, `mqtts://`, `ws://` or `wss://` and the host, port and (for a WebSocket) path of the broker. */
  readonly url: string
  readonly clientId: string
  /** 3 is MQTT 3.1, 4 (the default) is 3.1.1. */
  readonly version?: ProtocolVersion
  /** Without it the broker keeps the session while the client is away. */
  readonly cleanStart?: boolean
  readonly keepAliveSeconds?: number
  readonly connectTimeoutMs?: number
  readonly userName?: string | undefined
  readonly password?: string | undefined
  readonly will?: Will | undefined
  readonly properties?: Properties
  readonly reconnectDelayMs?: { readonly min: number; readonly max: number }
  /** How many messages may wait for their acknowledgement; `publish` waits beyond it. */
  readonly mostInFlight?: number
  readonly subscriptions?: readonly { readonly filter: string; readonly qos: Qos }[]
  /** While it is pending nothing more is read from the broker. */
  readonly onDelivery?: (delivery: Delivery) => void | Promise<void>
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Logger
}

export interface OutgoingPublish {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  readonly retain?: boolean
  readonly properties?: Readonly<Properties>
}

const defaults = {
  version: 4,
  cleanStart: true,
  keepAliveSeconds: 60,
  connectTimeoutMs: 10_000,
  reconnectDelayMs: { min: 250, max: 10_000 },
  mostInFlight: 1000,
  properties: noProperties,
  subscriptions: [],
} as const

/** How long `close` waits for what is on its way. */
const closeWithinMs = 5000
/** Of our SUBSCRIBE, which is answered before anything else needs an id of this direction. */
const subscribePacketId = 0xffff

type Complete = typeof defaults &
  MqttClientOptions & { clock: Clock; random: Random; logger: Logger }

/** A client of one MQTT broker, for as long as the program wants: a lost connection is opened again. */
export class MqttClient implements AsyncDisposable {
  readonly #options: Complete
  readonly #outgoing: Outgoing
  readonly #incoming: Incoming
  #connection: MqttConnection | undefined
  #subscribed: PromiseWithResolvers<void> | undefined
  #isSubscribed = false
  #delivering = 0
  #whenConnected: (() => void)[] = []
  #retry: Timer | undefined
  #attempts = 0
  #isClosed = false

  private constructor(options: MqttClientOptions) {
    const own = { clock: systemClock, random: systemRandom, logger: silentLogger }
    this.#options = { ...defaults, ...own, ...options } as Complete
    const send = (packet: Packet) => this.#connection?.send(packet)
    this.#outgoing = new Outgoing(this.#options.mostInFlight, send)
    this.#incoming = new Incoming(send)
  }

  /** Resolves when the broker accepted, and the subscriptions too; throws where that fails. */
  static async open(options: MqttClientOptions): Promise<MqttClient> {
    const client = new MqttClient(options)
    try {
      await client.#connect()
      await client.#subscribed?.promise
    } catch (error) {
      await client.close()
      throw error
    }
    return client
  }

  /**
   * Resolves when the broker has acknowledged the message (QoS 0: when it was given to a connection);
   * throws 'mqtt-publish-refused', or 'mqtt-closed' after a close.
   */
  async publish(message: OutgoingPublish): Promise<void> {
    const packet: PublishPacket = {
      type: 'publish',
      qos: message.qos,
      retain: message.retain ?? false,
      duplicate: false,
      topic: message.topic,
      packetId: 0,
      payload: message.payload,
      properties: message.properties ?? noProperties,
    }
    if (message.qos === 0) return await this.#publishOnce(packet)
    if (this.#outgoing.size >= this.#outgoing.most) await this.#outgoing.room()
    if (this.#isClosed) throw mqttClientError('mqtt-closed', undefined)
    await this.#outgoing.publish(packet)
  }

  /** Waits a while for what is on its way; fails what is left. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    if (this.#connection !== undefined) await this.#untilIdle()
    this.#isClosed = true
    this.#retry?.cancel()
    this.#connection?.close()
    const error = mqttClientError('mqtt-closed', undefined)
    this.#outgoing.fail(error)
    this.#subscribed?.reject(error)
    for (const wake of this.#whenConnected.splice(0)) wake()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #untilIdle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = this.#options.clock.after(closeWithinMs, resolve)
    await Promise.race([this.#outgoing.idle(), promise])
    timer.cancel()
  }

  async #publishOnce(packet: PublishPacket): Promise<void> {
    while (this.#connection === undefined || this.#connection.isFull) {
      if (this.#isClosed) throw mqttClientError('mqtt-closed', undefined)
      await new Promise<void>((resolve) => {
        this.#whenConnected.push(resolve)
        this.#connection?.onDrain(resolve)
      })
    }
    this.#connection.send(packet)
  }

  async #connect(): Promise<void> {
    const options = this.#options
    const { version, cleanStart, keepAliveSeconds, clientId, userName, password, will } = options
    const { connection, connack } = await MqttConnection.open(
      {
        ...options,
        connect: {
          type: 'connect',
          ...{ version, cleanStart, keepAliveSeconds, clientId },
          properties: options.properties,
          ...(will === undefined ? {} : { will }),
          ...(userName === undefined ? {} : { userName }),
          ...(password === undefined ? {} : { password: Buffer.from(password) }),
        },
      },
      {
        onPacket: (packet) => this.#receive(packet),
        onEnd: (why) => this.#reconnectAfter(why),
      },
    )
    if (this.#isClosed) {
      connection.close()
      return
    }
    this.#connected(connection, connack)
  }

  #connected(connection: MqttConnection, { sessionPresent, properties }: ConnackPacket): void {
    this.#connection = connection
    this.#attempts = 0
    if (this.#delivering > 0) connection.pause()
    this.#outgoing.most = Math.min(
      this.#options.mostInFlight,
      properties.receiveMaximum ?? this.#options.mostInFlight,
    )
    this.#incoming.reconnected(sessionPresent)
    const { subscriptions } = this.#options
    // A session that an earlier life of this program left may have other subscriptions.
    if (subscriptions.length > 0 && !(sessionPresent && this.#isSubscribed)) {
      this.#subscribed = Promise.withResolvers()
      // After the first time nobody waits for it: a refusal shows in the log.
      this.#subscribed.promise.catch((error: Error) => this.#options.logger.warn(error.message))
      connection.send({
        type: 'subscribe',
        packetId: subscribePacketId,
        properties: noProperties,
        subscriptions: subscriptions.map(({ filter, qos }) => ({
          ...{ filter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 as const },
        })),
      })
    }
    this.#outgoing.resend()
    for (const wake of this.#whenConnected.splice(0)) wake()
  }

  #receive(packet: Packet): void {
    switch (packet.type) {
      case 'publish': {
        const delivery = this.#incoming.receive(packet)
        if (delivery !== undefined) this.#deliver(delivery)
        return
      }
      case 'puback':
      case 'pubrec':
      case 'pubcomp':
        this.#outgoing.acknowledged(packet)
        return
      case 'pubrel':
        this.#incoming.released(packet.packetId)
        return
      case 'suback': {
        const refused = packet.codes.findIndex((code) => code >= 0x80)
        const { filter = '' } = this.#options.subscriptions[refused] ?? {}
        const code = packet.codes[refused] ?? 0
        this.#isSubscribed = refused === -1
        if (refused === -1) this.#subscribed?.resolve()
        else this.#subscribed?.reject(mqttClientError('mqtt-subscribe-refused', { filter, code }))
        return
      }
      default:
    }
  }

  #deliver(delivery: Delivery): void {
    const pending = this.#options.onDelivery?.(delivery)
    if (pending === undefined) return
    this.#delivering += 1
    this.#connection?.pause()
    const settled = () => {
      this.#delivering -= 1
      if (this.#delivering === 0) this.#connection?.resume()
    }
    pending.then(settled, settled)
  }

  #reconnectAfter(why: Error | undefined): void {
    this.#connection = undefined
    if (this.#isClosed) return
    const { clock, random, logger, url, reconnectDelayMs } = this.#options
    const { min, max } = reconnectDelayMs
    const delayMs = Math.min(max, min * 2 ** this.#attempts++) * (0.5 + random.next() / 2)
    logger.warn('The MQTT broker is lost; connecting again', { url, why: why?.message })
    this.#retry = clock.after(delayMs, () => {
      this.#connect().catch((error: Error) => {
        const isRefused = isError(error, 'mqtt-refused')
        if (isRefused) logger.error(error.message, { url })
        this.#reconnectAfter(error)
      })
    })
  }
}
