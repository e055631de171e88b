import { atMost, type Clock, pause, systemClock } from '../../base/clock.ts'
import { type Logger, silentLogger } from '../../base/logger.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import {
  type ConnackPacket,
  type ConnectPacket,
  noProperties,
  type Packet,
  type Properties,
  type ProtocolVersion,
  type Will,
} from '../../protocols/mqtt/index.ts'
import { type ConnectionListener, MqttConnection } from './connection.ts'
import { mqttClientError } from './errors.ts'
import { type Delivery, Incoming } from './incoming.ts'
import { Outgoing, type OutgoingPublish, type PublishAnswer } from './outgoing.ts'
import { Subscriber, type Subscription } from './subscriber.ts'
import type { TransportOptions } from './transport.ts'

export interface MqttClientOptions extends TransportOptions {
  /** `tcp://`, `mqtts://`, `ws://` or `wss://` and the host, port and (for a WebSocket) path of the broker. */
  readonly url: string
  readonly clientId: string
  /** 3 is MQTT 3.1, 4 (the default) is 3.1.1. */
  readonly version?: ProtocolVersion
  /** Without it the broker keeps the session while the client is away. With MQTT 5 it is of the first connection only. */
  readonly cleanStart?: boolean
  readonly keepAliveSeconds?: number
  readonly connectTimeoutMs?: number
  readonly userName?: string | undefined
  readonly password?: string | undefined
  readonly will?: Will | undefined
  /** Of the CONNECT, in MQTT 5. */
  readonly properties?: Properties
  /** Doubled from the least to the most with each attempt, less a part by chance. */
  readonly reconnectDelayMs?: { readonly min: number; readonly max: number }
  /** How many messages may wait for their acknowledgement; `publish` waits beyond it. */
  readonly mostInFlight?: number
  readonly subscriptions?: readonly Subscription[]
  /** What came in one piece, in order. While it is pending nothing more is read from the broker. */
  readonly onDeliveries?: (deliveries: readonly Delivery[]) => void | Promise<void>
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Logger
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
  clock: systemClock,
  random: systemRandom,
  logger: silentLogger,
} as const

type Complete = Required<Pick<MqttClientOptions, keyof typeof defaults>> & MqttClientOptions

/** How long `close` waits for what is on its way. */
const closeWithinMs = 5000

/** A client of one MQTT broker, for as long as the program wants: a lost connection is opened again. */
export class MqttClient implements AsyncDisposable {
  readonly #options: Complete
  readonly #outgoing: Outgoing
  readonly #incoming: Incoming
  readonly #subscriber: Subscriber
  readonly #listener: ConnectionListener
  readonly #closed = new AbortController()
  #connection: MqttConnection | undefined
  #lost = Promise.withResolvers<Error | undefined>()
  #arrived: Delivery[] = []
  #delivering = 0
  #wasConnected = false
  #closing: Promise<void> | undefined

