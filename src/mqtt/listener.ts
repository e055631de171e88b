import { createServer, type Server, type Socket } from 'node:net'
import { listen } from '../base/listen.ts'
import { Connection } from './connection.ts'
import { sentence } from './errors.ts'
import type { Services } from './services.ts'
import type { WebSockets } from './web-sockets.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** `G` of `GET`: an MQTT connection begins with 0x10. */
const startOfGet = 0x47

/** A port for MQTT clients, over TCP or WebSocket: the first byte tells which. */
export class Listener {
  readonly address: Address
  readonly #server: Server
  readonly #sockets: Set<Socket>

  private constructor(server: Server, sockets: Set<Socket>, address: Address) {
    this.#server = server
    this.#sockets = sockets
    this.address = address
  }

  static async open(wanted: Address, services: Services): Promise<Listener> {
    const sockets = new Set<Socket>()
    const webSockets = lazyWebSockets(services)
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
      if (services.sockets.size >= services.limits.connections) {
        services.logger.warn('Refusing a connection: there are as many as there may be', {
          limit: services.limits.connections,
        })
        socket.destroy()
        return
      }
      sockets.add(socket)
      services.sockets.add(socket)
      socket.on('close', () => {
        sockets.delete(socket)
        services.sockets.delete(socket)
      })
      accept(socket, services, webSockets)
    })
    const port = await listen(server, wanted.host, wanted.port)
    server.on('error', (error) => {
      services.logger.error('An MQTT listener failed to accept', { error: error.message })
    })
    return new Listener(server, sockets, { host: wanted.host, port })
  }

  /** Nobody new comes in; those who are in stay. */
  stopAccepting(): void {
    this.#server.close()
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}

function accept(socket: Socket, services: Services, webSockets: () => Promise<WebSockets>): void {
  const late = services.clock.after(services.limits.connectMs, () => socket.destroy())
  const ignore = () => {}
  socket.on('error', ignore)
  socket.on('close', () => late.cancel())
  socket.once('data', (first: Buffer) => {
    late.cancel()
    if (first[0] !== startOfGet) {
      const connection = new Connection(socket, peerOf(socket), services)
      connection.receive(first)
      return
    }
    socket.pause()
    webSockets().then(
      (ready) => {
        socket.off('error', ignore)
        socket.unshift(first)
        ready.take(socket)
      },
      (error) => {
        services.logger.error('WebSocket could not be loaded', { error: sentence(error) })
        socket.destroy()
      },
    )
  })
}

function lazyWebSockets(services: Services): () => Promise<WebSockets> {
  let loading: Promise<WebSockets> | undefined
  return () => {
    loading ??= import('./web-sockets.ts').then(({ openWebSockets }) =>
      openWebSockets(
        { largestBytes: services.limits.packetBytes, headersMs: services.limits.connectMs },
        (stream, peer) => new Connection(stream, peer, services),
      ),
    )
    return loading
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}:${remotePort}`
}
