import type { Socket } from 'node:net'
import { type Audit, decisionsTo } from '../access/audit.ts'
import { hostAddress } from '../access/host.ts'
import { anonymous, type Principal, user } from '../access/principal.ts'
import { LimitedRights, type Rights, unlimitedRights } from '../access/rights.ts'
import { MalformedBytes } from '../base/bytes.ts'
import type { Timer } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { SaslMechanism } from '../protocols/sasl/index.ts'
import type { BufferPool } from './buffer-pool.ts'
import { FrameReader } from './frames.ts'
import { type Answer, noResponse, type Services } from './handler.ts'
import type { ListenerAddress } from './listener.ts'
import { isImmediate, Request } from './request.ts'
import { BareToken, SaslSession, TurnedAway } from './sasl/index.ts'

interface Frame {
  readonly bytes: Buffer
  /** The pooled buffer behind the bytes, if there is one. */
  readonly gathered: Buffer | undefined
  readonly immediate: boolean
}

/** What a frame asks of us. */
interface Asked {
  readonly immediate: boolean
  /** Gives the answer's message, a promise of it, or `noResponse`. */
  handle(): unknown
  answer(message: unknown): Answer
  /** How long the client may not be heard afterwards. */
  readonly throttleMs?: number
}

/** The place of an answer in the order of its connection; `answer` is undefined while it is awaited. */
interface Place {
  answer: Answer | typeof noResponse | undefined
}

/**
 * One client's connection. Requests are answered in the order in which they came. One is handled
 * at a time, except that immediate ones (Produce) follow each other without waiting, so that what
 * a client pipelines shares a write and a sync. A client that does not read its answers, or sends
 * faster than it is served, is not read from: it slows only itself.
 */
export class Connection {
  readonly #socket: Socket
  readonly #services: Services
  readonly #pool: BufferPool
  readonly #logger: Logger
  readonly #listener: ListenerAddress
  /** Whether the parts of leat alone come in here. */
  readonly #isOfLeat: boolean
  /** Told who logs in and what they may not do; the parts of leat itself are not of interest. */
  readonly #audit: Audit | undefined
  /** The client's address, as rules of access write it. */
  readonly #host: string
  readonly #gone = new AbortController()
  readonly #reader: FrameReader
  /** Where clients must log in. */
  readonly session: SaslSession | undefined
  #mostQueuedBytes: number
  readonly #waiting: Frame[] = []
  readonly #places: Place[] = []
  #waitingBytes = 0
  #allImmediate = true
  #principal: Principal
  #rights: Rights
  #corked = false
  /** Runs while this client may not be heard because it did more than it may. */
  #mute: Timer | undefined

