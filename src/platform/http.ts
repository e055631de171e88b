/** One door for health, metrics and the console: it listens at once, and loads what is asked for. */
import type { IncomingMessage } from 'node:http'
import {
  answerLazily,
  type CertificateOf,
  HttpDoors,
  type HttpListener,
} from '../base/http-doors.ts'
import type { Logger } from '../base/logger.ts'
import type { Metrics } from '../base/metrics.ts'
import { type Admits, guarded, visitorInside } from '../client/doors/index.ts'
import type { Console } from '../console/index.ts'

export interface Health {
  readonly ready: boolean
  readonly why?: string
}

export interface HttpDoorOptions {
  readonly listeners: readonly HttpListener[]
  /** Who may read the metrics; absent, everybody. */
  readonly entrance: Admits | undefined
  readonly health: () => Promise<Health>
  readonly openConsole: () => Promise<Console>
  readonly metrics: Metrics
  readonly logger: Logger
}

/** Of each listener. */
const mostConnections = 1000

/** What supervises a process has no login, and learns nothing but whether it is well. */
const open = ['/healthz', '/readyz']
const own = [...open, '/metrics']

export async function openHttpDoors(options: HttpDoorOptions) {
  const { listeners, entrance, health, openConsole, metrics, logger } = options
  const answer = answerLazily(async () => {
    const { listenerOf } = await import('./http-routes.ts')
    return listenerOf(health, metrics)
  })
  let console: Promise<Console> | undefined
  return await HttpDoors.open({
    ...{ listeners, mostConnections, logger },
    answer: (_listener, certificateOf) => {
      const answerOwn = guarded(answer, {
        ...{ certificateOf, form: refusalForm },
        entrance: entrance && withOpenPaths(entrance),
      })
      const answerConsole = answerLazily(async () => {
        console ??= openConsole()
        return (await console).listenerFor(certificateOf)
      })
      return (request, response) =>
        (own.includes(pathOf(request)) ? answerOwn : answerConsole)(request, response)
    },
  })
}

function withOpenPaths(entrance: Admits): Admits {
  return {
    async admit(request: IncomingMessage, certificateOf: CertificateOf) {
      return open.includes(pathOf(request))
        ? visitorInside('health')
        : await entrance.admit(request, certificateOf)
    },
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? ''
}

function refusalForm({ why }: { readonly why: string }) {
  return { type: 'text/plain; charset=UTF-8', body: `${why}\n` }
}
