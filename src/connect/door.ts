import type { IncomingMessage } from 'node:http'
import { isInside } from '../access/inside-rights.ts'
import type { Clock } from '../base/clock.ts'
import {
  answerLazily,
  type CertificateOf,
  HttpDoors,
  type HttpListener,
} from '../base/http-doors.ts'
import type { Logger } from '../base/logger.ts'
import { type Admission, type Admits, guarded, visitorInside } from '../client/doors/index.ts'
import { type Pass, passHeader, readPass } from './cluster/worker-pass.ts'
import type { RouteOptions } from './routes/index.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** Decides who comes in, and what those may do for whom another worker speaks. */
export interface WorkerEntrance extends Admits {
  admitFor(pass: Pass): Admission
}

export interface ConnectListener extends HttpListener {
  /** Absent: everybody comes in, and may do everything. */
  readonly entrance?: WorkerEntrance | undefined
  /** Names by which browsers may come where nobody is asked who they are; absent, by any. */
  readonly allowedHosts?: readonly string[] | undefined
}

export interface ConnectDoorsOptions extends RouteOptions {
  /** Whether a worker of the group has signed this. */
  readonly isSigned: (text: string, signature: string) => boolean
  readonly clock: Clock
  readonly logger: Logger
}

/** Of each listener. */
const mostConnections = 1000

/** The REST doors: they listen at once. */
export async function openConnectDoors(
  listeners: readonly ConnectListener[],
  options: ConnectDoorsOptions,
): Promise<HttpDoors> {
  const { clock, logger } = options
  const answer = answerLazily(async () => {
    const { listenerOf } = await import('./routes/index.ts')
    return listenerOf(options)
  })
  return await HttpDoors.open({
    ...{ listeners, mostConnections, clock, logger },
    answer: ({ entrance, allowedHosts }, certificateOf) =>
      guarded(answer, {
        ...{ allowedHosts, certificateOf, form: refusalForm },
        entrance: entrance && withPasses(entrance, options),
      }),
  })
}

/** Those for whom another worker of the group speaks come in as well. */
function withPasses(entrance: WorkerEntrance, { isSigned, clock }: ConnectDoorsOptions): Admits {
  return {
    async admit(request: IncomingMessage, certificateOf: CertificateOf) {
      const header = request.headers[passHeader]
      if (typeof header !== 'string') return await entrance.admit(request, certificateOf)
      const { method = '', url: path = '' } = request
      const pass = readPass(header, { method, path, nowMs: clock.now() }, isSigned)
      if (pass === undefined) return await entrance.admit(request, certificateOf)
      const { principal, host } = pass
      return isInside(principal) ? visitorInside(principal.name, host) : entrance.admitFor(pass)
    },
  }
}

/** In the words of Kafka Connect's own extension for logins, in the form of its other errors. */
function refusalForm({ status, why }: { readonly status: number; readonly why: string }) {
  const message = status === 401 ? 'User cannot access the resource.' : why
  return { type: 'application/json', body: JSON.stringify({ error_code: status, message }) }
}
