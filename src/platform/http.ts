/**
 * The HTTP door. It listens at once; what answers is loaded with the first request, because it
 * costs 30 ms, which a start would have to wait for.
 */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Metrics } from '../base/metrics.ts'
import type { Address } from './addresses.ts'

export interface Health {
  readonly ready: boolean
  readonly why?: string
}

export interface HttpDoorOptions {
  readonly listeners: readonly Address[]
  readonly health: () => Promise<Health>
  readonly metrics: Metrics
}

export class HttpDoor implements AsyncDisposable {
  readonly #servers: Server[] = []

  private constructor() {}

  static async open(options: HttpDoorOptions): Promise<HttpDoor> {
    const door = new HttpDoor()
    const answer = answerLazily(options)
    try {
      for (const address of options.listeners) door.#servers.push(await listen(answer, address))
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

function answerLazily({ health, metrics }: HttpDoorOptions): RequestListener {
  let loaded: Promise<RequestListener> | undefined
  return (request, response) => {
    loaded ??= import('./http-routes.ts').then(({ listenerOf }) => listenerOf(health, metrics))
    loaded.then((listener) => listener(request, response)).catch((error) => response.destroy(error))
  }
}

function listen(answer: RequestListener, { host, port }: Address): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(answer)
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}
