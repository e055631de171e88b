/** All of Kafka Connect's REST, from `/` to `/admin/loggers`. */
import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { connectError, sentenceOf } from '../errors.ts'
import { answeredVersion } from '../version.ts'
import { answerError } from './answers.ts'
import { connectorRoutes } from './connectors.ts'
import { loggerRoutes } from './loggers.ts'
import { pluginRoutes } from './plugins.ts'
import { addDemands } from './rights.ts'
import type { RouteServices } from './services.ts'

const mostBodyBytes = 4 * 1024 * 1024
/** How long a request waits for a worker that is just starting. */
const longestStartMs = 30_000

export interface RouteOptions {
  /** Resolves when the worker has read its state and joined its group. */
  readonly ready: Promise<RouteServices>
  /** Whether it can still reach its group and its topics. */
  readonly health: () => Promise<void>
}

export function listenerOf(options: RouteOptions): RequestListener {
  const app = new Hono()
  app.onError((error, context) => answerError(context, error))
  app.notFound((context) =>
    answerError(context, connectError('not-found', { what: 'HTTP 404 Not Found' })),
  )
  app.use(
    bodyLimit({
      maxSize: mostBodyBytes,
      onError: () => {
        throw connectError('too-large', { limit: mostBodyBytes })
      },
    }),
  )
  app.get('/health', async (context) => {
    const state = await Promise.race([
      options.ready.then(
        () => 'healthy' as const,
        (error: unknown) => ({ failed: sentenceOf(error) }),
      ),
      turn(),
    ])
    if (state === undefined) {
      const message = 'Worker is still starting up.'
      return context.json({ status: 'starting', message }, 503)
    }
    try {
      if (typeof state === 'object') throw connectError('not-ready', { why: state.failed })
      await options.health()
      const message = 'Worker has completed startup and is ready to handle requests.'
      return context.json({ status: 'healthy', message })
    } catch (error) {
      return context.json({ status: 'unhealthy', message: sentenceOf(error) }, 500)
    }
  })

  let routes: Promise<Hono> | undefined
  app.all('*', async (context) => {
    routes ??= readyInTime(options.ready).then(routesOf)
    // A start that took too long is waited for again by the next request.
    routes.catch(() => (routes = undefined))
    return await (await routes).fetch(context.req.raw, context.env)
  })
  const listener = getRequestListener(app.fetch)
  return (request, response) => void listener(request, response)
}

/** Each behind what one must be allowed to do. */
export function routesOf(services: RouteServices): Hono {
  const app = new Hono()
  app.onError((error, context) => answerError(context, error))
  app.notFound((context) =>
    answerError(context, connectError('not-found', { what: 'HTTP 404 Not Found' })),
  )
  addDemands(app)
  const { clusterId } = services
  app.get('/', (context) =>
    context.json({ version: answeredVersion, commit: 'leat', kafka_cluster_id: clusterId }),
  )
  app.route('/connectors', connectorRoutes(services))
  app.route('/connector-plugins', pluginRoutes(services))
  app.route('/admin/loggers', loggerRoutes(services))
  return app
}

async function readyInTime(ready: Promise<RouteServices>): Promise<RouteServices> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(connectError('not-ready', { why: 'this worker is just starting.' })),
    longestStartMs,
  )
  try {
    return await Promise.race([ready, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function turn(): Promise<undefined> {
  return new Promise((resolve) => setImmediate(() => resolve(undefined)))
}
