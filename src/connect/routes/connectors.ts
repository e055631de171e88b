import { type Context, Hono } from 'hono'
import { isError } from '../../base/errors.ts'
import { describeChange } from '../../client/doors/index.ts'
import { type ConnectorState, connectorTarget } from '../connectors.ts'
import { connectError } from '../errors.ts'
import { figuresOf } from '../figures.ts'
import { fitting } from '../fitting.ts'
import type { OffsetEntry } from '../offsets.ts'
import type { ConnectorConfig, TargetState } from '../state/config-store.ts'
import { configIn, objectBody } from './answers.ts'
import { Forwarding } from './forwarding.ts'
import { demand, mayRead, nameNew, shows } from './rights.ts'
import type { RouteServices } from './services.ts'

const targets: Readonly<Record<string, { target: TargetState; status: 202 | 204 }>> = {
  pause: { target: 'PAUSED', status: 202 },
  resume: { target: 'STARTED', status: 202 },
  stop: { target: 'STOPPED', status: 204 },
}

const usualPreviewed = 5
const mostPreviewed = 1000

/** `/connectors`: list, create, change, turn on and off, restart, delete. */
export function connectorRoutes(services: RouteServices): Hono {
  const { connectors, offsets, preview, report } = services
  const forwarding = new Forwarding(services)
  const routes = new Hono()

  routes.get('/', (context) => {
    const expansions = context.req.queries('expand')
    const names = connectors.names().filter((name) => shows(context, 'Describe', name))
    if (expansions === undefined) return context.json(names)
    const mayTell = (name: string) => shows(context, 'DescribeConfigs', name)
    return context.json(expanded(names, expansions, mayTell, services))
  })
  routes.post('/', (context) =>
    forwarding.leader(context, async () => {
      const { name, config, initial_state: initial } = await objectBody(context)
      const trimmed = name === undefined || name === null ? '' : String(name).trim()
      if (typeof config !== 'object' || config === null) {
        throw connectError('bad-request', { why: '\'config\' is missing; write "config": { … }.' })
      }
      nameNew(context, trimmed)
      demand(context, 'AlterConfigs', trimmed)
      const whole = named(trimmed, configIn(config))
      const target = connectorTarget(initial)
      describeChange(context, { ...connectors.told(trimmed, whole, true), target })
      const info = await connectors.create(trimmed, whole, target)
      return context.json(info, 201, { location: `/connectors/${encodeURIComponent(trimmed)}` })
    }),
  )
  routes.get('/:name', (context) => context.json(connectors.info(context.req.param('name'))))
  routes.delete('/:name', (context) =>
    forwarding.leader(context, async () => {
      await connectors.delete(context.req.param('name'))
      return context.body(null, 204)
    }),
  )
  routes.get('/:name/config', (context) =>
    context.json(connectors.stored(context.req.param('name')).config),
  )
  routes.put('/:name/config', (context) =>
    forwarding.leader(context, async () => {
      const name = context.req.param('name')
      const config = named(name, configIn(await objectBody(context)))
      describeChange(context, connectors.told(name, config, true))
      const { info, isNew } = await connectors.put(name, config)
      return isNew
        ? context.json(info, 201, { location: `/connectors/${encodeURIComponent(name)}` })
        : context.json(info)
    }),
  )
  routes.patch('/:name/config', (context) =>
    forwarding.leader(context, async () => {
      const name = context.req.param('name')
      const patch = configIn(await objectBody(context))
      describeChange(context, connectors.told(name, patch, false))
      return context.json(await connectors.patch(name, patch))
    }),
  )
  routes.get('/:name/tasks-config', (context) => {
    const name = context.req.param('name')
    const { tasks } = connectors.stored(name)
    return context.json(
      Object.fromEntries(tasks.map((config, task) => [`${name}-${task}`, config])),
    )
  })
  routes.get('/:name/status', (context) =>
    context.json(connectors.state(context.req.param('name'))),
  )
  routes.get('/:name/topics', (context) => {
    const name = context.req.param('name')
    return context.json({ [name]: { topics: connectors.topics(name) } })
  })
  routes.put('/:name/topics/reset', async (context) => {
    await connectors.forgetTopics(context.req.param('name'))
    return context.body(null, 202)
  })
  routes.post('/:name/restart', (context) => {
    const connector = context.req.param('name')
    const includeTasks = context.req.query('includeTasks') === 'true'
    const onlyFailed = context.req.query('onlyFailed') === 'true'
    describeChange(context, { includeTasks, onlyFailed })
    if (!includeTasks && !onlyFailed) {
      return forwarding.owner(context, { connector }, (unit) => unit.restart())
    }
    return forwarding.leader(context, async () => {
      const state = await connectors.restart({ connector, includeTasks, onlyFailed })
      return context.json(state, 202)
    })
  })
  for (const [verb, { target, status }] of Object.entries(targets)) {
    routes.put(`/:name/${verb}`, (context) =>
      forwarding.leader(context, async () => {
        await connectors.turn(context.req.param('name'), target)
        return context.body(null, status)
      }),
    )
  }
  routes.get('/:name/tasks', (context) => {
    const name = context.req.param('name')
    const { tasks } = connectors.stored(name)
    return context.json(tasks.map((config, task) => ({ id: { connector: name, task }, config })))
  })
  routes.post('/:name/tasks', (context) =>
    forwarding.leader(context, async () => {
      await connectors.putTasks(context.req.param('name'), await signedTasks(context, services))
      return context.body(null, 204)
    }),
  )
  routes.get('/:name/tasks/:task/status', (context) =>
    context.json(connectors.taskState(context.req.param('name'), taskIn(context))),
  )
  routes.post('/:name/tasks/:task/restart', (context) => {
    const of = { connector: context.req.param('name'), task: taskIn(context) }
    return forwarding.owner(context, of, (unit) => unit.restart())
  })
  // Those three are leat's own: nothing is written, and no offset moves.
  routes.post('/:name/preview', async (context) => {
    const most = Math.min(mostPreviewed, Number(context.req.query('records') ?? usualPreviewed))
    const records = await preview(context.req.param('name'), most)
    return context.json({ records: records.filter(({ topic }) => mayRead(context, topic)) })
  })
  routes.get('/:name/figures', async (context) =>
    context.json(await figuresOf(context.req.param('name'), services)),
  )
  routes.get('/:name/report', async (context) =>
    context.json(await report(context.req.param('name'), context.req.query())),
  )
  routes.get('/:name/offsets', async (context) =>
    context.json({ offsets: await offsets.get(context.req.param('name')) }),
  )
  routes.patch('/:name/offsets', (context) =>
    forwarding.leader(context, async () => {
      const { offsets: given } = await objectBody(context)
      if (!Array.isArray(given) || given.length === 0) {
        const why = 'Partitions / offsets need to be provided for an alter offsets request'
        throw connectError('bad-request', { why })
      }
      const { told, more } = fitting(given)
      describeChange(context, { offsets: told, ...(more > 0 && { more }) })
      const message = await offsets.alter(context.req.param('name'), given as OffsetEntry[])
      return context.json({ message })
    }),
  )
  routes.delete('/:name/offsets', (context) =>
    forwarding.leader(context, async () =>
      context.json({ message: await offsets.reset(context.req.param('name')) }),
    ),
  )
  return routes
}

