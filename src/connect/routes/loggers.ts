import { Hono } from 'hono'
import { describeChange } from '../../client/doors/index.ts'
import { connectError } from '../errors.ts'
import { type LevelOf, levelNamed } from '../loggers.ts'
import { objectBody } from './answers.ts'
import type { RouteServices } from './services.ts'

/** `/admin/loggers`: what is logged, changed while the worker runs. */
export function loggerRoutes({ loggers, setLoggerOfAll }: RouteServices): Hono {
  const routes = new Hono()
  routes.get('/', (context) =>
    context.json(Object.fromEntries(loggers.all().map(([name, one]) => [name, shown(one)]))),
  )
  routes.get('/:logger', (context) => context.json(shown(loggers.of(context.req.param('logger')))))
  routes.put('/:logger', async (context) => {
    const name = context.req.param('logger')
    const { level: text } = await objectBody(context)
    if (text === undefined || text === null) {
      const why = "Desired 'level' parameter was not specified in request."
      throw connectError('bad-request', { why })
    }
    const level = levelNamed(String(text))
    if (level === undefined) {
      throw connectError('not-found', { what: `invalid log level '${text}'.` })
    }
    describeChange(context, { level, scope: context.req.query('scope') })
    if (context.req.query('scope')?.toLowerCase() !== 'cluster') {
      return context.json(loggers.set(name, level))
    }
    await setLoggerOfAll(name, level)
    return context.body(null, 204)
  })
  return routes
}

function shown({ level, lastModifiedMs }: LevelOf) {
  return { level, last_modified: lastModifiedMs ?? null }
}
