import type { Socket } from 'node:net'
import { ByteReader, ByteWriter, MalformedBytes } from '../../base/bytes.ts'
import type { Clock, Timer } from '../../base/clock.ts'
import { ApiVersions } from '../../protocols/kafka/apis/18-api-versions.ts'
import { codecOf } from '../../protocols/kafka/codec.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { readResponseHeader, writeRequestHeader } from '../../protocols/kafka/frame.ts'
import type { Api, Draft, MessageOf, Schema } from '../../protocols/kafka/schema.ts'
import type { ClientCredentials } from '../../protocols/sasl/index.ts'
import type { ConnectionSecurity } from '../security/connection-security.ts'
import { type BrokerAddress, formatBrokerAddress } from './addresses.ts'
import { closed, failed, lost, misread } from './endings.ts'
import { asLeatError, checkAnswer, clientError } from './errors.ts'
import { FrameSplitter } from './frame-splitter.ts'
import { type Ask, logIn } from './log-in.ts'
import { openSocket } from './open-socket.ts'
import type { Traffic } from './traffic.ts'
import { Turnstile } from './turnstile.ts'
import { type BrokerVersions, commonVersion } from './versions.ts'

export interface ConnectionOptions {
  readonly address: BrokerAddress
  readonly clientId: string
  readonly clock: Clock
  readonly requestTimeoutMs: number
  readonly traffic: Traffic
  readonly security?: ConnectionSecurity | undefined
  /** Aborting it ends the connection, also while it is being made. */
  readonly signal: AbortSignal
}

export interface RequestOptions {
  /** The highest version to use, where newer ones mean something else. */
  readonly atMost?: number
  /** Instead of the client's own, for requests that the broker keeps waiting on purpose. */
  readonly timeoutMs?: number
}

/** More than a fetch of everything that a fetcher may ask for. */
const longestFrameBytes = 256 * 1024 * 1024
const mostInFlight = 1000
/** A broker that is there accepts us and tells its versions soon, however long requests may take. */
const longestSetupMs = 10_000
/** A login is said again in this part of its time, so that a busy broker does not end the connection. */
const renewal = { from: 0.85, to: 0.95 }

interface Waiting {
  readonly correlationId: number
  readonly name: string
  readonly timer: Timer
  /** Takes the frame, from behind its length. */
  readonly answer: (reader: ByteReader) => void
  readonly fail: (error: Error) => void
}

