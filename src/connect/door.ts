/** The REST door: it listens at once; what answers is loaded with the first request. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { listen } from '../base/listen.ts'
import type { RouteOptions } from './routes/index.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

const mostBodyBytes = 4 * 1024 * 1024

export class ConnectDoor implements AsyncDisposable {
  readonly #servers: Server[] = []

  private constructor() {}

  static async open(addresses: readonly Address[], options: RouteOptions): Promise<ConnectDoor> {
    const door = new ConnectDoor()
    const answer = answerLazily(options)
    try {
      for (const { host, port } of addresses) {
        const server = createServer(answer)
        await listen(server, host, port)
        door.#servers.push(server)
      }
    } catch (error) {
      await door.close()
      throw error
    }
    return door
  }

  get addresses(): Address[] {
    return this.#servers.map((server) => {
      const { address, port } = server.address() as AddressInfo
      return { host: address, port }
    })
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(
        (server) =>
          new Promise<void>((resolve) => {
            server.close(() => resolve())
            server.closeAllConnections()
          }),
      ),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function answerLazily(options: RouteOptions): RequestListener {
  let loaded: Promise<RequestListener> | undefined
  return (request, response) => {
    if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes) {
      response.writeHead(413, { connection: 'close' }).end()
      return
    }
    loaded ??= import('./routes/index.ts').then(({ listenerOf }) => listenerOf(options))
    loaded.then((answer) => answer(request, response)).catch((error) => response.destroy(error))
  }
}
