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

export interface Health {
  readonly ready: boolean
  readonly why?: string
}

export interface HttpDoorOptions {
  readonly listeners: readonly (HttpListener & { readonly entrance?: Admits | undefined })[]
  readonly health: () => Promise<Health>
  readonly metrics: Metrics
  readonly logger: Logger
}

/** Of each listener. */
const mostConnections = 1000

/** What supervises a process has no login, and learns nothing but whether it is well. */
const open = ['/healthz', '/readyz']

/** Health and metrics over HTTP. It listens at once. */
export async function openHttpDoors({ listeners, health, metrics, logger }: HttpDoorOptions) {
  const answer = answerLazily(async () => {
    const { listenerOf } = await import('./http-routes.ts')
    return listenerOf(health, metrics)
  })
  return await HttpDoors.open({
    ...{ listeners, mostConnections, logger },
    answer: ({ entrance }, certificateOf) =>
      guarded(answer, {
        ...{ certificateOf, form: refusalForm },
        entrance: entrance && withOpenPaths(entrance),
      }),
  })
}

function withOpenPaths(entrance: Admits): Admits {
  return {
    async admit(request: IncomingMessage, certificateOf: CertificateOf) {
      const [path = ''] = (request.url ?? '').split('?')
      return open.includes(path)
        ? visitorInside('health')
        : await entrance.admit(request, certificateOf)
    },
  }
}

function refusalForm({ why }: { readonly why: string }) {
  return { type: 'text/plain; charset=UTF-8', body: `${why}\n` }
}
