import { createServer, type Server, type Socket } from 'node:net'
import type { Principal } from '../access/principal.ts'
import { listen } from '../base/listen.ts'
import type { Logger } from '../base/logger.ts'
import type { SaslMechanism } from '../protocols/sasl/index.ts'
import { onConnections, type Receive } from './accept.ts'
import { Connection } from './connection.ts'
import type { Services } from './handler.ts'

export interface ListenerAddress {
  readonly host: string
  readonly port: number
  /** What clients of this listener are told, where it is not the address they used. */
  readonly advertised?: { readonly host: string; readonly port: number }
  /** Who everybody is that comes through this door; without it, they are anonymous. */
  readonly principal?: Principal
  /** The ways in which clients must log in here; absent, nobody has to. */
  readonly auth?: readonly SaslMechanism[] | undefined
}

/** A door for Kafka clients. */
export class Listener {
  readonly #server: Server
  readonly #connections: Set<Connection>
  readonly address: ListenerAddress

  private constructor(server: Server, connections: Set<Connection>, address: ListenerAddress) {
    this.#server = server
    this.#connections = connections
    this.address = address
  }

  /** `all` holds the connections of all listeners together, which are limited. */
  static async open(
    wanted: ListenerAddress,
    services: Services,
    all: Set<Connection>,
  ): Promise<Listener> {
    const own = new Set<Connection>()
    const connected = (socket: Socket): Receive => {
      const most = services.settings.number('max.connections')
      if (all.size >= most) return refuse(socket, most, services.logger)
      const connection = new Connection(socket, services, wanted)
      own.add(connection)
      all.add(connection)
      socket.on('close', () => {
        own.delete(connection)
        all.delete(connection)
      })
      return (piece) => connection.receive(piece)
    }
    const server = createServer({ noDelay: true, keepAlive: true })
    const port = await listen(server, wanted.host, wanted.port)
    server.on('error', (error) => {
      services.logger.error('A Kafka listener failed to accept', { error: error.message })
    })
    onConnections(server, connected)
    return new Listener(server, own, { ...wanted, port })
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#connections) connection.close()
    await closed
  }
}

function refuse(socket: Socket, most: number, logger: Logger): Receive {
  logger.warn('Refusing a connection: max.connections is reached', {
    client: socket.remoteAddress,
    'max.connections': most,
  })
  socket.destroy()
  return () => {}
}
