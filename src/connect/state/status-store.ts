/** How connectors and tasks are: the topic `connect-status`, in Kafka Connect's own records. */
import { asObject, objectIn } from './json.ts'
import { StateLog, type StateLogOptions, type StateRecord } from './state-log.ts'

export type State =
  | 'UNASSIGNED'
  | 'RUNNING'
  | 'PAUSED'
  | 'FAILED'
  | 'RESTARTING'
  | 'STOPPED'
  | 'DESTROYED'

export interface Status {
  readonly state: State
  /** Why it failed. */
  readonly trace: string | null
  /** `host:port` of the worker's REST door. */
  readonly worker: string
  readonly generation: number
  /** Of the connector's plugin. */
  readonly version: string | null
}

/** A connector, or one of its tasks. */
export interface StatusOf {
  readonly connector: string
  readonly task?: number
}

export type StatusStoreOptions = Omit<StateLogOptions, 'onRecord' | 'partitions'>

const partitions = 5
const connectorPrefix = 'status-connector-'
const taskPrefix = 'status-task-'
const topicPrefix = 'status-topic-'
const betweenTopicAndConnector = ':connector-'

export class StatusStore implements AsyncDisposable {
  readonly #clock: StateLogOptions['clock']
  readonly #connectors = new Map<string, Status>()
  readonly #tasks = new Map<string, Map<number, Status>>()
  /** The topics that each connector has used. */
  readonly #topics = new Map<string, Set<string>>()
  #log: StateLog | undefined

  private constructor(options: StatusStoreOptions) {
    this.#clock = options.clock
  }

  static async open(options: StatusStoreOptions, signal: AbortSignal): Promise<StatusStore> {
    const store = new StatusStore(options)
    const onRecord = (record: StateRecord) => store.#apply(record)
    store.#log = await StateLog.open({ ...options, partitions, onRecord }, signal)
    return store
  }

  get({ connector, task }: StatusOf): Status | undefined {
    return task === undefined
      ? this.#connectors.get(connector)
      : this.#tasks.get(connector)?.get(task)
  }

  /** Of a connector's tasks, in the order of their numbers. */
  tasks(connector: string): [number, Status][] {
    return [...(this.#tasks.get(connector) ?? [])].sort(([one], [other]) => one - other)
  }

  /** Resolves when all that has been said by now is known. */
  async readToEnd(): Promise<void> {
    await this.#log?.readToEnd()
  }

  topics(connector: string): string[] {
    return [...(this.#topics.get(connector) ?? [])]
  }

  /** What another worker has said of it since is left alone, unless we run it now. It is read a little later. */
  async put(of: StatusOf, { state, trace, worker, generation, version }: Status): Promise<void> {
    const known = this.get(of)
    const isOthers = known !== undefined && known.worker !== worker
    if (state !== 'RUNNING' && isOthers && known.generation >= generation) return
    await this.#log?.write(keyOf(of), { state, trace, worker_id: worker, generation, version })
  }

  async delete(of: StatusOf): Promise<void> {
    await this.#log?.write(keyOf(of), null)
  }

  async putTopic(topic: string, { connector, task = 0 }: StatusOf): Promise<void> {
    if (this.#topics.get(connector)?.has(topic)) return
    this.#rememberTopic(topic, connector, true)
    const used = { name: topic, connector, task, discoverTimestamp: this.#clock.now() }
    await this.#log?.write(topicKey(topic, connector), { topic: used })
  }

  async forgetTopics(connector: string): Promise<void> {
    for (const topic of this.topics(connector)) {
      this.#rememberTopic(topic, connector, false)
      await this.#log?.write(topicKey(topic, connector), null)
    }
  }

  async close(): Promise<void> {
    await this.#log?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #apply({ key, value }: StateRecord): void {
    if (key.startsWith(topicPrefix)) {
      const [topic = '', connector = ''] = key
        .slice(topicPrefix.length)
        .split(betweenTopicAndConnector, 2)
      this.#rememberTopic(topic, connector, asObject(objectIn(value)?.topic) !== undefined)
    } else if (key.startsWith(taskPrefix)) {
      const [, connector = '', task = ''] = /^(.*)-(\d+)$/.exec(key.slice(taskPrefix.length)) ?? []
      this.#remember({ connector, task: Number(task) }, statusIn(value))
    } else if (key.startsWith(connectorPrefix)) {
      this.#remember({ connector: key.slice(connectorPrefix.length) }, statusIn(value))
    }
  }

  #remember({ connector, task }: StatusOf, status: Status | undefined): void {
    if (task === undefined) {
      if (status === undefined) this.#connectors.delete(connector)
      else this.#connectors.set(connector, status)
      return
    }
    const tasks = this.#tasks.get(connector) ?? new Map<number, Status>()
    if (status === undefined) tasks.delete(task)
    else tasks.set(task, status)
    if (tasks.size === 0) this.#tasks.delete(connector)
    else this.#tasks.set(connector, tasks)
  }

  #rememberTopic(topic: string, connector: string, isUsed: boolean): void {
    const topics = this.#topics.get(connector) ?? new Set<string>()
    if (isUsed) topics.add(topic)
    else topics.delete(topic)
    if (topics.size === 0) this.#topics.delete(connector)
    else this.#topics.set(connector, topics)
  }
}

function keyOf({ connector, task }: StatusOf): string {
  return task === undefined ? `${connectorPrefix}${connector}` : `${taskPrefix}${connector}-${task}`
}

function topicKey(topic: string, connector: string): string {
  return `${topicPrefix}${topic}${betweenTopicAndConnector}${connector}`
}

function statusIn(value: Buffer | null): Status | undefined {
  const said = objectIn(value)
  if (said === undefined) return undefined
  return {
    state: said.state as State,
    trace: typeof said.trace === 'string' ? said.trace : null,
    worker: String(said.worker_id),
    generation: Number(said.generation),
    version: typeof said.version === 'string' ? said.version : null,
  }
}
