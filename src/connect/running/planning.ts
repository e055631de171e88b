/** What a connector does beside its tasks: it plans them, and plans again when it is asked to. */
import { isDeepStrictEqual } from 'node:util'
import { pause } from '../../base/clock.ts'
import { connectError } from '../errors.ts'
import type { Plugin, TaskShare } from '../kit/index.ts'
import { commonOptions } from '../options/common-options.ts'
import { valuesOf } from '../options/settings.ts'
import type { Plugins } from '../plugins.ts'
import type { ConnectorConfig, StoredConnector } from '../state/config-store.ts'
import type { StatusStore } from '../state/status-store.ts'
import { withSecrets } from './secrets.ts'
import type { Services } from './services.ts'
import type { Attempt } from './supervised.ts'

export interface PlanFacts {
  readonly connector: string
  readonly stored: StoredConnector
  /** As they are stored now. */
  readonly tasks: () => readonly ConnectorConfig[]
  readonly plugins: Plugins
  readonly services: Services
  readonly statuses: Pick<StatusStore, 'readToEnd' | 'tasks'>
  readonly publishTasks: (tasks: readonly ConnectorConfig[]) => Promise<void>
}

export async function planTasks(facts: PlanFacts, attempt: Attempt): Promise<void> {
  const { connector, stored, services, plugins } = facts
  const plugin = plugins.get(stored.config['connector.class'] ?? '')
  let published = facts.tasks()
  while (!attempt.signal.aborted) {
    const again = Promise.withResolvers<void>()
    const planning = new AbortController()
    const signal = AbortSignal.any([attempt.signal, planning.signal])
    signal.addEventListener('abort', () => again.resolve())
    try {
      const context = { signal, before: published, planAgain: () => again.resolve() }
      const shares = await sharesOf(plugin, facts, context)
      const tasks = shares.map((share) => ({
        ...stored.config,
        ...share,
        'task.class': taskClassOf(plugin),
      }))
      if (!isDeepStrictEqual(tasks, published))
        await publish(facts, plugin, tasks, published, signal)
      published = tasks
      await attempt.running()
      attempt.succeeded()
      services.logger.info('A connector has planned its work', { connector, tasks: tasks.length })
      await again.promise
    } finally {
      // What it watches, it watches no longer, however it ended.
      planning.abort()
    }
  }
}

async function sharesOf(
  plugin: Plugin,
  { connector, stored, services }: PlanFacts,
  watching: {
    readonly signal: AbortSignal
    readonly before: readonly TaskShare[]
    readonly planAgain: () => void
  },
): Promise<readonly TaskShare[]> {
  const { clock, secrets } = services
  const common = valuesOf(commonOptions, stored.config)
  const most = common['tasks.max']
  if (plugin.kind === 'sink') return Array.from({ length: most }, () => ({}))
  const config = await withSecrets(stored.config, secrets)
  const values = valuesOf(plugin.options, config)
  const logger = services.logger.with({ connector })
  const context = { ...watching, logger, clock, kafka: services.kafka }
  const shares = await plugin.plan(values as never, most, context)
  if (shares.length > most && common['tasks.max.enforce']) {
    throw connectError('too-many-tasks', { connector, given: shares.length, most })
  }
  return shares
}

/** Where something changes hands, nobody has it before whoever had it has ended. */
async function publish(
  facts: PlanFacts,
  plugin: Plugin,
  tasks: readonly ConnectorConfig[],
  before: readonly ConnectorConfig[],
  signal: AbortSignal,
): Promise<void> {
  const { publishTasks } = facts
  if (plugin.kind === 'source' && changesHands(plugin.aloneWith, before, tasks)) {
    await publishTasks([])
    await haveEnded(facts, before.length, signal)
  }
  if (!signal.aborted) await publishTasks(tasks)
}

function changesHands(
  aloneWith: ((share: TaskShare) => readonly string[]) | undefined,
  before: readonly TaskShare[],
  after: readonly TaskShare[],
): boolean {
  if (aloneWith === undefined) return false
  const owners = new Map(
    before.flatMap((share, task) => aloneWith(share).map((one) => [one, task])),
  )
  return after.some((share, task) =>
    aloneWith(share).some((one) => (owners.get(one) ?? task) !== task),
  )
}

/** A worker that has died says nothing: its group has noticed by then. */
const longestEndMs = 15_000
const askAgainMs = 100

/** Tasks that have ended, and are planned no longer, have no status. */
async function haveEnded(
  { connector, services: { clock, logger }, statuses }: PlanFacts,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const until = clock.now() + longestEndMs
  while (!signal.aborted) {
    await statuses.readToEnd()
    const left = statuses
      .tasks(connector)
      .filter(([task, { state }]) => task < count && state !== 'UNASSIGNED')
      .map(([task]) => task)
    if (left.length === 0) return
    if (clock.now() > until) {
      logger.warn('Tasks have not said that they ended, and are planned anew', { connector, left })
      return
    }
    await pause(askAgainMs, { clock, signal })
  }
}

/** As Java's connectors call theirs, so that Kafka Connect can go on with these tasks. */
function taskClassOf({ names }: Plugin): string {
  return names[0].replace(/(Connector)?$/, 'Task')
}
