import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { type Principal, user } from '../access/principal.ts'
import type { PrincipalMapping } from '../access/principal-mapping.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { clientName, type TlsServer as Keys, serverTls } from '../base/tls/server.ts'
import type { TlsServerSettings } from '../base/tls/settings.ts'
import type { Receive } from './accept.ts'

export interface ListenerTls {
  readonly settings: TlsServerSettings
  /** From the name of a client's certificate to that of a user. */
  readonly principalOf: PrincipalMapping
}

interface Callers {
  /** Asked before anything is said: who is refused costs no handshake. */
  readonly admit: (socket: Socket) => boolean
  /** Called for each client that is let in; what it returns gets the bytes. */
  readonly connected: (socket: Socket, principal?: Principal) => Receive
  /** Called with the name of a certificate that no rule makes a user. */
  readonly refused: (socket: Socket, certificate: string) => void
}

/** A server for clients that speak TLS; who showed a certificate is known by it. */
export class TlsDoor {
  /** The one that listens, for connections on which nothing has been said yet. */
  readonly server: Server = createServer({ noDelay: true, keepAlive: true })
  readonly #handshakes: TlsServer
  readonly #keys: Keys
  readonly #principalOf: PrincipalMapping | undefined
  readonly #logger: Logger
  /** Those beneath, because a handshake that goes on would keep the server open. */
  readonly #sockets = new Set<Socket>()

  private constructor(keys: Keys, principalOf: PrincipalMapping | undefined, logger: Logger) {
    this.#handshakes = createTlsServer(keys.options)
    this.#keys = keys
    this.#principalOf = principalOf
    this.#logger = logger
    keys.guard(this.#handshakes)
  }

  /**
   * Where clients log in as well, that is who they are, as Kafka has it: certificates are only
   * checked. Throws a `tlsError`.
   */
  static async open(
    { settings, principalOf }: ListenerTls,
    {
      mustLogIn,
      logger,
      clock,
    }: { readonly mustLogIn: boolean; readonly logger: Logger; readonly clock: Clock },
  ): Promise<TlsDoor> {
    const keys = await serverTls({ settings, logger, clock })
    return new TlsDoor(keys, mustLogIn ? undefined : principalOf, logger)
  }

  onConnections({ admit, connected, refused }: Callers): void {
    this.server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      // A server of TLS takes over what another one has accepted.
      if (admit(socket)) this.#handshakes.emit('connection', socket)
    })
    this.#handshakes.on('secureConnection', (socket) => {
      if (socket.destroyed) return
      const name = this.#principalOf && clientName(socket)
      if (name === undefined) {
        socket.on('data', connected(socket))
        return
      }
      const principal = this.#principalOf?.(name)
      if (principal === undefined) {
        refused(socket, name)
        this.#refuse(socket, name)
      } else socket.on('data', connected(socket, user(principal)))
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await this.#keys.close()
  }

  #refuse(socket: TLSSocket, certificate: string): void {
    this.#logger.warn('Refusing a client whose name no rule makes a user (principalMappingRules)', {
      client: `${socket.remoteAddress}:${socket.remotePort}`,
      certificate,
    })
    socket.destroy()
  }
}
