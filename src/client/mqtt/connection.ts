/** One connection to an MQTT broker, from its CONNACK to its end. */
import type { Duplex } from 'node:stream'
import type { Clock, Timer } from '../../base/clock.ts'
import {
  type ConnackPacket,
  type ConnectPacket,
  decodePacket,
  encodePacket,
  noProperties,
  type Packet,
  PacketSplitter,
  type ProtocolVersion,
  reasonCode,
} from '../../protocols/mqtt/index.ts'
import { mqttClientError } from './errors.ts'
import { openTransport, type TransportOptions } from './transport.ts'

export interface ConnectionOptions extends TransportOptions {
  readonly url: string
  readonly connect: ConnectPacket
  readonly connectTimeoutMs: number
  readonly clock: Clock
}

export interface ConnectionListener {
  onPacket(packet: Packet): void
  /** Called once; `why` is undefined where we closed it ourselves. */
  onEnd(why: Error | undefined): void
}

/** MQTT's own limit: no packet may be larger. */
const largestPacketBytes = 268_435_460

export class MqttConnection {
  readonly #stream: Duplex
  readonly #version: ProtocolVersion
  readonly #clock: Clock
  readonly #listener: ConnectionListener
  #connack: ConnackPacket | undefined
  #keepAlive: Timer | undefined
  #heardSincePing = true
  #isPaused = false
  #isCorked = false
  #ended = false

  private constructor(
    stream: Duplex,
    version: ProtocolVersion,
    clock: Clock,
    listener: ConnectionListener,
  ) {
    this.#stream = stream
    this.#version = version
    this.#clock = clock
    this.#listener = listener
  }

  /** Resolves when the broker accepted; throws 'mqtt-unreachable', 'mqtt-refused' or 'mqtt-url'. */
  static async open(options: ConnectionOptions, listener: ConnectionListener) {
    const { url, clock, connect } = options
    const stream = await openTransport(url, options).catch((error: Error) => {
      if ('retriable' in error) throw error
      throw mqttClientError('mqtt-unreachable', { url, why: error.message }, { cause: error })
    })
    const connection = new MqttConnection(stream, connect.version, clock, listener)
    const connack = await connection.#introduce(options)
    const { serverKeepAlive } = connack.properties
    connection.#stayAlive(serverKeepAlive ?? connect.keepAliveSeconds)
    return { connection, connack }
  }

  /** Whether so much waits to be sent that the sender had better wait for `onDrain`. */
  get isFull(): boolean {
    return this.#stream.writableNeedDrain
  }

  onDrain(action: () => void): void {
    this.#stream.once('drain', action)
  }

  /** What is sent in one turn of the event loop leaves in one system call. */
  send(packet: Packet): void {
    if (this.#ended) return
    if (!this.#isCorked) {
      this.#isCorked = true
      this.#stream.cork()
      process.nextTick(() => {
        this.#isCorked = false
        this.#stream.uncork()
      })
    }
    this.#stream.write(encodePacket(packet, this.#version))
  }

  /** Leaves what comes with the system; a broker that is not read from cannot be called silent. */
  pause(): void {
    this.#isPaused = true
    this.#stream.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#heardSincePing = true
    this.#stream.resume()
  }

  /** Says good-bye, so that the broker does not take the end for a failure. */
  close(): void {
    if (this.#ended) return
    this.send({ type: 'disconnect', reason: reasonCode.success, properties: noProperties })
    this.#end(undefined)
    process.nextTick(() => this.#stream.end())
  }

  #introduce(options: ConnectionOptions): Promise<ConnackPacket> {
    const { url, connect, connectTimeoutMs } = options
    return new Promise((resolve, reject) => {
      const failed = (why: string) => {
        timeout.cancel()
        this.#stream.destroy()
        reject(mqttClientError('mqtt-unreachable', { url, why }))
      }
      const timeout = this.#clock.after(connectTimeoutMs, () => failed('it does not answer'))
      const splitter = new PacketSplitter(largestPacketBytes, (firstByte, body) => {
        const packet = decodePacket(firstByte, body, this.#version)
        if (this.#connack !== undefined) return this.#receive(packet)
        if (packet.type !== 'connack') return failed(`it answers with ${packet.type}`)
        timeout.cancel()
        if (packet.code === 0) {
          this.#connack = packet
          return resolve(packet)
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
      const ended = (why: Error) => {
        if (this.#connack === undefined) failed(why.message)
        else this.#end(why)
      }
      this.#stream.on('error', ended)
      this.#stream.on('close', () => ended(new Error('the connection was closed')))
      this.send(connect)
    })
  }

  #receive(packet: Packet): void {
    this.#heardSincePing = true
    if (!this.#ended) this.#listener.onPacket(packet)
  }

  /** Pings twice within the keep-alive time; a broker that was silent since the last ping is gone. */
  #stayAlive(keepAliveSeconds: number): void {
    if (keepAliveSeconds === 0 || this.#ended) return
    this.#keepAlive = this.#clock.after((keepAliveSeconds / 2) * 1000, () => {
      if (!this.#heardSincePing && !this.#isPaused) {
        this.#stream.destroy(new Error('the broker is silent'))
        return
      }
      this.#heardSincePing = false
      this.send({ type: 'pingreq' })
      this.#stayAlive(keepAliveSeconds)
    })
  }

  #end(why: Error | undefined): void {
    if (this.#ended) return
    this.#ended = true
    this.#keepAlive?.cancel()
    this.#listener.onEnd(why)
  }
}
