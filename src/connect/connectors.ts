import { connectError } from './errors.ts'
import type { Herder } from './herder.ts'
import { commonOptions } from './options/common-options.ts'
import { type ToldConfig, toldConfig } from './options/told-config.ts'
import {
  type ConfigInfos,
  type GivenConfig,
  optionsOf,
  validateConfig,
  withoutNulls,
} from './options/validate.ts'
import type { Plugins } from './plugins.ts'
import type { TaskFigures } from './running/task-meter.ts'
import { TaskUnit } from './running/units.ts'
import type {
  ConfigStore,
  ConnectorConfig,
  RestartRequest,
  StoredConnector,
  TargetState,
} from './state/config-store.ts'
import type { State, Status, StatusStore } from './state/status-store.ts'

export interface ConnectorsOptions {
  readonly herder: Herder
  readonly configs: ConfigStore
  readonly statuses: StatusStore
  readonly plugins: Plugins
  /** The worker's converters, for connectors that name none. */
  readonly defaults: ConnectorConfig
}

export interface ConnectorInfo {
  readonly name: string
  readonly config: ConnectorConfig
  readonly tasks: readonly { readonly connector: string; readonly task: number }[]
  readonly type: ConnectorType
}

export type ConnectorType = 'sink' | 'source' | 'unknown'

export interface StateInfo {
  readonly state: State
  readonly worker_id: string
  readonly trace?: string
  readonly version?: string
}

export interface TaskState extends StateInfo {
  readonly id: number
  /** Of a task that runs on the worker that answers. */
  readonly figures?: TaskFigures
}

export interface ConnectorState {
  readonly name: string
  readonly connector: StateInfo
  readonly tasks: readonly TaskState[]
  readonly type: ConnectorType
}

/** What can be asked about connectors and done to them; the leader of the workers alone changes them. */
export class Connectors {
  readonly #options: ConnectorsOptions

  constructor(options: ConnectorsOptions) {
    this.#options = options
  }

  names(): string[] {
    return this.#options.configs.names()
  }

  /** Throws 'not-found'. */
  stored(name: string): StoredConnector {
    const stored = this.#options.configs.connector(name)
    if (stored !== undefined) return stored
    throw connectError('not-found', { what: `Connector ${name} not found` })
  }

  info(name: string): ConnectorInfo {
    const { config, tasks } = this.stored(name)
    return {
      name,
      config,
      tasks: tasks.map((_, task) => ({ connector: name, task })),
      type: this.typeOf(config),
    }
  }

  typeOf(config: ConnectorConfig): ConnectorType {
    return this.#options.plugins.find(config['connector.class'] ?? '')?.kind ?? 'unknown'
  }

