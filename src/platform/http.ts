/** One door for health, metrics and the console: it listens at once, and loads what is asked for. */
import type { IncomingMessage } from 'node:http'
import { answerLazily, HttpDoors, type HttpListener } from '../base/http-doors.ts'
import type { Logger } from '../base/logger.ts'
import type { Metrics } from '../base/metrics.ts'
import { type Admits, guarded } from '../client/doors/index.ts'
import type { Console } from '../console/index.ts'

export interface Health {
  readonly ready: boolean
  readonly why?: string
}

export interface HttpDoorOptions {
  readonly listeners: readonly HttpListener[]
  /** Who may read the metrics; absent, everybody. */
  readonly entrance: Admits | undefined
  /** Names by which browsers may come where nobody is asked who they are; undefined, by any. */
  readonly allowedHosts: readonly string[] | undefined
  readonly health: () => Promise<Health>
  readonly openConsole: () => Promise<Console>
  readonly metrics: Metrics
  readonly logger: Logger
}

/** Of each listener. */
const mostConnections = 1000

/** What supervises a process has no login, and learns nothing but whether it is well. */
const open = ['/healthz', '/readyz']

export async function openHttpDoors(options: HttpDoorOptions) {
  const { listeners, entrance, allowedHosts, health, openConsole, metrics, logger } = options
  const answer = answerLazily(async () => {
    const { listenerOf } = await import('./http-routes.ts')
    return listenerOf(health, metrics)
  })
  let console: Promise<Console> | undefined
  return await HttpDoors.open({
    ...{ listeners, mostConnections, logger },
    answer: (_listener, certificateOf) => {
      const common = { certificateOf, form: refusalForm }
      const answerHealth = guarded(answer, common)
      const answerMetrics = guarded(answer, { ...common, entrance, allowedHosts })
      const answerConsole = answerLazily(async () => {
        console ??= openConsole()
        return (await console).listenerFor(certificateOf)
      })
      return (request, response) => {
        const path = pathOf(request)
        if (open.includes(path)) answerHealth(request, response)
        else (path === '/metrics' ? answerMetrics : answerConsole)(request, response)
      }
    },
  })
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? ''
}

function refusalForm({ why }: { readonly why: string }) {
  return { type: 'text/plain; charset=UTF-8', body: `${why}\n` }
}
