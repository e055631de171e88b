import type { Duplex } from 'node:stream'
import { anonymous, type Principal } from '../access/principal.ts'
import { type Rights, unlimitedRights } from '../access/rights.ts'
import type { Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import {
  connectReturnCode,
  decodePacket,
  encodePacket,
  MalformedPacket,
  noProperties,
  type Packet,
  PacketSplitter,
  type ProtocolVersion,
  protocolError,
  type ReasonCode,
  reasonCode,
} from '../protocols/mqtt/index.ts'
import type { Arrival, Mechanism } from './entry.ts'
import { sentence } from './errors.ts'
import type { ExtendedLogin } from './extended-login.ts'
import { handle } from './handlers/index.ts'
import { OrderedAnswers } from './ordered-answers.ts'
import type { Services } from './services.ts'
import type { Session, SessionConnection } from './session.ts'

interface Received {
  readonly firstByte: number
  readonly body: Buffer
}

/** A client is gone if nothing comes for one and a half times its keep-alive. */
const keepAliveFactor = 1.5
/** How long a client that was told to leave may take to read why. */
const lingerMs = 500

/**
 * One client's connection. Packets are handled in the order in which they came; a client that does
 * not read, or that sends faster than the log takes, is not read from: it slows only itself.
 */
export class Connection implements SessionConnection {
  readonly services: Services
  readonly arrival: Arrival
  readonly logger: Logger
  readonly answers: OrderedAnswers
  readonly topicAliases = new Map<number, string>()
  version: ProtocolVersion = 4
  window: number
  largestPacketBytes = Number.POSITIVE_INFINITY
  clientId = ''
  session: Session | undefined
  /** Known from CONNECT on. */
  principal: Principal = anonymous
  rights: Rights = unlimitedRights
  /** By which its client logs in step by step (MQTT 5), and the login that is under way. */
  mechanism: Mechanism | undefined
  login: ExtendedLogin | undefined
  readonly #stream: Duplex
  readonly #splitter: PacketSplitter
  readonly #waiting: Received[] = []
  #unconfirmed = 0
  #busy = false
  #corked = false
  #closed = false
  #lastReceivedMs: number
  #timer: Timer
  #expiry: Timer | undefined

  constructor(stream: Duplex, arrival: Arrival, services: Services) {
    this.#stream = stream
    this.services = services
    this.arrival = arrival
    this.logger = services.logger.with({ peer: arrival.peer })
    this.window = services.limits.inflight
    this.answers = new OrderedAnswers((packet) => this.write(packet))
    this.#lastReceivedMs = services.clock.now()
    this.#splitter = new PacketSplitter(services.limits.packetBytes, (firstByte, body) => {
      this.#waiting.push({ firstByte, body })
    })
    this.#timer = services.clock.after(services.limits.connectMs, () => {
      this.logger.info('Closing a connection that sent no CONNECT in time')
      this.#stream.destroy()
    })
    services.connections.add(this)
    stream.on('data', (piece: Buffer) => this.receive(piece))
    stream.on('drain', () => this.#drained())
    stream.on('error', (error) => this.logger.debug('A connection broke', { error: error.message }))
    stream.on('close', () => this.#gone())
  }

  get closed(): boolean {
    return this.#closed
  }

  get congested(): boolean {
    // Only a stream that is to drain tells when it has.
    const { writableNeedDrain, writableLength } = this.#stream
    return writableNeedDrain && writableLength > this.services.limits.unsentBytes
  }

  receive(piece: Buffer): void {
    this.#lastReceivedMs = this.services.clock.now()
    try {
      this.#splitter.push(piece)
    } catch (error) {
      // What was whole before it counts.
      this.advance()
      this.fail(error)
      return
    }
    this.advance()
  }

  /** Handles what waits, as far as it may. */
  advance(): void {
    while (!this.#closed && !this.#mustWait()) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      this.#handle(next)
    }
    if (this.#closed) return
    const held = this.#mustWait() || this.#waiting.length > 0
    if (held && !this.#stream.isPaused()) this.#stream.pause()
    else if (!held && this.#stream.isPaused()) this.#stream.resume()
  }

  /** A message of QoS 0 is on its way into the log: too many of them hold their client back. */
  takeUnconfirmed(written: Promise<void>): void {
    this.#unconfirmed += 1
    written.then(() => {
      this.#unconfirmed -= 1
      if (this.#stream.isPaused()) this.advance()
    })
  }

  write(...parts: Uint8Array[]): void {
    if (this.#stream.destroyed || this.#stream.writableEnded) return
    if (!this.#corked) {
      // What falls together leaves in one system call.
      this.#corked = true
      this.#stream.cork()
      process.nextTick(() => {
        this.#corked = false
        this.#stream.uncork()
      })
    }
    for (const part of parts) this.#stream.write(part)
  }

  send(packet: Packet): void {
    this.write(encodePacket(packet, this.version))
  }

  /** From CONNACK on a client must be heard of regularly; 0 switches that off. */
  keepAlive(seconds: number): void {
    this.#timer.cancel()
    if (seconds === 0) return
    const silenceMs = seconds * 1000 * keepAliveFactor
    const { clock } = this.services
    const look = () => {
      const leftMs = this.#lastReceivedMs + silenceMs - clock.now()
      if (leftMs > 0) this.#timer = clock.after(leftMs, look)
      else if (this.#stream.isPaused()) this.#timer = clock.after(silenceMs, look)
      else this.close(reasonCode.keepAliveTimeout, 'nothing came within its keep-alive')
    }
    this.#timer = clock.after(silenceMs, look)
  }

  /** The end of what its client has shown, if there is one. */
  expireAt(expiresAtMs: number | undefined): void {
    this.#expiry?.cancel()
    if (expiresAtMs === undefined) return
    const { clock } = this.services
    const look = () => {
      const leftMs = expiresAtMs - clock.now()
      if (leftMs > 0) this.#expiry = clock.after(leftMs, look)
      else this.close(reasonCode.maximumConnectTime, 'its token has expired')
    }
    look()
  }

  takenOver(): void {
    this.close(reasonCode.sessionTakenOver, 'another client came with its identifier')
  }

  /** Closes it, telling a client of MQTT 5 the reason; the will is published. */
  close(reason: ReasonCode, why: string): void {
    if (this.#closed) return
    this.logger.info('Closing a connection', { clientId: this.clientId, why })
    if (this.version === 5 && this.session !== undefined) {
      const properties = { reasonString: why }
      this.send({ type: 'disconnect', reason, properties: this.problem(properties) })
    }
    this.end()
  }

  /** Closes it without a word. */
  end(): void {
    if (this.#closed) return
    this.#gone()
    this.#stream.resume()
    this.#stream.end()
    this.services.clock.after(lingerMs, () => this.#stream.destroy())
  }

  destroy(): void {
    this.#stream.destroy()
  }

  /** A CONNECT is refused. */
  refuse(reason: ReasonCode, why: string): void {
    if (this.#closed) return
    this.logger.info('Refusing a client', { clientId: this.clientId, why })
    const code = this.version === 5 ? reason : connectReturnCode(reason)
    const properties = this.version === 5 ? { reasonString: why } : noProperties
    this.send({ type: 'connack', sessionPresent: false, code, properties })
    this.end()
  }

  /** Reason strings only reach clients that want them (MQTT 5, section 3.1.2.11.7). */
  problem<Given extends object>(properties: Given): Given | typeof noProperties {
    return this.wantsProblems ? properties : noProperties
  }

  wantsProblems = true

  /** Something went wrong with this connection: it ends, and nothing else. */
  fail(error: unknown): void {
    if (this.#closed) return
    if (!(error instanceof MalformedPacket)) {
      this.logger.error('Closing a connection, because handling its packet failed', {
        clientId: this.clientId,
        error: error instanceof Error ? error.stack : sentence(error),
      })
      this.close(reasonCode.unspecifiedError, 'the server failed')
      return
    }
    this.services.counters.malformed += 1
    this.logger.warn('A client broke the rules of MQTT', {
      clientId: this.clientId,
      why: error.message,
    })
    const tooEarly = this.session === undefined
    const wrongVersion = error.reason === reasonCode.unsupportedProtocolVersion
    if (tooEarly && (wrongVersion || this.version === 5)) this.refuse(error.reason, error.message)
    else this.close(error.reason, error.message)
  }

  #handle({ firstByte, body }: Received): void {
    this.services.counters.received += 1
    try {
      const packet = decodePacket(firstByte, body, versionOf(firstByte, this.version))
      if (!this.#mayCome(packet.type)) {
        throw protocolError(`a ${packet.type.toUpperCase()} came at the wrong time`)
      }
      const handling = handle(packet, this)
      if (handling === undefined) return
      this.#busy = true
      handling
        .catch((error) => this.fail(error))
        .finally(() => {
          this.#busy = false
          this.advance()
        })
    } catch (error) {
      this.fail(error)
    }
  }

  #mayCome(type: Packet['type']): boolean {
    if (this.session !== undefined) return type !== 'connect'
    return type === (this.login === undefined ? 'connect' : 'auth')
  }

  #mustWait(): boolean {
    const { receiveMaximum, unconfirmedMessages } = this.services.limits
    if (this.#busy || this.congested) return true
    if (this.#unconfirmed >= unconfirmedMessages) return true
    // Clients of MQTT 5 are told how many unanswered messages they may send, but well-known ones
    // (paho) do not count them right. Who sends more is held back, in every version.
    return this.answers.open >= receiveMaximum
  }

  #drained(): void {
    this.session?.outbox.pump()
    this.advance()
  }

  #gone(): void {
    if (this.#closed) return
    this.#closed = true
    this.#waiting.length = 0
    this.#timer.cancel()
    this.#expiry?.cancel()
    this.login?.close()
    const { services, session } = this
    services.connections.delete(this)
    if (session === undefined) return
    const { will } = session
    if (session.connection !== this) return
    session.will = undefined
    if (will !== undefined && !services.closing) {
      services.wills.schedule(this.clientId, will, session.expirySeconds)
    }
    services.sessions.left(session, this)
  }
}

/** A CONNECT tells its version itself, so AUTH must not fail before it is known to be too early. */
function versionOf(firstByte: number, version: ProtocolVersion): ProtocolVersion {
  return firstByte >> 4 === 1 ? 5 : version
}
