/** What runs on a worker: connectors, which plan, and tasks, which work. */
import { isDeepStrictEqual } from 'node:util'
import { connectError } from '../errors.ts'
import type { Plugin, SinkPlugin, SourcePlugin } from '../kit/index.ts'
import { commonOptions } from '../options/common-options.ts'
import { valuesOf } from '../options/settings.ts'
import type { Plugins } from '../plugins.ts'
import type { ConnectorConfig, StoredConnector } from '../state/config-store.ts'
import type { State } from '../state/status-store.ts'
import { withSecrets } from './secrets.ts'
import type { Services } from './services.ts'
import { runSinkTask } from './sink-task.ts'
import type { Unit } from './slot.ts'
import { runSourceTask } from './source-task.ts'
import { type Attempt, Supervised } from './supervised.ts'
import { TaskMeter } from './task-meter.ts'

export interface UnitFacts {
  readonly connector: string
  readonly stored: StoredConnector
  readonly plugins: Plugins
  readonly services: Services
  readonly onState: (state: State, trace?: string) => Promise<void>
}

export interface ConnectorFacts extends UnitFacts {
  readonly publishTasks: (tasks: readonly ConnectorConfig[]) => Promise<void>
}

/** A connector: it plans its tasks, and plans again when it is asked to. */
export function connectorUnit(facts: ConnectorFacts): Unit {
  const { stored, connector } = facts
  if (stored.target !== 'STARTED') return new Resting(facts, stored.target)
  return supervised(connector, facts, (attempt) => plan(facts, attempt))
}

/** A task of a connector at work; it counts what it does. */
export class TaskUnit implements Unit {
  readonly meter: TaskMeter
  readonly #unit: Supervised | Resting

  constructor(task: number, facts: UnitFacts) {
    const { connector, stored, services } = facts
    this.meter = new TaskMeter(services.clock)
    this.#unit =
      stored.target === 'STARTED'
        ? supervised(`${connector}-${task}`, facts, (attempt) => this.#work(task, facts, attempt))
        : new Resting(facts, 'PAUSED')
  }

  get isFailed(): boolean {
    return this.#unit.isFailed
  }

  restart(): void {
    this.#unit.restart()
  }

  async close(): Promise<void> {
    await this.#unit.close()
  }

  async #work(task: number, facts: UnitFacts, attempt: Attempt): Promise<void> {
    const { connector, stored, services, plugins } = facts
    // Tasks that Kafka Connect has planned may lack what the connector says.
    const whole = { ...stored.config, ...stored.tasks[task] }
    const config = await withSecrets(whole, services.secrets)
    const plugin = plugins.get(stored.config['connector.class'] ?? '')
    const given = { connector, task, config, services, meter: this.meter }
    // What a plugin's values are it alone knows: they are read by its own table.
    if (plugin.kind === 'sink') await runSinkTask(plugin as unknown as SinkPlugin, given, attempt)
    else await runSourceTask(plugin as unknown as SourcePlugin, given, attempt)
  }
}

/** Paused or stopped: it only says so. */
class Resting implements Unit {
  readonly isFailed = false
  readonly #facts: UnitFacts
  readonly #told: Promise<void>

  constructor(facts: UnitFacts, state: 'PAUSED' | 'STOPPED') {
    this.#facts = facts
    this.#told = this.#tell(state)
  }

  restart(): void {}

  async close(): Promise<void> {
    await this.#told
    await this.#tell('UNASSIGNED')
  }

  async #tell(state: State): Promise<void> {
    const { onState, services, connector } = this.#facts
    try {
      await onState(state)
    } catch (error) {
      services.logger.warn('A status could not be stored', { connector, error: String(error) })
    }
  }
}

function supervised(
  name: string,
  { services, onState }: UnitFacts,
  attempt: (attempt: Attempt) => Promise<void>,
): Supervised {
  const { clock, random, logger, backOff } = services
  return new Supervised({ name, attempt, onState, clock, random, logger, backOff })
}

async function plan(facts: ConnectorFacts, attempt: Attempt): Promise<void> {
  const { connector, stored, services, plugins, publishTasks } = facts
  const plugin = plugins.get(stored.config['connector.class'] ?? '')
  let published = stored.tasks
  while (!attempt.signal.aborted) {
    const again = Promise.withResolvers<void>()
    const planning = new AbortController()
    const signal = AbortSignal.any([attempt.signal, planning.signal])
    signal.addEventListener('abort', () => again.resolve())
    try {
      const shares = await sharesOf(plugin, facts, signal, () => again.resolve())
      const tasks = shares.map((share) => ({
        ...stored.config,
        ...share,
        'task.class': taskClassOf(plugin),
      }))
      if (!isDeepStrictEqual(tasks, published)) await publishTasks(tasks)
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
  { connector, stored, services }: UnitFacts,
  signal: AbortSignal,
  planAgain: () => void,
) {
  const { clock, secrets } = services
  const common = valuesOf(commonOptions, stored.config)
  const most = common['tasks.max']
  if (plugin.kind === 'sink') return Array.from({ length: most }, () => ({}))
  const config = await withSecrets(stored.config, secrets)
  const values = valuesOf(plugin.options, config)
  const logger = services.logger.with({ connector })
  const context = { logger, clock, signal, planAgain, kafka: services.kafka }
  const shares = await plugin.plan(values as never, most, context)
  if (shares.length > most && common['tasks.max.enforce']) {
    throw connectError('too-many-tasks', { connector, given: shares.length, most })
  }
  return shares
}

/** As Java's connectors call theirs, so that Kafka Connect can go on with these tasks. */
function taskClassOf({ names }: Plugin): string {
  return names[0].replace(/(Connector)?$/, 'Task')
}
