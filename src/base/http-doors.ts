import type { IncomingMessage, RequestListener, Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type Clock, systemClock } from './clock.ts'
import { listen } from './listen.ts'
import { type Logger, silentLogger } from './logger.ts'
import { createServer } from './node-http.ts'
import type { TlsServer } from './tls/server.ts'
import type { TlsServerSettings } from './tls/settings.ts'

export interface HostAndPort {
  readonly host: string
  readonly port: number
}

/** The name in the certificate that a client has shown (RFC 2253); undefined where it showed none. */
export type CertificateOf = (request: IncomingMessage) => string | undefined

export interface HttpListener extends HostAndPort {
  /** Absent: nothing is encrypted. */
  readonly tls?: TlsServerSettings
}

export interface HttpDoorsOptions<Listener extends HttpListener> {
  readonly listeners: readonly Listener[]
  /** What answers at a listener. */
  readonly answer: (listener: Listener, certificateOf: CertificateOf) => RequestListener
  /** Of each listener. */
  readonly mostConnections?: number
  /** How long requests that are under way may take when the doors close. */
  readonly closeMs?: number
  readonly clock?: Clock
  readonly logger?: Logger
}

/** HTTP servers on several addresses, encrypted or not, opened together and closed together. */
export class HttpDoors implements AsyncDisposable {
  readonly #doors: Door[] = []
  readonly #closeMs: number
  readonly #clock: Clock

  private constructor(closeMs: number, clock: Clock) {
    this.#closeMs = closeMs
    this.#clock = clock
  }

  /** Throws, with none left open, where one cannot listen or its keys cannot be used. */
  static async open<Listener extends HttpListener>(
    options: HttpDoorsOptions<Listener>,
  ): Promise<HttpDoors> {
    const { listeners, closeMs = 0, clock = systemClock } = options
    const doors = new HttpDoors(closeMs, clock)
    try {
      for (const listener of listeners) doors.#doors.push(await openDoor(listener, options))
    } catch (error) {
      await doors.close()
      throw error
    }
    return doors
  }

  get addresses(): HostAndPort[] {
    return this.#doors.map(({ server }) => {
      const { address, port } = server.address() as AddressInfo
      return { host: address, port }
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.#doors.map((door) => this.#closeOne(door)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #closeOne({ server, tls, sockets }: Door): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(this.#closeMs, () => {
        server.closeAllConnections()
        // Those that are still agreeing on keys are no connections of HTTP yet.
        for (const socket of sockets) socket.destroy()
      })
      server.close(() => {
        timer.cancel()
        resolve()
      })
      server.closeIdleConnections()
    })
    await tls?.close()
  }
}

interface Door {
  readonly server: Server
  readonly tls: TlsServer | undefined
  /** Beneath TLS. */
  readonly sockets: ReadonlySet<Socket>
}

async function openDoor<Listener extends HttpListener>(
  listener: Listener,
  options: HttpDoorsOptions<Listener>,
): Promise<Door> {
  const door = await (listener.tls === undefined
    ? {
        server: createServer(options.answer(listener, () => undefined)),
        tls: undefined,
        sockets: new Set<Socket>(),
      }
    : openSecurely(listener, listener.tls, options))
  const { mostConnections } = options
  if (mostConnections !== undefined) door.server.maxConnections = mostConnections
  try {
    await listen(door.server, listener.host, listener.port)
  } catch (error) {
    await door.tls?.close()
    throw error
  }
  return door
}

/** What TLS needs is loaded only where a listener speaks it. */
async function openSecurely<Listener extends HttpListener>(
  listener: Listener,
  settings: TlsServerSettings,
  { answer, clock = systemClock, logger = silentLogger }: HttpDoorsOptions<Listener>,
): Promise<Door> {
  const [{ createServer: createSecureServer }, { clientName, serverTls }] = await Promise.all([
    import('node:https'),
    import('./tls/server.ts'),
  ])
  const tls = await serverTls({ settings, logger, clock })
  const server = createSecureServer(
    tls.options,
    answer(listener, ({ socket }) => clientName(socket as TLSSocket)),
  )
  tls.guard(server)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  return { server, tls, sockets }
}

/** What answers is loaded with the first request: it costs 30 ms, for which a start would have to wait. */
export function answerLazily(load: () => Promise<RequestListener>): RequestListener {
  let loaded: Promise<RequestListener> | undefined
  return (request, response) => {
    loaded ??= load()
    loaded.then((answer) => answer(request, response)).catch((error) => response.destroy(error))
  }
}
