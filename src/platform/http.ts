/**
 * Health and metrics over HTTP. `/healthz` answers as long as the process does, `/readyz` says
 * whether it takes records, `/metrics` is Prometheus' text. It has no authentication, and nothing
 * that it answers to changes anything.
 */
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
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
  readonly #servers: ServerType[] = []

  private constructor() {}

  static async open(options: HttpDoorOptions): Promise<HttpDoor> {
    const routes = routesOf(options)
    const door = new HttpDoor()
    try {
      for (const address of options.listeners) door.#servers.push(await listen(routes, address))
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
            if ('closeAllConnections' in server) server.closeAllConnections()
          }),
      ),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

function routesOf({ health, metrics }: HttpDoorOptions): Hono {
  const routes = new Hono()
  routes.get('/healthz', (context) => context.text('ok\n'))
  routes.get('/readyz', async (context) => {
    const { ready, why } = await health()
    return ready ? context.text('ready\n') : context.text(`not ready: ${why ?? 'starting'}\n`, 503)
  })
  let exporter: Promise<{ text(): Promise<string>; contentType: string }> | undefined
  routes.get('/metrics', async (context) => {
    // prom-client costs 27 ms to load and is never asked on most machines.
    exporter ??= import('./prometheus.ts').then(({ prometheus }) => prometheus(metrics))
    const { text, contentType } = await exporter
    return context.body(await text(), 200, { 'content-type': contentType })
  })
  return routes
}

function listen(routes: Hono, { host, port }: Address): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: routes.fetch, hostname: host, port })
    server.once('error', reject).once('listening', () => resolve(server))
  })
}
