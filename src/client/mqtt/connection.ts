/** One connection to an MQTT broker, from its CONNACK to its end. */
import type { Duplex } from 'node:stream'
import type { Clock, Timer } from '../../base/clock.ts'
import { LeatError } from '../../base/errors.ts'
import {
  type ConnackPacket,
  type ConnectPacket,
  decodePacket,
  noProperties,
  type Packet,
  PacketSplitter,
  type Properties,
  type ProtocolVersion,
  reasonCode,
} from '../../protocols/mqtt/index.ts'
import { mqttClientError } from './errors.ts'
import { largestPacketBytes } from './outgoing.ts'
import { PacketBatch } from './packet-batch.ts'
import { TopicAliases } from './topic-aliases.ts'
import { openTransport, type TransportOptions } from './transport.ts'

export interface ConnectionOptions extends TransportOptions {
  readonly url: string
  readonly connect: ConnectPacket
  /** From the first byte to the CONNACK. */
  readonly connectTimeoutMs: number
  readonly clock: Clock
  /** Ends the attempt. */
  readonly signal: AbortSignal
}

export interface ConnectionListener {
  /** Before any other packet is told: messages may come in one piece with the CONNACK. */
  onAccepted(connection: MqttConnection, connack: ConnackPacket): void
  onPacket(packet: Packet): void
  /** All packets of one piece that came have been told. */
  onPiece(): void
  /** There is room again to send. */
  onDrain(): void
  /** Called once; `why` is undefined where we closed it ourselves. */
  onEnd(why: Error | undefined): void
}

/** So much may wait for the peer; then the connection counts as full. */
const mostWaitingBytes = 256 * 1024
/** How long a peer may take to read what was sent before the good-bye. */
const closeWithinMs = 2000

export class MqttConnection {
  readonly version: ProtocolVersion
  readonly #stream: Duplex
  readonly #clock: Clock
  readonly #listener: ConnectionListener
  readonly #batch: PacketBatch
  readonly #aliases: TopicAliases
  #connack: ConnackPacket | undefined
  #keepAlive: Timer | undefined
  #heardSincePing = true
  #isPaused = false
  #hasEnded = false

  private constructor(
    stream: Duplex,
    { version, properties }: ConnectPacket,
    clock: Clock,
    listener: ConnectionListener,
  ) {
    this.version = version
    this.#stream = stream
    this.#clock = clock
    this.#listener = listener
    this.#batch = new PacketBatch(version, (bytes) => stream.write(bytes))
    this.#aliases = new TopicAliases(properties.topicAliasMaximum ?? 0)
  }

  /** Resolves when the broker accepted; throws 'mqtt-unreachable', 'mqtt-refused' or 'mqtt-url'. */
  static async open(options: ConnectionOptions, listener: ConnectionListener) {
    const { url, clock, connect, connectTimeoutMs } = options
    const patience = new AbortController()
    const giveUp = () => patience.abort(options.signal.reason)
    options.signal.addEventListener('abort', giveUp)
    const timeout = clock.after(connectTimeoutMs, () =>
      patience.abort(new Error(`it does not answer within ${connectTimeoutMs / 1000} s`)),
    )
    try {
      const stream = await openTransport(url, options, patience.signal)
      const connection = new MqttConnection(stream, connect, clock, listener)
      const connack = await connection.#introduce(url, connect)
      connection.#stayAlive(connack.properties.serverKeepAlive ?? connect.keepAliveSeconds)
      return { connection, connack }
    } catch (error) {
      if (error instanceof LeatError) throw error
      const why = error instanceof Error ? error.message || error.name : String(error)
      throw mqttClientError('mqtt-unreachable', { url, why }, { cause: error })
    } finally {
      timeout.cancel()
      // Once it stands, it is closed with a good-bye.
      options.signal.removeEventListener('abort', giveUp)
    }
  }

  /** What the broker said that it takes. */
  get limits(): Readonly<Properties> {
    return this.#connack?.properties ?? noProperties
  }

  get isFull(): boolean {
    return this.#stream.writableLength >= mostWaitingBytes
  }

  /** What is sent in one turn of the event loop leaves in one write. */
  send(packet: Packet): void {
    if (!this.#hasEnded) this.#batch.add(packet)
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
  async close(): Promise<void> {
    if (this.#hasEnded) return
    this.send({ type: 'disconnect', reason: reasonCode.success, properties: noProperties })
    this.#batch.flush()
    this.#end(undefined)
    if (this.#stream.destroyed) return
    await new Promise<void>((resolve) => {
      const impatience = this.#clock.after(closeWithinMs, () => this.#stream.destroy())
      this.#stream.once('close', () => {
        impatience.cancel()
        resolve()
      })
      this.#stream.end()
      // What still comes is nobody's, but an end that is not read is no end.
      this.#stream.resume()
    })
  }

  #introduce(url: string, connect: ConnectPacket): Promise<ConnackPacket> {
    return new Promise((resolve, reject) => {
      const failed = (error: Error) => {
        reject(error)
        this.#stream.destroy()
      }
      const greet = (packet: Packet) => {
        if (packet.type !== 'connack') return failed(new Error(`it answers with ${packet.type}`))
        const { code } = packet
        if (code !== 0) return failed(mqttClientError('mqtt-refused', { url, code }))
        this.#connack = packet
        this.#listener.onAccepted(this, packet)
        resolve(packet)
      }
      const mostBytes = connect.properties.maximumPacketSize ?? largestPacketBytes
      const splitter = new PacketSplitter(mostBytes, (firstByte, body) => {
        if (this.#stream.destroyed) return
        const packet = decodePacket(firstByte, body, this.version)
        if (this.#connack === undefined) greet(packet)
        else this.#receive(packet)
      })
      this.#stream.on('data', (piece: Buffer) => {
        this.#heardSincePing = true
        try {
          splitter.push(piece)
        } catch (error) {
          this.#stream.destroy(error as Error)
        }
        this.#listener.onPiece()
      })
      const ended = (why: Error) => {
        if (this.#connack === undefined) reject(why)
        else this.#end(why)
      }
      this.#stream.on('drain', () => this.#listener.onDrain())
      this.#stream.on('error', ended)
      this.#stream.on('close', () => ended(new Error('the connection was closed')))
      this.send(connect)
    })
  }

  #receive(packet: Packet): void {
    if (this.#hasEnded) return
    switch (packet.type) {
      case 'publish':
        this.#listener.onPacket(this.#aliases.resolved(packet))
        return
      case 'disconnect': {
        const code = `0x${packet.reason.toString(16)}`
        const { reasonString = 'it gives no words' } = packet.properties
        this.#stream.destroy(new Error(`the broker says good-bye with ${code}: ${reasonString}`))
        return
      }
      default:
        this.#listener.onPacket(packet)
    }
  }

  /** Pings twice within the keep-alive time; a broker that was silent since the last ping is gone. */
  #stayAlive(keepAliveSeconds: number): void {
    if (keepAliveSeconds === 0 || this.#hasEnded) return
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
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#keepAlive?.cancel()
    this.#listener.onEnd(why)
  }
}
