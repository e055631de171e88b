/** Which connectors there are: the topic `connect-configs`, in Kafka Connect's own records. */
import { type JsonObject, objectIn, textsIn } from './json.ts'
import { StateLog, type StateLogOptions, type StateRecord } from './state-log.ts'

export type ConnectorConfig = Readonly<Record<string, string>>
export type TargetState = 'STARTED' | 'PAUSED' | 'STOPPED'

export interface StoredConnector {
  readonly config: ConnectorConfig
  readonly target: TargetState
  /** Of each task, by its number. */
  readonly tasks: readonly ConnectorConfig[]
}

export interface RestartRequest {
  readonly connector: string
  readonly includeTasks: boolean
  readonly onlyFailed: boolean
}

export interface SessionKey {
  readonly key: Buffer
  readonly algorithm: string
  readonly createdMs: number
}

export interface ConfigStoreOptions extends Omit<StateLogOptions, 'onRecord' | 'partitions'> {
  /** Something is other than it was. */
  readonly onChange: () => void
  readonly onRestart: (request: RestartRequest) => void
  readonly onLoggerLevel: (logger: string, level: string) => void
}

const prefixes = {
  connector: 'connector-',
  task: 'task-',
  commit: 'commit-',
  target: 'target-state-',
  restart: 'restart-connector-',
  logger: 'logger-cluster-',
  // leat's own: Kafka Connect passes over it.
  declared: 'leat-declared-',
} as const

const sessionKeyName = 'session-key'

export class ConfigStore implements AsyncDisposable {
  readonly #options: ConfigStoreOptions
  readonly #connectors = new Map<string, ConnectorConfig>()
  readonly #targets = new Map<string, TargetState>()
  readonly #tasks = new Map<string, readonly ConnectorConfig[]>()
  /** What was written of tasks since their last commit, by connector and number. */
  readonly #uncommitted = new Map<string, Map<number, ConnectorConfig>>()
  /** The connectors that the configuration of a worker names, by that worker. */
  readonly #declared = new Map<string, readonly string[]>()
  #sessionKey: SessionKey | undefined
  #log: StateLog | undefined

  private constructor(options: ConfigStoreOptions) {
    this.#options = options
  }

  static async open(options: ConfigStoreOptions, signal: AbortSignal): Promise<ConfigStore> {
    const store = new ConfigStore(options)
    const onRecord = (record: StateRecord) => store.#apply(record)
    store.#log = await StateLog.open({ ...options, partitions: 1, onRecord }, signal)
    return store
  }

  /** How far the topic is read. */
  get offset(): bigint {
    return this.#log?.position(0) ?? 0n
  }

  get sessionKey(): SessionKey | undefined {
    return this.#sessionKey
  }