interface Expanded {
  status?: ConnectorState
  info?: unknown
}

function expanded(
  names: readonly string[],
  expansions: readonly string[],
  mayTellConfig: (name: string) => boolean,
  { connectors }: RouteServices,
) {
  const all: Record<string, Expanded> = {}
  for (const name of names) {
    try {
      all[name] = {
        ...(expansions.includes('status') && { status: connectors.state(name) }),
        ...(expansions.includes('info') && mayTellConfig(name) && { info: connectors.info(name) }),
      }
    } catch (error) {
      // One that has no status yet, or was deleted meanwhile, is left out.
      if (!isError(error, 'not-found')) throw error
    }
  }
  return all
}

function named(name: string, config: Record<string, string | null>) {
  const { name: included } = config
  if (included === undefined || included === null) return { ...config, name }
  if (included === name) return config
  const why = `Connector name configuration (${included}) doesn't match connector name in the URL (${name})`
  throw connectError('bad-request', { why })
}

function taskIn(context: Context): number {
  const text = context.req.param('task') ?? ''
  if (/^\d+$/.test(text)) return Number(text)
  throw connectError('not-found', { what: 'HTTP 404 Not Found' })
}

/** Only workers of the group may write tasks. */
async function signedTasks(
  context: Context,
  { herder }: RouteServices,
): Promise<ConnectorConfig[]> {
  const body = await context.req.text()
  const signature = context.req.header('x-connect-authorization') ?? ''
  if (!herder.isSignedByWorker(body, signature)) {
    throw connectError('forbidden', { why: 'Only workers of the group write tasks.' })
  }
  const tasks: unknown = JSON.parse(body)
  return Array.isArray(tasks) ? (tasks.map(configIn) as ConnectorConfig[]) : []
}