  private constructor(options: MqttClientOptions) {
    this.#options = { ...defaults, ...options }
    this.#outgoing = new Outgoing(this.#options.mostInFlight)
    this.#incoming = new Incoming((packet) => this.#connection?.send(packet))
    this.#subscriber = new Subscriber(this.#options)
    this.#listener = {
      onAccepted: (connection, connack) => this.#accepted(connection, connack),
      onPacket: (packet) => this.#receive(packet),
      onPiece: () => this.#deliver(),
      onDrain: () => this.#outgoing.proceed(),
      onEnd: (why) => this.#end(why),
    }
  }

  /** Resolves when the broker accepted, and the subscriptions too; throws where that fails. */
  static async open(options: MqttClientOptions): Promise<MqttClient> {
    const client = new MqttClient(options)
    try {
      await client.#connect()
    } catch (error) {
      await client.close()
      throw error
    }
    client.#stayConnected()
    return client
  }

  /**
   * Resolves when the broker has acknowledged the message (QoS 0: when it was given to a connection);
   * throws 'mqtt-publish-refused', 'mqtt-publish-beyond', or 'mqtt-closed' after a close.
   */
  publish(message: OutgoingPublish): Promise<PublishAnswer> {
    if (this.#closing === undefined) return this.#outgoing.publish(message)
    return Promise.reject(mqttClientError('mqtt-closed', undefined))
  }

  /** Waits a while for what is on its way, fails what is left, and says good-bye. Idempotent. */
  async close(): Promise<void> {
    this.#closing ??= this.#close()
    await this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    await atMost(this.#options.clock, closeWithinMs, this.#outgoing.idle())
    this.#closed.abort(mqttClientError('mqtt-closed', undefined))
    this.#incoming.close()
    this.#outgoing.fail(mqttClientError('mqtt-closed', undefined))
    await this.#connection?.close()
  }

  /** Opens again what is lost, until the client is closed. */
  async #stayConnected(): Promise<void> {
    const { clock, random, logger, url, reconnectDelayMs } = this.#options
    const { min, max } = reconnectDelayMs
    const { signal } = this.#closed
    let attempts = 0
    for (;;) {
      const since = clock.now()
      const why = await this.#lost.promise
      if (signal.aborted) return
      // Whoever is thrown out again and again comes back slower and slower.
      if (clock.now() - since > max) attempts = 0
      logger.warn('The MQTT broker is lost; connecting again', { url, why: why?.message })
      const delayMs = Math.min(max, min * 2 ** attempts) * (0.5 + random.next() / 2)
      attempts += 1
      await pause(delayMs, { clock, signal })
      if (signal.aborted) return
      await this.#connect().catch((error: Error) => this.#lost.resolve(error))
    }
  }

  async #connect(): Promise<void> {
    const { signal } = this.#closed
    this.#lost = Promise.withResolvers()
    const connect = this.#connectPacket()
    const options = { ...this.#options, connect, signal }
    const { connection, connack } = await MqttConnection.open(options, this.#listener)
    try {
      signal.throwIfAborted()
      await this.#subscriber.subscribe(connection, connack.sessionPresent, this.#lost.promise)
      if (this.#connection !== connection) throw await this.#lost.promise
    } catch (error) {
      await connection.close()
      throw error
    }
    this.#wasConnected = true
    if (this.#mayBeKept) this.#incoming.tellAgain()
    this.#outgoing.connected(connection)
  }

  #accepted(connection: MqttConnection, connack: ConnackPacket): void {
    this.#connection = connection
    this.#incoming.reconnected(connack.sessionPresent || this.#mayBeKept)
    if (this.#delivering > 0) connection.pause()
  }

  #connectPacket(): ConnectPacket {
    const { version, keepAliveSeconds, clientId, userName, password, will } = this.#options
    return {
      type: 'connect',
      ...{ version, keepAliveSeconds, clientId },
      cleanStart: this.#options.cleanStart && !(version === 5 && this.#wasConnected),
      properties: this.#options.properties,
      ...(will === undefined ? {} : { will }),
      ...(userName === undefined ? {} : { userName }),
      ...(password === undefined ? {} : { password: Buffer.from(password) }),
    }
  }

  /** In a CONNACK of MQTT 3.1 there is no word on the session. */
  get #mayBeKept(): boolean {
    const { version, cleanStart } = this.#options
    return version === 3 && !cleanStart
  }

  #receive(packet: Packet): void {
    switch (packet.type) {
      case 'publish': {
        const delivery = this.#incoming.receive(packet)
        if (delivery !== undefined) this.#arrived.push(delivery)
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
      case 'suback':
        this.#subscriber.answered(packet)
        return
      default:
    }
  }

  #deliver(): void {
    if (this.#arrived.length === 0) return
    const pending = this.#options.onDeliveries?.(this.#arrived)
    this.#arrived = []
    if (pending === undefined) return
    this.#delivering += 1
    this.#connection?.pause()
    const settled = () => {
      this.#delivering -= 1
      if (this.#delivering === 0) this.#connection?.resume()
    }
    pending.then(settled, settled)
  }

  #end(why: Error | undefined): void {
    this.#connection = undefined
    this.#outgoing.disconnected()
    this.#lost.resolve(why)
  }
}
