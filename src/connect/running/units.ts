/** What runs on a worker: connectors, which plan, and tasks, which work. */
import type { SinkPlugin, SourcePlugin } from '../kit/index.ts'
import type { Plugins } from '../plugins.ts'
import type { StoredConnector } from '../state/config-store.ts'
import type { State } from '../state/status-store.ts'
import { type PlanFacts, planTasks } from './planning.ts'
import { withSecrets } from './secrets.ts'
import type { Services } from './services.ts'
import { runSinkTask } from './sink-task.ts'
import type { Unit } from './slot.ts'
import { runSourceTask } from './source-task.ts'
import { type Attempt, Supervised } from './supervised.ts'
import { TaskMeter } from './task-meter.ts'

export interface TaskUnitFacts extends UnitFacts {
  /** Whether no other worker can have been given the task. */
  readonly isOurs: () => boolean
}

interface UnitFacts {
  readonly connector: string
  readonly stored: StoredConnector
  readonly plugins: Plugins
  readonly services: Services
  readonly onState: (state: State, trace?: string) => Promise<void>
}

/** A connector: it plans its tasks, and plans again when it is asked to. */
export function connectorUnit(facts: PlanFacts & Pick<UnitFacts, 'onState'>): Unit {
  const { stored, connector } = facts
  if (stored.target !== 'STARTED') return new Resting(facts, stored.target)
  return supervised(connector, facts, (attempt) => planTasks(facts, attempt))
}

/** A task of a connector at work; it counts what it does. */
export class TaskUnit implements Unit {
  readonly meter: TaskMeter
  readonly #unit: Supervised | Resting

  constructor(task: number, facts: TaskUnitFacts) {
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

  async #work(task: number, facts: TaskUnitFacts, attempt: Attempt): Promise<void> {
    const { connector, stored, services, plugins, isOurs } = facts
    // Tasks that Kafka Connect has planned may lack what the connector says.
    const whole = { ...stored.config, ...stored.tasks[task] }
    const config = await withSecrets(whole, services.secrets)
    const plugin = plugins.get(stored.config['connector.class'] ?? '')
    const given = { connector, task, config, services, isOurs, meter: this.meter }
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
