import { createServer, type Server, type Socket } from 'node:net'
import type { TLSSocket, Server as TlsServer } from 'node:tls'
import { hostAddress } from '../access/host.ts'
import { user } from '../access/principal.ts'
import type { PrincipalMapping } from '../access/principal-mapping.ts'
import { listen } from '../base/listen.ts'
import type { TlsServer as Keys } from '../base/tls/server.ts'
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
  /** Whether a user name beside a token must be the token's user. */
  readonly tokenUser?: 'same' | 'any'
  /** Sites whose pages may come in browsers, beside those that are ours, where no secret is asked for. */
  readonly allowedHosts?: readonly string[]
}

const longestOriginInLogs = 200

/** `G` of `GET`: an MQTT connection begins with 0x10. */
const startOfGet = 0x47

/** A port for MQTT clients, over TCP, TLS or WebSocket: the first byte tells which. */
export class Listener {
  readonly address: Address
  readonly #server: Server
  readonly #keys: Keys | undefined
  readonly #sockets: Set<Socket>

  private constructor(
    server: Server,
    keys: Keys | undefined,
    sockets: Set<Socket>,
    address: Address,
  ) {
    this.#server = server
    this.#keys = keys
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
    const secure = wanted.tls && (await openSecure(wanted.tls, services))
    const entrance = new Entrance(wanted, services, (socket) => ({
      peer: `${socket.remoteAddress}:${socket.remotePort}`,
      host: hostAddress(socket.remoteAddress ?? ''),
      certified: secure?.certified(socket),
      ...{ auth: wanted.auth, tokenUser: wanted.tokenUser },
    }))
    const server = createServer({ noDelay: true, keepAlive: true })
    server.on('connection', (socket) => {
      if (!isAdmitted(socket, services)) return
      keep(socket)
      // A server of TLS takes over what another one has accepted.
      if (secure === undefined) entrance.accept(socket)
      else secure.handshakes.emit('connection', socket)
    })
    secure?.handshakes.on('secureConnection', (socket) => {
      if (!socket.destroyed) entrance.accept(socket)
    })
    const port = await listen(server, wanted.host, wanted.port).catch(async (error) => {
      await secure?.keys.close()
      throw error
    })
    server.on('error', (error) => {
      services.logger.error('An MQTT listener failed to accept', { error: error.message })
    })
    return new Listener(server, secure?.keys, sockets, { host: wanted.host, port })
  }

  /** Nobody new comes in; those who are in stay. */
  stopAccepting(): void {
    this.#server.close()
  }

  async destroy(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.#keys?.close()
  }
}

interface Secure {
  /** For connections that were accepted already. */
  readonly handshakes: TlsServer
  readonly keys: Keys
  readonly certified: (socket: Socket) => Arrival['certified']
}

/** What TLS needs is loaded only where a listener speaks it. */
async function openSecure(
  { settings, principalOf }: NonNullable<ListenerOptions['tls']>,
  { logger, clock }: Services,
): Promise<Secure> {
  const [{ createServer: createTlsServer }, { clientName, serverTls }] = await Promise.all([
    import('node:tls'),
    import('../base/tls/server.ts'),
  ])
  const keys = await serverTls({ settings, logger, clock })
  const handshakes = createTlsServer(keys.options)
  keys.guard(handshakes)
  const certified = (socket: Socket) => {
    const name = clientName(socket as TLSSocket)
    if (name === undefined) return undefined
    const mapped = principalOf(name)
    return mapped === undefined ? null : user(mapped)
  }
  return { handshakes, keys, certified }
}

/** Looked at before a word is said, or a key agreed on. */
function isAdmitted(socket: Socket, services: Services): boolean {
  const { sockets, limits, arrivals, refusals, logger } = services
  const refuse = (why: string, limit: number) => {
    const passedOver = refusals.due(why)
    if (passedOver !== undefined) {
      logger.warn(why, { client: socket.remoteAddress, limit, passedOver })
    }
    socket.destroy()
    return false
  }
  if (sockets.size >= limits.connections) {
    return refuse('Refusing a connection: there are as many as there may be', limits.connections)
  }
  const address = hostAddress(socket.remoteAddress ?? '')
  switch (arrivals.add(address)) {
    case 'mostOfAddress':
      return refuse(
        'Refusing a connection: its address has as many as it may have',
        limits.connectionsPerAddress,
      )
    case 'mostPerSecond':
      return refuse(
        'Refusing a connection: its address opens more in a second than it may',
        limits.connectionRate,
      )
  }
  socket.on('close', () => arrivals.remove(address))
  return true
}

/** Finds out what those speak who come in. */
class Entrance {
  readonly #wanted: ListenerOptions
  readonly #services: Services
  readonly #arrivalOf: (socket: Socket) => Arrival
  /** Of those that came over WebSocket. */
  readonly #arrivals = new WeakMap<object, Arrival>()
  #webSockets: Promise<WebSockets> | undefined

  constructor(wanted: ListenerOptions, services: Services, arrivalOf: (socket: Socket) => Arrival) {
    this.#wanted = wanted
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
        {
          ...{ largestBytes: limits.packetBytes, headersMs: limits.connectMs },
          allowedHosts: hostsOfPages(this.#wanted),
          refused: (origin) => this.#sayRefused(origin),
        },
        (stream, socket) => {
          const arrival = this.#arrivals.get(socket) ?? this.#arrivalOf(socket)
          return new Connection(stream, arrival, this.#services)
        },
      ),
    )
    return this.#webSockets
  }

  #sayRefused(origin: string): void {
    const { refusals, logger } = this.#services
    const what = 'Refusing a page of another site'
    const passedOver = refusals.due(what)
    if (passedOver === undefined) return
    const cure = 'name its host in allowedHosts of the listener, or ask for a login'
    logger.warn(what, { origin: origin.slice(0, longestOriginInLogs), cure, passedOver })
  }
}

/**
 * Browsers let pages of every site open a WebSocket, to within a network as well, and with the
 * certificate that they have. Only a password or a token a page has to know itself.
 */
function hostsOfPages({ auth, allowedHosts = [] }: ListenerOptions): readonly string[] | undefined {
  const isSecret = auth?.every((way) => way === 'password' || way === 'token') ?? false
  return isSecret ? undefined : allowedHosts
}
