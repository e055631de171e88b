import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { type Principal, user } from '../access/principal.ts'
import type { PrincipalMapping } from '../access/principal-mapping.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { clientName, serverTls, type TlsServer } from '../base/tls/server.ts'
import type { TlsServerSettings } from '../base/tls/settings.ts'
import type { Receive } from './accept.ts'

export interface ListenerTls {
  readonly settings: TlsServerSettings
  /** From the name of a client's certificate to that of a user. */
  readonly principalOf: PrincipalMapping
}

/** A server for clients that speak TLS; who showed a certificate is known by it. */
export class TlsDoor {
  readonly server: Server
  readonly #tls: TlsServer
  readonly #principalOf: PrincipalMapping
  readonly #logger: Logger
  /** Those beneath, because a handshake that goes on would keep the server open. */
  readonly #sockets = new Set<Socket>()

  private constructor(
    server: Server,
    tls: TlsServer,
    principalOf: PrincipalMapping,
    logger: Logger,
  ) {
    this.server = server
    this.#tls = tls
    this.#principalOf = principalOf
    this.#logger = logger
  }

  /** Throws a `tlsError`. Handshakes that go on count among the most connections, too. */
  static async open(
    { settings, principalOf }: ListenerTls,
    mostConnections: number,
    { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
  ): Promise<TlsDoor> {
    const tls = await serverTls({ settings, logger, clock })
    const server = createServer({ ...tls.options, noDelay: true, keepAlive: true })
    server.maxConnections = mostConnections
    server.on('drop', (dropped) => {
      logger.warn('Refusing a connection: max.connections is reached', {
        client: dropped?.remoteAddress,
        'max.connections': mostConnections,
      })
    })
    tls.guard(server)
    return new TlsDoor(server, tls, principalOf, logger)
  }

  /** Calls `connected` for each client that is let in; what it returns gets the bytes. */
  onConnections(connected: (socket: Socket, principal?: Principal) => Receive): void {
    this.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.server.on('secureConnection', (socket) => {
      if (socket.destroyed) return
      const name = clientName(socket)
      if (name === undefined) {
        socket.on('data', connected(socket))
        return
      }
      const principal = this.#principalOf(name)
      if (principal === undefined) this.#refuse(socket, name)
      else socket.on('data', connected(socket, user(principal)))
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.#tls.close()
  }

  #refuse(socket: TLSSocket, certificate: string): void {
    this.#logger.warn('Refusing a client whose name no rule makes a user (principalMappingRules)', {
      client: `${socket.remoteAddress}:${socket.remotePort}`,
      certificate,
    })
    socket.destroy()
  }
}
