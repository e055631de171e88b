import { createServer, type Server, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { hostAddress } from '../access/host.ts'
import { type Principal, user } from '../access/principal.ts'
import type { PrincipalMapping } from '../access/principal-mapping.ts'
import { listen } from '../base/listen.ts'
import type { TlsServer } from '../base/tls/server.ts'
import type { TlsServerSettings } from '../base/tls/settings.ts'
import { Connection } from './connection.ts'
import type { Arrival, WayIn } from './entry.ts'
import { sentence } from './errors.ts'
import type { Services } from './services.ts'
import type { WebSockets } from './web-sockets.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

export interface ListenerOptions extends Address {
  readonly tls?: {
    readonly settings: TlsServerSettings
    /** From the name of a client's certificate to that of a user. */
    readonly principalOf: PrincipalMapping
  }
  /** How clients may come in; absent, nobody is asked who they are. */
  readonly auth?: readonly WayIn[]
}

/** `G` of `GET`: an MQTT connection begins with 0x10. */
const startOfGet = 0x47

/** A port for MQTT clients, over TCP, TLS or WebSocket: the first byte tells which. */
export class Listener {
  readonly address: Address
  readonly #server: Server
  readonly #tls: TlsServer | undefined
  readonly #sockets: Set<Socket>

  private constructor(
    server: Server,
    tls: TlsServer | undefined,
    sockets: Set<Socket>,
    address: Address,
  ) {
    this.#server = server
    this.#tls = tls
    this.#sockets = sockets
    this.address = address
  }

  static async open(wanted: ListenerOptions, services: Services): Promise<Listener> {
    const sockets = new Set<Socket>()
    const keep = (socket: Socket) => {
      sockets.add(socket)
      services.sockets.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        services.sockets.delete(socket)
      })
    }
    const { server, tls, certified } = await openServer(wanted, services)
    const entrance = new Entrance(services, (socket) => ({
      peer: `${socket.remoteAddress}:${socket.remotePort}`,
      host: hostAddress(socket.remoteAddress ?? ''),
      certified: certified(socket),
      auth: wanted.auth,
    }))
    server.on('connection', (socket: Socket) => {
      if (services.sockets.size < services.limits.connections) keep(socket)
      else refuse(socket, services)
    })
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      if (!socket.destroyed) entrance.accept(socket)
    })
    const port = await listen(server, wanted.host, wanted.port).catch(async (error) => {
      await tls?.close()
      throw error
    })
    server.on('error', (error) => {
      services.logger.error('An MQTT listener failed to accept', { error: error.message })
    })
    return new Listener(server, tls, sockets, { host: wanted.host, port })
  }

  /** Nobody new comes in; those who are in stay. */
  stopAccepting(): void {
    this.#server.close()
  }

  async destroy(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.#tls?.close()
  }
}

interface OpenedServer {
  readonly server: Server
  readonly tls: TlsServer | undefined
  readonly certified: (socket: Socket) => Principal | undefined
}

/** What TLS needs is loaded only where a listener speaks it. */
async function openServer(
  { tls: wanted }: ListenerOptions,
  { logger, clock }: Services,
): Promise<OpenedServer> {
  const options = { noDelay: true, keepAlive: true }
  if (wanted === undefined) {
    return { server: createServer(options), tls: undefined, certified: () => undefined }
  }
  const [{ createServer: createTlsServer }, { clientName, serverTls }] = await Promise.all([
    import('node:tls'),
    import('../base/tls/server.ts'),
  ])
  const tls = await serverTls({ settings: wanted.settings, logger, clock })
  const server = createTlsServer({ ...tls.options, ...options })
  tls.guard(server)
  const certified = (socket: Socket) => {
    const name = clientName(socket as TLSSocket)
    const mapped = name === undefined ? undefined : wanted.principalOf(name)
    return mapped === undefined ? undefined : user(mapped)
  }
  return { server, tls, certified }
}

function refuse(socket: Socket, { logger, limits }: Services): void {
  logger.warn('Refusing a connection: there are as many as there may be', {
    limit: limits.connections,
  })
  socket.destroy()
}

/** Finds out what those speak who come in. */
class Entrance {
  readonly #services: Services
  readonly #arrivalOf: (socket: Socket) => Arrival
  /** Of those that came over WebSocket. */
  readonly #arrivals = new WeakMap<object, Arrival>()
  #webSockets: Promise<WebSockets> | undefined

  constructor(services: Services, arrivalOf: (socket: Socket) => Arrival) {
    this.#services = services
    this.#arrivalOf = arrivalOf
  }

  accept(socket: Socket): void {
    const { clock, limits } = this.#services
    const late = clock.after(limits.connectMs, () => socket.destroy())
    const ignore = () => {}
    socket.on('error', ignore)
    socket.on('close', () => late.cancel())
    socket.once('data', (first: Buffer) => {
      late.cancel()
      const arrival = this.#arrivalOf(socket)
      if (first[0] !== startOfGet) {
        new Connection(socket, arrival, this.#services).receive(first)
        return
      }
      socket.pause()
      this.#arrivals.set(socket, arrival)
      this.#openWebSockets().then(
        (ready) => {
          socket.off('error', ignore)
          socket.unshift(first)
          ready.take(socket)
        },
        (error) => {
          this.#services.logger.error('WebSocket could not be loaded', { error: sentence(error) })
          socket.destroy()
        },
      )
    })
  }

  #openWebSockets(): Promise<WebSockets> {
    const { limits } = this.#services
    this.#webSockets ??= import('./web-sockets.ts').then(({ openWebSockets }) =>
      openWebSockets(
        { largestBytes: limits.packetBytes, headersMs: limits.connectMs },
        (stream, socket) => {
          const arrival = this.#arrivals.get(socket) ?? this.#arrivalOf(socket)
          return new Connection(stream, arrival, this.#services)
        },
      ),
    )
    return this.#webSockets
  }
}
