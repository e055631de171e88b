import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Clock, systemClock } from './clock.ts'
import { listen } from './listen.ts'

export interface HostAndPort {
  readonly host: string
  readonly port: number
}

export interface HttpDoorsOptions {
  readonly listeners: readonly HostAndPort[]
  readonly answer: RequestListener
  /** Of each listener. */
  readonly mostConnections?: number
  /** How long requests that are under way may take when the doors close. */
  readonly closeMs?: number
  readonly clock?: Clock
}

/** HTTP servers that answer alike on several addresses, opened together and closed together. */
export class HttpDoors implements AsyncDisposable {
  readonly #servers: Server[] = []
  readonly #closeMs: number
  readonly #clock: Clock

  private constructor({ closeMs = 0, clock = systemClock }: HttpDoorsOptions) {
    this.#closeMs = closeMs
    this.#clock = clock
  }

  /** Throws, with none left open, where one cannot listen. */
  static async open(options: HttpDoorsOptions): Promise<HttpDoors> {
    const { listeners, answer, mostConnections } = options
    const doors = new HttpDoors(options)
    try {
      for (const { host, port } of listeners) {
        const server = createServer(answer)
        if (mostConnections !== undefined) server.maxConnections = mostConnections
        await listen(server, host, port)
        doors.#servers.push(server)
      }
    } catch (error) {
      await doors.close()
      throw error
    }
    return doors
  }

  get addresses(): HostAndPort[] {
    return this.#servers.map((server) => {
      const { address, port } = server.address() as AddressInfo
      return { host: address, port }
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.map((server) => this.#closeOne(server)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #closeOne(server: Server): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(this.#closeMs, () => server.closeAllConnections())
      server.close(() => {
        timer.cancel()
        resolve()
      })
      server.closeIdleConnections()
    })
  }
}

/** What answers is loaded with the first request: it costs 30 ms, for which a start would have to wait. */
export function answerLazily(load: () => Promise<RequestListener>): RequestListener {
  let loaded: Promise<RequestListener> | undefined
  return (request, response) => {
    loaded ??= load()
    loaded.then((answer) => answer(request, response)).catch((error) => response.destroy(error))
  }
}