  names(): string[] {
    return [...this.#connectors.keys()]
  }

  connector(name: string): StoredConnector | undefined {
    const config = this.#connectors.get(name)
    if (config === undefined) return undefined
    const target = this.#targets.get(name) ?? 'STARTED'
    return { config, target, tasks: this.#tasks.get(name) ?? [] }
  }

  declaredBy(owner: string): readonly string[] {
    return this.#declared.get(owner) ?? []
  }

  isDeclaredBesides(owner: string, connector: string): boolean {
    return [...this.#declared].some(([by, names]) => by !== owner && names.includes(connector))
  }

  async readToEnd(): Promise<void> {
    await this.#log?.readToEnd()
  }

  async readTo(offset: bigint): Promise<void> {
    await this.#log?.readTo(offset)
  }

  /** Each write resolves when it is durable and read. */
  async putConnector(name: string, config: ConnectorConfig, target?: TargetState): Promise<void> {
    if (target !== undefined) await this.#write(prefixes.target + name, targetValue(target))
    await this.#write(prefixes.connector + name, { properties: config })
    await this.readToEnd()
  }

  async deleteConnector(name: string): Promise<void> {
    await this.#write(prefixes.connector + name, null)
    await this.#write(prefixes.target + name, null)
    await this.readToEnd()
  }

  async putTasks(name: string, tasks: readonly ConnectorConfig[]): Promise<void> {
    for (const [number, properties] of tasks.entries()) {
      await this.#write(`${prefixes.task}${name}-${number}`, { properties })
    }
    await this.#write(prefixes.commit + name, { tasks: tasks.length })
    await this.readToEnd()
  }

  async putTarget(name: string, target: TargetState): Promise<void> {
    await this.#write(prefixes.target + name, targetValue(target))
    await this.readToEnd()
  }

  async putRestart({ connector, includeTasks, onlyFailed }: RestartRequest): Promise<void> {
    const value = { 'include-tasks': includeTasks, 'only-failed': onlyFailed }
    await this.#write(prefixes.restart + connector, value)
  }

  async putSessionKey({ key, algorithm, createdMs }: SessionKey): Promise<void> {
    const value = { key: key.toString('base64'), algorithm, 'creation-timestamp': createdMs }
    await this.#write(sessionKeyName, value)
    await this.readToEnd()
  }

  async putDeclared(owner: string, connectors: readonly string[]): Promise<void> {
    await this.#write(prefixes.declared + owner, connectors.length === 0 ? null : { connectors })
    await this.readToEnd()
  }

  async putLoggerLevel(logger: string, level: string): Promise<void> {
    await this.#write(prefixes.logger + logger, { level })
  }

  async close(): Promise<void> {
    await this.#log?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #write(key: string, value: unknown): Promise<void> {
    await this.#log?.write(key, value)
  }

  #apply({ key, value }: StateRecord): void {
    const said = objectIn(value)
    if (key === sessionKeyName) this.#applySessionKey(said)
    for (const kind of kinds) {
      if (key.startsWith(prefixes[kind])) {
        this.#appliers[kind](key.slice(prefixes[kind].length), said)
        break
      }
    }
    this.#options.onChange()
  }

  readonly #appliers: Record<Kind, (name: string, said: JsonObject | undefined) => void> = {
    connector: (name, said) => this.#applyConnector(name, textsIn(said?.properties)),
    task: (id, said) => this.#applyTask(id, textsIn(said?.properties)),
    commit: (name, said) => this.#applyCommit(name, Number(said?.tasks)),
    target: (name, said) => this.#applyTarget(name, said?.['state.v2'] ?? said?.state),
    restart: (connector, said) => {
      // What was asked before this worker began is long done.
      if (this.#log === undefined || said === undefined) return
      const includeTasks = said['include-tasks'] === true
      this.#options.onRestart({ connector, includeTasks, onlyFailed: said['only-failed'] === true })
    },
    declared: (owner, said) => {
      const names = Array.isArray(said?.connectors) ? said.connectors.map(String) : []
      if (names.length === 0) this.#declared.delete(owner)
      else this.#declared.set(owner, names)
    },
    logger: (name, said) => {
      if (this.#log === undefined || typeof said?.level !== 'string') return
      this.#options.onLoggerLevel(name, said.level)
    },
  }

  #applyConnector(name: string, config: ConnectorConfig | undefined): void {
    if (config !== undefined) {
      this.#connectors.set(name, config)
      return
    }
    this.#connectors.delete(name)
    this.#targets.delete(name)
    this.#tasks.delete(name)
    this.#uncommitted.delete(name)
  }

  #applyTask(id: string, config: ConnectorConfig | undefined): void {
    const [, name = '', number = ''] = /^(.*)-(\d+)$/.exec(id) ?? []
    if (config === undefined || number === '') return
    const uncommitted = this.#uncommitted.get(name) ?? new Map<number, ConnectorConfig>()
    this.#uncommitted.set(name, uncommitted.set(Number(number), config))
  }

  #applyCommit(name: string, count: number): void {
    const uncommitted = this.#uncommitted.get(name) ?? new Map<number, ConnectorConfig>()
    const before = this.#tasks.get(name) ?? []
    const tasks = Array.from({ length: count }, (_, at) => uncommitted.get(at) ?? before[at])
    // A topic that was compacted in the middle of a commit lacks some: they are planned anew.
    if (tasks.some((task) => task === undefined)) return
    this.#tasks.set(name, tasks as ConnectorConfig[])
    this.#uncommitted.delete(name)
  }

  #applyTarget(name: string, state: unknown): void {
    if (isTarget(state)) this.#targets.set(name, state)
    else this.#targets.delete(name)
  }

  #applySessionKey(said: JsonObject | undefined): void {
    if (typeof said?.key !== 'string') return
    this.#sessionKey = {
      key: Buffer.from(said.key, 'base64'),
      algorithm: String(said.algorithm),
      createdMs: Number(said['creation-timestamp']),
    }
  }
}

type Kind = keyof typeof prefixes
const kinds = Object.keys(prefixes) as Kind[]

function isTarget(state: unknown): state is TargetState {
  return state === 'STARTED' || state === 'PAUSED' || state === 'STOPPED'
}

/** Workers that do not know STOPPED yet take it for PAUSED. */
function targetValue(target: TargetState) {
  return { state: target === 'STOPPED' ? 'PAUSED' : target, 'state.v2': target }
}
