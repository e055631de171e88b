/**
 * Publishes over MQTT 3.1.1 at QoS 1: a message is done when the broker acknowledged it. A lost
 * connection is opened again, and what was not acknowledged is sent once more.
 */
import { type Clock, systemClock, type Timer } from '../../base/clock.ts'
import { type Logger, silentLogger } from '../../base/logger.ts'
import { type Random, systemRandom } from '../../base/random.ts'
import { noProperties, type PublishPacket } from '../../protocols/mqtt/index.ts'
import { MqttConnection } from './connection.ts'
import { mqttClientError } from './errors.ts'

export interface PublisherOptions {
  /** `tcp://`, `mqtts://`, `ws://` or `wss://` and the host and port of the broker. */
  readonly url: string
  readonly clientId: string
  readonly userName?: string
  readonly password?: string
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Logger
}

/** How many messages may wait for their acknowledgement; more wait for their turn. */
const mostInFlight = 20
const firstDelayMs = 250
const longestDelayMs = 10_000

interface Unacknowledged {
  readonly packet: PublishPacket
  readonly done: () => void
  readonly failed: (error: Error) => void
}

export class MqttPublisher implements AsyncDisposable {
  readonly #options: PublisherOptions & { clock: Clock; random: Random; logger: Logger }
  readonly #unacknowledged = new Map<number, Unacknowledged>()
  readonly #waiting: (() => void)[] = []
  #connection: MqttConnection | undefined
  #retry: Timer | undefined
  #attempts = 0
  #lastPacketId = 0
  #closed = false

  private constructor(options: PublisherOptions) {
    this.#options = { clock: systemClock, random: systemRandom, logger: silentLogger, ...options }
  }

  /** Resolves when the broker accepted; throws where the first connection fails. */
  static async open(options: PublisherOptions): Promise<MqttPublisher> {
    const publisher = new MqttPublisher(options)
    await publisher.#connect()
    return publisher
  }

  /** Resolves when the broker has acknowledged the message; throws 'mqtt-closed' after a close. */
  async publish(topic: string, payload: string | Buffer): Promise<void> {
    while (this.#unacknowledged.size >= mostInFlight && !this.#closed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    if (this.#closed) throw mqttClientError('mqtt-closed', undefined)
    const packet: PublishPacket = {
      type: 'publish',
      qos: 1,
      retain: false,
      duplicate: false,
      topic,
      packetId: this.#nextPacketId(),
      payload: Buffer.from(payload),
      properties: noProperties,
    }
    await new Promise<void>((done, failed) => {
      this.#unacknowledged.set(packet.packetId, { packet, done, failed })
      this.#connection?.publish(packet)
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#retry?.cancel()
    this.#connection?.close()
    for (const { failed } of this.#unacknowledged.values()) {
      failed(mqttClientError('mqtt-closed', undefined))
    }
    this.#unacknowledged.clear()
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #connect(): Promise<void> {
    const connection = await MqttConnection.open(this.#options, {
      onAcknowledged: (packetId) => this.#acknowledged(packetId),
      onEnd: (why) => this.#reconnectAfter(why),
    })
    if (this.#closed) {
      connection.close()
      return
    }
    this.#connection = connection
    this.#attempts = 0
    for (const { packet } of this.#unacknowledged.values()) {
      connection.publish({ ...packet, duplicate: true })
    }
  }

  #reconnectAfter(why: Error | undefined): void {
    this.#connection = undefined
    if (this.#closed) return
    const { clock, random, logger, url } = this.#options
    const longest = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#attempts++)
    const delayMs = longest * (0.5 + random.next() / 2)
    logger.warn('The MQTT broker is lost; connecting again', { url, why: why?.message })
    this.#retry = clock.after(delayMs, () => {
      this.#connect().catch((error: Error) => this.#reconnectAfter(error))
    })
  }

  #acknowledged(packetId: number): void {
    this.#unacknowledged.get(packetId)?.done()
    this.#unacknowledged.delete(packetId)
    this.#waiting.shift()?.()
  }

  #nextPacketId(): number {
    do {
      this.#lastPacketId = (this.#lastPacketId % 0xffff) + 1
    } while (this.#unacknowledged.has(this.#lastPacketId))
    return this.#lastPacketId
  }
}
