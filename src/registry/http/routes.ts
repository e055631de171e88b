/** The operations of Confluent's API over the state, and what all of their answers share. */
import type { IncomingMessage, RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { LeatError } from '../../base/errors.ts'
import { errorCodeOf, refusal } from '../errors.ts'
import type { RequestCounts } from '../metrics.ts'
import type { Services } from '../services.ts'
import { answerType } from './media-types.ts'
import { routedPath } from './paths.ts'
import { addDemands } from './rights.ts'
import { addCompatibility } from './routes/compatibility.ts'
import { addSchemas } from './routes/schemas.ts'
import { addServer } from './routes/server.ts'
import { addSettings } from './routes/settings.ts'
import { addSubjects } from './routes/subjects.ts'

export function listenerOf(services: Services, counts: RequestCounts): RequestListener {
  const { topic, limits, logger } = services
  const routes = new Hono({ getPath: (request) => routedPath(request.url, topic.state) })
  routes.use(async (context, next) => {
    await next()
    counts.add(context.req.method, operationOf(context.req.raw.url), context.res.status)
  })
  routes.use(bodiesOfAtMost(limits.requestBytes))
  routes.use(async (context, next) => {
    const type = answerType(context.req.header('accept'))
    if (type === undefined) throw refusal('type-not-acceptable', undefined)
    context.header('content-type', type)
    await next()
  })
  addRoutes(routes, services)
  routes.notFound((context) => refused(context, refusal('path-unknown', undefined)))
  routes.onError((error, context) => {
    if (error instanceof LeatError) return refused(context, error)
    logger.error('A request to the schema registry failed', {
      method: context.req.method,
      path: context.req.path,
      error: error.stack ?? error.message,
    })
    return answered(context, 500, { error_code: 500, message: 'Internal Server Error' })
  })

  const listener = getRequestListener(routes.fetch)
  return async (request, response) => {
    try {
      // The paths depend on aliases, so that even they need what the topic says.
      await topic.ready()
    } catch (error) {
      if (!(error instanceof LeatError)) throw error
      request.resume()
      const status = statusOf(error)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(bodyOf(error)))
      counts.add(request.method ?? '', operationOf(request.url ?? ''), status)
      return
    }
    withoutTypeOfNothing(request)
    await listener(request, response)
  }
}

/** What may be asked, each behind what one must be allowed to do. */
export function addRoutes(routes: Hono, services: Services): void {
  addDemands(routes)
  addServer(routes, services)
  addSubjects(routes, services)
  addSchemas(routes, services)
  addCompatibility(routes, services)
  addSettings(routes, services)
}

/** A body without a length is counted, which costs more than the answer to most requests. */
function bodiesOfAtMost(limit: number): MiddlewareHandler {
  const onError = () => {
    throw refusal('request-too-large', { limit })
  }
  const counted = bodyLimit({ maxSize: limit, onError })
  return async (context, next) => {
    if (context.req.header('transfer-encoding') !== undefined) return await counted(context, next)
    if (Number(context.req.header('content-length') ?? 0) > limit) onError()
    await next()
  }
}

/** A DELETE may name the type of a body that it does not have. */
function withoutTypeOfNothing(request: IncomingMessage): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if ((length ?? '0') === '0' && encoding === undefined) delete request.headers['content-type']
}

function refused(context: Context, error: LeatError): Response {
  return answered(context, statusOf(error), bodyOf(error))
}

function answered(context: Context, status: number, body: object): Response {
  const type = answerType(context.req.header('accept')) ?? 'application/json'
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } })
}

function bodyOf(error: LeatError): object {
  return { error_code: errorCodeOf(error) ?? 500, message: error.message }
}

/** The first three digits of Confluent's numbers are HTTP's. */
function statusOf(error: LeatError): number {
  return Number(String(errorCodeOf(error) ?? 500).slice(0, 3))
}

/** What a request is about, for the metrics: the words of its path without any names. */
function operationOf(url: string): string {
  const words = ['subjects', 'schemas', 'compatibility', 'config', 'mode', 'contexts', 'v1']
  const path = /^(?:[a-z]+:\/\/[^/]*)?\/(?:contexts\/[^/?]+\/)?([^/?]*)/.exec(url)?.[1] ?? ''
  return words.includes(path) ? path : 'other'
}