  constructor(socket: Socket, services: Services, listener: ListenerAddress) {
    this.#socket = socket
    this.#services = services
    this.#pool = services.buffers
    this.#logger = services.logger.with({ client: `${socket.remoteAddress}:${socket.remotePort}` })
    this.#listener = listener
    this.#isOfLeat = listener.insiders !== undefined || listener.forLogins === true
    this.#audit = this.#isOfLeat ? undefined : services.audit
    this.#host = hostAddress(socket.remoteAddress ?? '')
    this.#principal = listener.principal ?? anonymous
    this.#rights = this.#rightsOf(this.#principal)
    this.#mostQueuedBytes = services.settings.number('leat.max.queued.bytes.per.connection')
    this.#reader = new FrameReader(
      services.settings.number('socket.request.max.bytes'),
      this.#pool,
      (bytes, gathered) => this.#take(bytes, gathered),
    )
    this.session = listener.auth && this.#awaitLogin(listener.auth)
    socket.on('drain', () => this.#advance())
    socket.on('error', (error) =>
      this.#logger.debug('The connection broke', { error: error.message }),
    )
    socket.on('close', () => {
      this.#gone.abort()
      this.#mute?.cancel()
    })
    socket.on('timeout', () => this.#endIfIdle())
    const idleMs = services.settings.number('connections.max.idle.ms')
    if (idleMs > 0) socket.setTimeout(idleMs)
  }

  /** Where this client reaches the broker. */
  get address(): { host: string; port: number } {
    return (
      this.#listener.advertised ?? {
        host: plainAddress(this.#socket.localAddress ?? '127.0.0.1'),
        port: this.#socket.localPort ?? 0,
      }
    )
  }

  /** Who the client is, as far as this door knows. */
  get principal(): Principal {
    return this.#principal
  }

  set principal(principal: Principal) {
    this.#principal = principal
    this.#rights = this.#rightsOf(principal)
  }

  get rights(): Rights {
    return this.#rights
  }

  get clientHost(): string {
    return `/${plainAddress(this.#socket.remoteAddress ?? '')}`
  }

  /** Its address, as rules of access write it. */
  get host(): string {
    return this.#host
  }

  get gone(): AbortSignal {
    return this.#gone.signal
  }

  close(): void {
    this.#socket.destroy()
  }

  /** Takes bytes from the client; they may be overwritten once it returns. */
  receive(piece: Buffer): void {
    try {
      this.#services.log.burst.run(() => this.#reader.push(piece))
    } catch (error) {
      this.#fail(error)
    }
  }

  #rightsOf(principal: Principal): Rights {
    const { access } = this.#services
    if (access === undefined) return unlimitedRights
    const told = { door: 'kafka', host: this.#host, principal } as const
    const decisions = this.#audit && decisionsTo(this.#audit, told)
    return new LimitedRights(access.authorizer, principal, this.#host, this.#logger, decisions)
  }

  /** Until somebody has logged in, little is taken, and not for long. */
  #awaitLogin(mechanisms: readonly SaslMechanism[]): SaslSession {
    const { settings, clock } = this.#services
    const { insiders } = this.#listener
    const logins = insiders ?? this.#services.logins
    const allQueuedBytes = this.#mostQueuedBytes
    this.#mostQueuedBytes = settings.number('sasl.server.max.receive.size')
    this.#reader.longestBytes = this.#mostQueuedBytes
    const timeoutMs = settings.number('leat.login.timeout.ms')
    const timer = clock.after(timeoutMs, () => {
      this.#logger.warn('Closing a connection that did not log in', { timeoutMs })
      this.close()
    })
    this.#gone.signal.addEventListener('abort', () => timer.cancel())
    return new SaslSession({
      ...{ mechanisms, logins, settings, clock, logger: this.#logger, gone: this.gone },
      // Doors that try the logins of their own clients know where those come from.
      failedLogins: this.#isOfLeat ? undefined : this.#services.failedLogins,
      host: this.#host,
      loggedIn: (name) => {
        this.principal = insiders?.principalOf(name) ?? user(name)
        timer.cancel()
        this.#mostQueuedBytes = allQueuedBytes
        this.#reader.longestBytes = settings.number('socket.request.max.bytes')
      },
      tell: (login) =>
        this.#audit?.tell({ kind: 'login', door: 'kafka', host: this.#host, ...login }),
    })
  }

  #take(bytes: Buffer, gathered: Buffer | undefined): void {
    const immediate = isImmediate(bytes) && this.session?.isOpen !== false
    if (immediate && this.#waiting.length === 0 && this.#mayStart(immediate)) {
      this.#start(bytes, gathered)
      return
    }
    // What is handled later, or looked at again after a wait, must not be overwritten meanwhile.
    const kept = gathered === undefined ? Buffer.from(bytes) : bytes
    this.#waiting.push({ bytes: kept, gathered, immediate })
    this.#waitingBytes += kept.length
    this.#advance()
    if (this.#waitingBytes > this.#mostQueuedBytes) this.#socket.pause()
  }

  #advance(): void {
    if (this.#waiting.length > 0) this.#services.log.burst.run(() => this.#startWaiting())
    const isFull = this.#waitingBytes > this.#mostQueuedBytes
    if (!isFull && this.#mute === undefined && this.#socket.isPaused()) this.#socket.resume()
  }

  #startWaiting(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (!this.#mayStart(next.immediate)) break
      this.#waiting.shift()
      this.#waitingBytes -= next.bytes.length
      this.#start(next.bytes, next.gathered)
    }
  }

  #mayStart(immediate: boolean): boolean {
    if (this.session?.hasFailed || this.#mute !== undefined) return false
    if (this.#socket.destroyed || this.#socket.writableLength > this.#mostQueuedBytes) return false
    return this.#places.length === 0 || (this.#allImmediate && immediate)
  }

  #start(bytes: Buffer, gathered: Buffer | undefined): void {
    const { burst } = this.#services.log
    let asked: Asked
    let result: unknown
    try {
      asked = this.#read(bytes)
      // Whatever is not an append wants to see those before it.
      if (!asked.immediate) burst.write()
      result = asked.handle()
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#allImmediate = asked.immediate
    if (gathered !== undefined && asked.immediate) {
      burst.whenWritten(() => this.#pool.give(gathered))
    }
    const place: Place = { answer: undefined }
    this.#places.push(place)
    if (result instanceof Promise) {
      result.then(
        (message) => this.#answer(place, asked, message),
        (error) => this.#fail(error),
      )
    } else {
      this.#answer(place, asked, result)
    }
  }

  #read(bytes: Buffer): Asked {
    const { session } = this
    if (session?.takesBareTokens) return new BareToken(bytes, session)
    const request = Request.read(bytes, this, this.#services)
    const refusal = session?.refusalOf(request.api.key)
    return session && refusal ? new TurnedAway(request, refusal, session) : request
  }

  #answer(place: Place, asked: Asked, message: unknown): void {
    try {
      place.answer = message === noResponse ? noResponse : asked.answer(message)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (asked.throttleMs) this.#throttle(asked.throttleMs)
    for (let first = this.#places[0]; first?.answer !== undefined; first = this.#places[0]) {
      this.#places.shift()
      if (first.answer !== noResponse) this.#send(first.answer)
    }
    if (this.session?.hasFailed) this.#socket.destroySoon()
    else this.#advance()
  }

  /** As Kafka since 2.0: the answer leaves at once, what comes after it is not looked at for a while. */
  #throttle(ms: number): void {
    if (this.#socket.destroyed) return
    this.#mute?.cancel()
    this.#socket.pause()
    this.#mute = this.#services.clock.after(ms, () => {
      this.#mute = undefined
      this.#advance()
    })
  }

  #send({ parts, pooled }: Answer): void {
    if (this.#socket.destroyed) return
    if (!this.#corked) {
      // Answers that fall together, such as those of one sync, leave in one system call.
      this.#corked = true
      this.#socket.cork()
      process.nextTick(() => {
        this.#corked = false
        this.#socket.uncork()
      })
    }
    const last = parts.length - 1
    for (let index = 0; index < last; index++) this.#socket.write(parts[index] as Uint8Array)
    if (pooled.length === 0) this.#socket.write(parts[last] as Uint8Array)
    else {
      this.#socket.write(parts[last] as Uint8Array, () => {
        for (const buffer of pooled) this.#pool.give(buffer)
      })
    }
  }

  #endIfIdle(): void {
    if (this.#places.length === 0 && this.#mute === undefined) this.#socket.destroy()
  }

  /** Closes this connection and nothing else: what it sent is unreadable, or we have a bug. */
  #fail(error: unknown): void {
    if (this.#socket.destroyed) return
    if (error instanceof MalformedBytes) {
      this.#logger.warn('Closing a connection that sent bytes which are not a request of Kafka', {
        why: error.message,
      })
    } else {
      this.#logger.error('Closing a connection whose request failed unexpectedly', {
        error: error instanceof Error ? error.stack : String(error),
      })
    }
    this.#socket.destroy()
  }
}

/** An IPv4 address that a socket of both families shows as IPv6, as people write it. */
function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}
