import { createServer, type Server, type Socket } from 'node:net'
import type { LoginEvent } from '../access/audit.ts'
import { hostAddress } from '../access/host.ts'
import type { Principal } from '../access/principal.ts'
import { listen } from '../base/listen.ts'
import type { SaslMechanism } from '../protocols/sasl/index.ts'
import { onConnections, type Receive } from './accept.ts'
import type { Insiders } from './access/index.ts'
import { Connection } from './connection.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import type { Services } from './handler.ts'
import type { ListenerTls, TlsDoor } from './tls-door.ts'

export interface ListenerAddress {
  readonly host: string
  readonly port: number
  /** What clients of this listener are told, where it is not the address they used. */
  readonly advertised?: { readonly host: string; readonly port: number }
  /** Who everybody is that comes through this door; without it, they are anonymous. */
  readonly principal?: Principal
  /** Whom this door is for alone, instead of those that may log in elsewhere. */
  readonly insiders?: Insiders | undefined
  /** Only other doors of this process come in here, to try the logins of their own clients. */
  readonly forLogins?: boolean
  /** The ways in which clients must log in here; absent, nobody has to. */
  readonly auth?: readonly SaslMechanism[] | undefined
  /** Absent, bytes go as they are. */
  readonly tls?: ListenerTls
}

/** A door for Kafka clients. */
export class Listener {
  readonly #server: Server
  readonly #tls: TlsDoor | undefined
  readonly #connections: Set<Connection>
  readonly address: ListenerAddress

  private constructor(
    server: Server,
    tls: TlsDoor | undefined,
    connections: Set<Connection>,
    address: ListenerAddress,
  ) {
    this.#server = server
    this.#tls = tls
    this.#connections = connections
    this.address = address
  }

  /** `all` holds the connections of all listeners together, which `limits` counts. */
  static async open(
    wanted: ListenerAddress,
    services: Services,
    all: Set<Connection>,
    limits: ConnectionLimits,
  ): Promise<Listener> {
    const own = new Set<Connection>()
    const isInside = wanted.insiders !== undefined || wanted.forLogins === true
    const admit = (socket: Socket) =>
      isInside ? limits.admitFromInside(socket) : limits.admit(socket)
    const tellOf = (socket: Socket, login: Pick<LoginEvent, 'user' | 'outcome' | 'why'>) =>
      services.audit?.tell({
        ...{ kind: 'login', door: 'kafka', mechanism: 'certificate', ...login },
        host: hostAddress(socket.remoteAddress ?? ''),
      })
    const refused = (socket: Socket, certificate: string) => {
      const why = 'no rule makes the name of its certificate a user (principalMappingRules)'
      tellOf(socket, { user: certificate, outcome: 'failure', why })
    }
    const connected = (socket: Socket, principal?: Principal): Receive => {
      const connection = new Connection(socket, services, wanted)
      if (principal !== undefined) {
        connection.principal = principal
        tellOf(socket, { user: principal.name, outcome: 'success' })
      }
      own.add(connection)
      all.add(connection)
      socket.on('close', () => {
        own.delete(connection)
        all.delete(connection)
      })
      return (piece) => connection.receive(piece)
    }
    const tls = wanted.tls && (await openTls(wanted.tls, wanted.auth !== undefined, services))
    const server = tls?.server ?? createServer({ noDelay: true, keepAlive: true })
    const port = await listen(server, wanted.host, wanted.port).catch(async (error) => {
      await tls?.close()
      throw error
    })
    server.on('error', (error) => {
      services.logger.error('A Kafka listener failed to accept', { error: error.message })
    })
    if (tls !== undefined) tls.onConnections({ admit, connected, refused })
    else onConnections(server, (socket) => (admit(socket) ? connected(socket) : () => {}))
    return new Listener(server, tls, own, { ...wanted, port })
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#connections) connection.close()
    await this.#tls?.close()
    await closed
  }
}

/** Loaded only where a listener speaks TLS, so that the others start as fast as they can. */
async function openTls(
  tls: ListenerTls,
  mustLogIn: boolean,
  { logger, clock }: Services,
): Promise<TlsDoor> {
  const { TlsDoor } = await import('./tls-door.ts')
  return await TlsDoor.open(tls, { mustLogIn, logger, clock })
}