/**
 * One connection to one broker. Requests are written at once and answered in order. Whatever makes
 * the order doubtful (a timeout, bytes that are no answer) ends it, and fails all that wait.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #name: string
  readonly #socket: Socket
  readonly #splitter = new FrameSplitter(longestFrameBytes, (frame) => this.#take(frame))
  readonly #waiting: Waiting[] = []
  /** Shut while the login is said again, which no other request may come between. */
  readonly #turnstile = new Turnstile(mostInFlight)
  #versions: BrokerVersions = new Map()
  #nextCorrelationId = 0
  #answers = 0
  #ended: Error | undefined
  #renewal: Timer | undefined
  #drained: (() => void) | undefined

  private constructor(options: ConnectionOptions, socket: Socket) {
    this.#options = options
    this.#name = formatBrokerAddress(options.address)
    this.#socket = socket
    options.traffic.connections += 1
    options.traffic.connectionsOpened += 1
    socket.on('error', (error) => this.#end(failed(this.#name, error)))
    socket.on('close', () => this.#end(closed(this.#name, this.#answers)))
  }

  /** Connects, agrees on keys and versions and logs in; throws `broker-unreachable`, or what each step says. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const { address, clock, signal, security } = options
    const withinMs = setupMs(options)
    const tls = await security?.tls()
    let connection: Connection | undefined
    const receive = (piece: Buffer) => {
      if (connection !== undefined) connection.#receive(piece)
    }
    const socket = await openSocket({ address, clock, withinMs, tls, signal, receive })
    connection = new Connection(options, socket)
    try {
      connection.#versions = await connection.#askVersions(ApiVersions.versions.to)
      await connection.#logIn(await security?.credentials())
    } catch (error) {
      connection.close()
      throw error
    }
    return connection
  }

  get isOpen(): boolean {
    return this.#ended === undefined
  }

  /** Whether the broker answers this version of the API, as this client asks it. */
  knows(api: Api, version: number): boolean {
    return (commonVersion(api, this.#versions) ?? -1) >= version
  }

  /** Resolves with the answer; the views in it are good for as long as somebody holds them. */
  request<Request extends Schema, Response extends Schema>(
    api: Api<Request, Response>,
    body: Draft<Request>,
    options: RequestOptions = {},
  ): Promise<MessageOf<Response>> {
    return this.#inTurn(() => this.#ask(api, body, options))
  }

  /** For what is never answered (Produce with acks=0): resolves when the bytes are handed over. */
  tell<Request extends Schema>(
    api: Api<Request, Schema>,
    body: Draft<Request>,
    options: RequestOptions = {},
  ): Promise<void> {
    return this.#inTurn(
      () =>
        new Promise((resolve, reject) => {
          this.#write(api, this.#version(api, options.atMost), body, (error) =>
            error ? reject(failed(this.#name, error)) : resolve(),
          )
        }),
    )
  }

  close(): void {
    this.#end(this.#lost('it was closed here'))
  }

  /** Now, or in the order of the calls once the turnstile opens. */
  #inTurn<Value>(action: () => Promise<Value>): Promise<Value> {
    if (!this.#turnstile.isShut) return action()
    return new Promise((resolve, reject) => {
      const isQueued = this.#turnstile.queue(() => action().then(resolve, reject))
      if (!isQueued) throw this.#tooMany()
    })
  }

  #ask<Request extends Schema, Response extends Schema>(
    api: Api<Request, Response>,
    body: Draft<Request>,
    options: RequestOptions = {},
  ): Promise<MessageOf<Response>> {
    return new Promise((resolve, reject) => {
      const version = this.#version(api, options.atMost)
      const correlationId = this.#write(api, version, body)
      this.#await(api.name, correlationId, options.timeoutMs, reject, (reader) => {
        readResponseHeader(reader, api, version)
        resolve(codecOf(api, 'response', version).decode(reader))
      })
    })
  }

  /** Says who we are, and does so again before the broker stops believing it (KIP-368). */
  async #logIn(credentials: ClientCredentials | undefined): Promise<void> {
    const { security, clock } = this.#options
    if (security === undefined || credentials === undefined) return
    const { random } = security
    const ask: Ask = (api, body) => this.#ask(api, body)
    const believedMs = await logIn({ address: this.#name, credentials, random, ask })
    if (believedMs <= 0 || this.#ended !== undefined) return
    const share = renewal.from + (renewal.to - renewal.from) * random.next()
    this.#renewal = clock.after(believedMs * share, () => void this.#renew())
  }

  async #renew(): Promise<void> {
    try {
      // A server that gives out tokens may be slow: until it has answered, requests go on.
      const credentials = await this.#options.security?.credentials()
      this.#turnstile.shut()
      await this.#drain()
      if (this.#ended === undefined) await this.#logIn(credentials)
    } catch (error) {
      this.#end(asLeatError(error))
    }
    this.#turnstile.open()
  }

  /** Resolves when nobody waits for an answer any more. */
  async #drain(): Promise<void> {
    if (this.#waiting.length === 0) return
    await new Promise<void>((drained) => {
      this.#drained = drained
    })
  }

  #version(api: Api, atMost: number | undefined): number {
    const version = commonVersion(api, this.#versions, atMost)
    if (version !== undefined) return version
    throw clientError('no-common-version', { name: api.name, address: this.#name })
  }

  #write<Request extends Schema>(
    api: Api<Request, Schema>,
    version: number,
    body: Draft<Request>,
    written?: (error?: Error | null) => void,
  ): number {
    if (this.#ended !== undefined) throw this.#ended
    if (this.#waiting.length >= mostInFlight) throw this.#tooMany()
    const correlationId = this.#nextCorrelationId
    const writer = new ByteWriter(512)
    const { clientId } = this.#options
    writeRequestHeader(writer, api, { apiVersion: version, correlationId, clientId })
    codecOf(api, 'request', version).encode(body, writer)
    this.#nextCorrelationId = (correlationId + 1) & 0x7fffffff
    const length = Buffer.allocUnsafe(4)
    length.writeInt32BE(writer.length)
    this.#options.traffic.requests += 1
    this.#options.traffic.outgoingBytes += length.length + writer.length
    this.#socket.cork()
    this.#socket.write(length)
    const parts = writer.parts()
    const last = parts.pop() ?? Buffer.alloc(0)
    for (const part of parts) this.#socket.write(part)
    this.#socket.write(last, written)
    this.#socket.uncork()
    return correlationId
  }

  #await(
    name: string,
    correlationId: number,
    timeoutMs = this.#options.requestTimeoutMs,
    fail: (error: Error) => void,
    answer: (reader: ByteReader) => void,
  ): void {
    const timer = this.#options.clock.after(timeoutMs, () =>
      this.#end(
        clientError('request-timed-out', { address: this.#name, request: name, ms: timeoutMs }),
      ),
    )
    this.#waiting.push({ correlationId, name, timer, answer, fail })
  }

  #receive(piece: Buffer): void {
    this.#options.traffic.incomingBytes += piece.length
    try {
      this.#splitter.push(piece)
    } catch (error) {
      if (!(error instanceof MalformedBytes)) throw error
      this.#end(misread(this.#name, this.#answers, piece, error))
    }
  }

  #take(frame: Buffer): void {
    const first = this.#waiting.shift()
    if (first === undefined) throw new MalformedBytes('an answer that nobody asked for')
    first.timer.cancel()
    this.#options.traffic.responses += 1
    this.#answers += 1
    try {
      const correlationId = frame.length < 4 ? undefined : frame.readInt32BE(0)
      if (correlationId !== first.correlationId) {
        throw new MalformedBytes(`an answer to ${correlationId} where ${first.name} was asked`)
      }
      first.answer(new ByteReader(frame))
    } catch (error) {
      first.fail(this.#lost(`its answer to ${first.name} cannot be read`, error))
      throw error
    }
    if (this.#waiting.length === 0) this.#drained?.()
  }

  /** A broker that does not know our version answers with version 0 and says what it knows. */
  async #askVersions(version: number): Promise<BrokerVersions> {
    const client = { clientSoftwareName: 'leat', clientSoftwareVersion: '1' }
    const answer = await new Promise<MessageOf<(typeof ApiVersions)['response']>>(
      (resolve, reject) => {
        const correlationId = this.#write(ApiVersions, version, client)
        this.#await(ApiVersions.name, correlationId, setupMs(this.#options), reject, (reader) => {
          readResponseHeader(reader, ApiVersions, version)
          const isUnsupported =
            reader.remaining >= 2 &&
            reader.source.readInt16BE(reader.position) === errorCode.UNSUPPORTED_VERSION
          resolve(codecOf(ApiVersions, 'response', isUnsupported ? 0 : version).decode(reader))
        })
      },
    )
    const versions = new Map(
      answer.apiKeys.map((one) => [one.apiKey, { from: one.minVersion, to: one.maxVersion }]),
    )
    if (answer.errorCode === errorCode.UNSUPPORTED_VERSION && version > 0) {
      return await this.#askVersions(
        Math.min(commonVersion(ApiVersions, versions) ?? 0, version - 1),
      )
    }
    checkAnswer(answer.errorCode, `The broker ${this.#name} does not tell its versions`)
    return versions
  }

  #tooMany(): Error {
    return clientError('too-many-requests', { address: this.#name, limit: mostInFlight })
  }

  #lost(why: string, cause?: unknown): Error {
    return lost(this.#name, why, cause)
  }

  #end(error: Error): void {
    if (this.#ended !== undefined) return
    this.#ended = error
    this.#renewal?.cancel()
    this.#options.traffic.connections -= 1
    this.#socket.destroy()
    for (const { timer, fail } of this.#waiting.splice(0)) {
      timer.cancel()
      fail(error)
    }
    this.#drained?.()
  }
}

function setupMs({ requestTimeoutMs }: ConnectionOptions): number {
  return Math.min(requestTimeoutMs, longestSetupMs)
}