  state(name: string): ConnectorState {
    const { configs, statuses } = this.#options
    const connector = statuses.get({ connector: name })
    if (connector === undefined) {
      throw connectError('not-found', { what: `No status found for connector ${name}` })
    }
    return {
      name,
      connector: stateInfo(connector),
      tasks: statuses.tasks(name).map(([task, status]) => this.#taskState(name, task, status)),
      type: this.typeOf(configs.connector(name)?.config ?? {}),
    }
  }

  taskState(name: string, task: number): TaskState {
    const status = this.#options.statuses.get({ connector: name, task })
    if (status !== undefined) return this.#taskState(name, task, status)
    throw connectError('not-found', { what: `No status found for task ${name}-${task}` })
  }

  topics(name: string): string[] {
    return this.#options.statuses.topics(name)
  }

  async forgetTopics(name: string): Promise<void> {
    await this.#options.statuses.forgetTopics(name)
  }

  async validate(given: GivenConfig): Promise<ConfigInfos> {
    const type = given['connector.class']
    if (type === undefined || type === null) {
      // Kafka Connect repeats the configuration here, with its passwords.
      const why = 'Connector config contains no connector type; write "connector.class": "…".'
      throw connectError('bad-request', { why })
    }
    const { plugins, defaults } = this.#options
    return await validateConfig(plugins.get(type), given, defaults)
  }

  /** What may be told of a configuration that somebody gives; `isWhole`: in the place of the one there is. */
  told(name: string, given: GivenConfig, isWhole: boolean): ToldConfig {
    const { configs, plugins, defaults } = this.#options
    const before = configs.connector(name)?.config
    const meant = withoutNulls(isWhole ? given : { ...before, ...given })
    const plugin = plugins.find(meant['connector.class'] ?? '')
    const options = plugin === undefined ? commonOptions : optionsOf(plugin, meant, defaults)
    return toldConfig(given, { before, options, isWhole })
  }

  /** Resolves when it is stored; throws 'connector-exists' and, with all that is wrong, 'bad-request'. */
  async create(name: string, given: GivenConfig, target?: TargetState): Promise<ConnectorInfo> {
    this.#requireLeader()
    await this.#requireValid(given)
    if (this.#options.configs.connector(name) !== undefined) {
      throw connectError('connector-exists', { connector: name })
    }
    await this.#options.configs.putConnector(name, given as ConnectorConfig, target)
    return this.info(name)
  }

  /** Creates it where it is absent. */
  async put(
    name: string,
    given: GivenConfig,
  ): Promise<{ readonly info: ConnectorInfo; readonly isNew: boolean }> {
    this.#requireLeader()
    await this.#requireValid(given)
    const isNew = this.#options.configs.connector(name) === undefined
    await this.#options.configs.putConnector(name, given as ConnectorConfig)
    return { info: this.info(name), isNew }
  }

  /** Changes some options; null takes one away. */
  async patch(name: string, patch: GivenConfig): Promise<ConnectorInfo> {
    this.#requireLeader()
    const patched = { ...this.stored(name).config, ...patch }
    const config = Object.fromEntries(Object.entries(patched).filter(([, value]) => value !== null))
    return (await this.put(name, config)).info
  }

  async delete(name: string): Promise<void> {
    this.#requireLeader()
    const { configs, statuses } = this.#options
    this.stored(name)
    await configs.deleteConnector(name)
    for (const [task] of statuses.tasks(name)) await statuses.delete({ connector: name, task })
    await statuses.delete({ connector: name })
    await statuses.forgetTopics(name)
  }

  async turn(name: string, target: TargetState): Promise<void> {
    this.#requireLeader()
    const { configs } = this.#options
    if (configs.connector(name) === undefined) {
      throw connectError('not-found', { what: `Unknown connector ${name}` })
    }
    if (target === 'STOPPED') await configs.putTasks(name, [])
    await configs.putTarget(name, target)
  }

  async putTasks(name: string, tasks: readonly ConnectorConfig[]): Promise<void> {
    this.#requireLeader()
    this.stored(name)
    await this.#options.configs.putTasks(name, tasks)
  }

  /** What is asked to begin again, as it will be. */
  async restart(request: RestartRequest): Promise<ConnectorState> {
    this.#requireLeader()
    const { connector: name, includeTasks, onlyFailed } = request
    if (this.#options.configs.connector(name) === undefined) {
      throw connectError('not-found', { what: `Unknown connector: ${name}` })
    }
    const before = this.state(name)
    await this.#options.configs.putRestart(request)
    const after = <Of extends StateInfo>(one: Of): Of =>
      onlyFailed && one.state !== 'FAILED' ? one : { ...one, state: 'RESTARTING' }
    return {
      ...before,
      connector: after(before.connector),
      tasks: includeTasks ? before.tasks.map(after) : before.tasks,
    }
  }

  #taskState(connector: string, task: number, status: Status): TaskState {
    const unit = this.#options.herder.unit({ connector, task })
    return {
      id: task,
      ...stateInfo(status),
      ...(unit instanceof TaskUnit && { figures: unit.meter.figures() }),
    }
  }

  async #requireValid(given: GivenConfig): Promise<void> {
    const { error_count: count, configs } = await this.validate(given)
    if (count === 0) return
    const sentences = configs.flatMap(({ value }) => value.errors)
    const why = [
      `Connector configuration is invalid and contains the following ${count} error(s):`,
      ...sentences,
      'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`',
    ].join('\n')
    throw connectError('bad-request', { why })
  }

  #requireLeader(): void {
    const { herder } = this.#options
    if (!herder.isLeader) throw connectError('not-leader', { leader: herder.leaderUrl })
  }
}

/** What `initial_state` of a new connector means; throws 'bad-request'. */
export function connectorTarget(initial: unknown): TargetState | undefined {
  if (initial === undefined || initial === null) return undefined
  const targets: Readonly<Record<string, TargetState>> = {
    ...{ RUNNING: 'STARTED', PAUSED: 'PAUSED', STOPPED: 'STOPPED' },
  }
  const target = targets[String(initial).toUpperCase()]
  if (target !== undefined) return target
  const why = `'initial_state' is '${initial}'; write RUNNING, PAUSED or STOPPED.`
  throw connectError('bad-request', { why })
}

function stateInfo({ state, worker, trace, version }: Status): StateInfo {
  return {
    ...{ state, worker_id: worker },
    ...(trace !== null && trace !== '' && { trace }),
    ...(version !== null && { version }),
  }
}
