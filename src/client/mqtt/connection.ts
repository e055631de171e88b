/** One connection to an MQTT 3.1.1 broker, from its CONNACK to its end. */
import type { Duplex } from 'node:stream'
import type { Clock, Timer } from '../../base/clock.ts'
import {
  decodePacket,
  encodePacket,
  noProperties,
  type Packet,
  PacketSplitter,
  type PublishPacket,
  reasonCode,
} from '../../protocols/mqtt/index.ts'
import { mqttClientError } from './errors.ts'
import { openTransport } from './transport.ts'

export interface ConnectionOptions {
  readonly url: string
  readonly clientId: string
  readonly userName?: string
  readonly password?: string
  readonly clock: Clock
}

export interface ConnectionListener {
  onAcknowledged(packetId: number): void
  /** Called once; `why` is undefined where we closed it ourselves. */
  onEnd(why: Error | undefined): void
}

const version = 4
const keepAliveSeconds = 60
const connectTimeoutMs = 10_000
/** A publisher receives nothing but acknowledgements. */
const largestPacketBytes = 1024

export class MqttConnection {
  readonly #stream: Duplex
  readonly #clock: Clock
  readonly #listener: ConnectionListener
  #keepAlive: Timer | undefined
  #heardSincePing = true
  #ended = false

  private constructor(stream: Duplex, clock: Clock, listener: ConnectionListener) {
    this.#stream = stream
    this.#clock = clock
    this.#listener = listener
  }

  /** Resolves when the broker accepted; throws 'mqtt-unreachable', 'mqtt-refused' or 'mqtt-url'. */
  static async open(options: ConnectionOptions, listener: ConnectionListener) {
    const { url, clock } = options
    const stream = await openTransport(url).catch((error: Error) => {
      if ('retriable' in error) throw error
      throw mqttClientError('mqtt-unreachable', { url, why: error.message }, { cause: error })
    })
    const connection = new MqttConnection(stream, clock, listener)
    await connection.#introduce(options)
    connection.#stayAlive()
    return connection
  }

  publish(packet: PublishPacket): void {
    this.#send(packet)
  }

  /** Says good-bye, so that the broker does not take the end for a failure. */
  close(): void {
    if (this.#ended) return
    this.#send({ type: 'disconnect', reason: reasonCode.success, properties: noProperties })
    this.#stream.end()
    this.#end(undefined)
  }

  #introduce({ url, clientId, userName, password }: ConnectionOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (why: string) => {
        timeout.cancel()
        this.#stream.destroy()
        reject(mqttClientError('mqtt-unreachable', { url, why }))
      }
      const timeout = this.#clock.after(connectTimeoutMs, () => failed('it does not answer'))
      let accepted = false
      const splitter = new PacketSplitter(largestPacketBytes, (firstByte, body) => {
        const packet = decodePacket(firstByte, body, version)
        if (accepted) return this.#receive(packet)
        if (packet.type !== 'connack') return failed(`it answers with ${packet.type}`)
        timeout.cancel()
        if (packet.code === 0) {
          accepted = true
          return resolve()
        }
        this.#stream.destroy()
        reject(mqttClientError('mqtt-refused', { url, code: packet.code }))
      })
      this.#stream.on('data', (piece: Buffer) => {
        try {
          splitter.push(piece)
        } catch (error) {
          this.#stream.destroy(error as Error)
        }
      })
      const ended = (why: Error) => (accepted ? this.#end(why) : failed(why.message))
      this.#stream.on('error', ended)
      this.#stream.on('close', () => ended(new Error('the connection was closed')))
      this.#send({
        type: 'connect',
        version,
        cleanStart: true,
        keepAliveSeconds,
        clientId,
        properties: noProperties,
        ...(userName === undefined ? {} : { userName }),
        ...(password === undefined ? {} : { password: Buffer.from(password) }),
      })
    })
  }

  #receive(packet: Packet): void {
    this.#heardSincePing = true
    if (packet.type === 'puback') this.#listener.onAcknowledged(packet.packetId)
  }

  #send(packet: Packet): void {
    this.#stream.write(encodePacket(packet, version))
  }

  /** Pings twice within the keep-alive time; a broker that was silent since the last ping is gone. */
  #stayAlive(): void {
    this.#keepAlive = this.#clock.after((keepAliveSeconds / 2) * 1000, () => {
      if (!this.#heardSincePing) {
        this.#stream.destroy(new Error('the broker is silent'))
        return
      }
      this.#heardSincePing = false
      this.#send({ type: 'pingreq' })
      this.#stayAlive()
    })
  }

  #end(why: Error | undefined): void {
    if (this.#ended) return
    this.#ended = true
    this.#keepAlive?.cancel()
    this.#listener.onEnd(why)
  }
}
