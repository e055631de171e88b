import { randomBytes } from 'node:crypto'
import type { BackOff } from '../base/back-off.ts'
import { type Clock, pause, systemClock } from '../base/clock.ts'
import type { HttpDoors } from '../base/http-doors.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import { Metrics } from '../base/metrics.ts'
import { type Random, systemRandom } from '../base/random.ts'
import { checkAnswer, KafkaClient } from '../client/index.ts'
import { type ClientSecurity, securityOver } from '../client/security/index.ts'
import { DescribeCluster } from '../protocols/kafka/apis/60-describe-cluster.ts'
import { ofThisWorker, WorkerCalls } from './cluster/worker-calls.ts'
import { Connectors } from './connectors.ts'
import { declare, type OnDeclared } from './declared.ts'
import { type Address, type ConnectListener, openConnectDoors } from './door.ts'
import { connectError, sentenceOf } from './errors.ts'
import { Herder, type WorkerTimings, workerIdOf } from './herder.ts'
import type { Plugin } from './kit/index.ts'
import { Loggers, levelNamed } from './loggers.ts'
import { registerMetrics } from './metrics.ts'
import { ConnectorOffsets } from './offsets.ts'
import { Plugins } from './plugins.ts'
import type { RouteServices } from './routes/services.ts'
import type { OtherWay } from './running/client-overrides.ts'
import { previewSink } from './running/preview.ts'
import { reportOf } from './running/report.ts'
import type { Services } from './running/services.ts'
import { usualBackOff } from './running/supervised.ts'
import { ConfigStore, type ConnectorConfig } from './state/config-store.ts'
import { OffsetStore } from './state/offset-store.ts'
import { StatusStore } from './state/status-store.ts'

export interface ConnectWorkerOptions {
  readonly listeners: readonly ConnectListener[]
  /** At which the other workers reach this one; else the first of the listeners. */
  readonly advertised?: Address
  readonly brokers: readonly string[]
  /** Of the way there; Kafka's own keys in `config` change it. */
  readonly security?: ClientSecurity
  readonly plugins: readonly Plugin[]
  readonly group?: string
  /** A name that no other worker has, now or after a restart: it gets its share back at once. */
  readonly instance?: string | undefined
  /** By what it knows after a restart which connectors its configuration named; else by its address. */
  readonly owner?: string | undefined
  /** Connectors that are to be there, by name; those that were here before and are not now go. */
  readonly connectors?: Readonly<Record<string, ConnectorConfig>>
  /** Told of what becomes otherwise because of them, before it does. */
  readonly onDeclared?: OnDeclared
  /** Kafka Connect's own keys of a worker: `key.converter`, `offset.flush.interval.ms`, … */
  readonly config?: ConnectorConfig
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** What relative paths of secrets are relative to. */
  readonly folder?: string
  readonly timings?: Partial<WorkerTimings>
  readonly backOff?: BackOff
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Logger
  readonly metrics?: Metrics
}

/** Text in, text out, where a connector names no converter. */
const usualConfig: ConnectorConfig = {
  'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  'header.converter': 'org.apache.kafka.connect.storage.SimpleHeaderConverter',
  'offset.flush.interval.ms': '1000',
  'config.storage.topic': 'connect-configs',
  'offset.storage.topic': 'connect-offsets',
  'status.storage.topic': 'connect-status',
}

const usualTimings: WorkerTimings = {
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 60_000,
  heartbeatMs: 1000,
}
const usualGroup = 'connect-cluster'
const startRetryMs = 2000
const closeMs = 3500
/** What the leader is asked for may wait for the group to be shared out anew. */
const longestAnswerMs = 90_000
/** Workers sign what they ask of each other; a key is replaced after so long. */
const sessionKeyMs = 60 * 60_000

/** One worker: its door is open at once, the rest is there as soon as the cluster is. */
export class ConnectWorker implements AsyncDisposable {
  readonly #options: ConnectWorkerOptions
  readonly #config: ConnectorConfig
  readonly #clock: Clock
  readonly #loggers: Loggers
  readonly #logger: Logger
  readonly #closing = new AbortController()
  readonly #security: ClientSecurity
  readonly #client: KafkaClient
  readonly #calls: WorkerCalls
  readonly #parts = new AsyncDisposableStack()
  readonly #ready = Promise.withResolvers<RouteServices>()
  #door: HttpDoors | undefined
  #herder: Herder | undefined
  #connectors: Connectors | undefined
  #configs: ConfigStore | undefined
  #offsets: Promise<OffsetStore> | undefined
  #beginning: Promise<void> | undefined
  #closed: Promise<void> | undefined

  private constructor(options: ConnectWorkerOptions) {
    this.#options = options
    this.#config = { ...usualConfig, ...options.config }
    this.#clock = options.clock ?? systemClock
    this.#loggers = new Loggers(this.#clock)
    this.#logger = this.#loggers.wrap('leat.connect', options.logger ?? silentLogger)
    this.#security = securityOver(options.security ?? {}, this.#config)
    this.#client = this.#clientOf({ brokers: undefined, security: {} })
    this.#calls = new WorkerCalls({
      tls: options.listeners[0]?.tls,
      sign: (text) => (this.#isGuarded || this.#hasKey ? this.#signature(text) : undefined),
      clock: this.#clock,
    })
    this.#ready.promise.catch(() => undefined)
  }

  /** Throws where it cannot listen; what else is not there yet is waited for. */
  static async open(options: ConnectWorkerOptions): Promise<ConnectWorker> {
    const worker = new ConnectWorker(options)
    worker.#door = await openConnectDoors(options.listeners, {
      ready: worker.#ready.promise,
      ...{ clock: worker.#clock, logger: worker.#logger },
      isSigned: (text, signature) =>
        worker.#hasKey && (worker.#herder?.isSignedByWorker(text, signature) ?? false),
      health: async () => {
        if (worker.#herder?.failure !== undefined) throw worker.#herder.failure
        await worker.#client.topics([])
      },
    })
    worker.#beginning = worker.#begin()
    return worker
  }

  get addresses(): Address[] {
    return this.#door?.addresses ?? []
  }

  /** Resolves when connectors can be asked for. */
  get ready(): Promise<unknown> {
    return this.#ready.promise
  }

  /** Stops what runs here, commits what is put, and leaves the group. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    this.#ready.reject(connectError('not-ready', { why: 'this worker is stopping.' }))
    await this.#door?.close()
    // A broker that is away keeps producers trying; without a client they end.
    const late = this.#clock.after(closeMs, () => void this.#client.close())
    await this.#beginning
    await this.#herder?.close()
    await this.#parts.disposeAsync()
    late.cancel()
    await this.#client.close()
  }

  async #begin(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      try {
        this.#ready.resolve(await this.#open())
        await this.#prepare()
        return
      } catch (error) {
        if (signal.aborted) return
        this.#logger.error('Connectors cannot be started yet', { error: sentenceOf(error) })
        await this.#herder?.close()
        await pause(startRetryMs, { clock: this.#clock, signal })
      }
    }
  }

  async #open(): Promise<RouteServices> {
    const { group = usualGroup, timings } = this.#options
    const common = { client: this.#client, clock: this.#clock, logger: this.#logger }
    const { signal } = this.#closing
    const plugins = new Plugins(this.#options.plugins)
    this.#configs ??= this.#parts.use(
      await ConfigStore.open(
        {
          ...common,
          topic: this.#topic('config'),
          onChange: () => this.#herder?.configsChanged(),
          onRestart: (request) => this.#herder?.restart(request),
          onLoggerLevel: (name, text) => {
            const level = levelNamed(text)
            if (level !== undefined) this.#loggers.set(name, level)
          },
        },
        signal,
      ),
    )
    const configs = this.#configs
    const statuses = this.#parts.use(
      await StatusStore.open({ ...common, topic: this.#topic('status') }, signal),
    )
    const url = this.#url()
    const { instance } = this.#options
    const services: Services = {
      ...common,
      instance,
      clientOf: (way) => this.#clientOf(way),
      kafka: ({ brokers, security = {} }) => this.#clientOf({ brokers, security }),
      random: this.#options.random ?? systemRandom,
      secrets: {
        environment: this.#options.environment ?? {},
        folder: this.#options.folder ?? '.',
      },
      defaults: this.#config,
      commitIntervalMs: Number(this.#config['offset.flush.interval.ms']),
      backOff: this.#options.backOff ?? usualBackOff,
      offsets: () => this.#offsetStore(),
      topicUsed: (topic, connector, task) => statuses.putTopic(topic, { connector, task }),
    }
    const herder = new Herder({
      ...common,
      ...{ group, url, plugins, services, configs, statuses },
      ...(instance && { instance }),
      timings: { ...usualTimings, ...timings },
      publishTasks: (connector, tasks) => this.#publishTasks(connector, tasks),
    })
    this.#herder = herder
    const connectors = new Connectors({
      ...{ herder, configs, statuses, plugins },
      defaults: this.#config,
    })
    this.#connectors = connectors
    registerMetrics(this.#options.metrics ?? new Metrics(), herder)
    await herder.start()
    return {
      ...{ connectors, herder, plugins, loggers: this.#loggers, calls: this.#calls },
      offsets: new ConnectorOffsets({
        ...{ connectors, plugins, client: this.#client },
        store: () => this.#offsetStore(),
      }),
      clusterId: await this.#clusterId(),
      preview: (name, most) => previewSink(connectors.stored(name).config, most, services),
      report: (name, question) =>
        reportOf(name, connectors.stored(name).config, question, { plugins, services }),
      setLoggerOfAll: (name, level) => configs.putLoggerLevel(name, level),
    }
  }

  /** A key for the workers to sign with, and the connectors that are to be there. */
  async #prepare(): Promise<void> {
    const [herder, configs] = [this.#herder, this.#configs]
    if (herder === undefined || configs === undefined) return
    const createdMs = this.#clock.now()
    if (herder.isLeader && createdMs - (configs.sessionKey?.createdMs ?? 0) > sessionKeyMs) {
      await configs.putSessionKey({ key: randomBytes(32), algorithm: 'HmacSHA256', createdMs })
    }
    await declare({
      ...this.#owner(),
      connectors: this.#options.connectors ?? {},
      configs,
      put: (name, config) => this.#put(name, config),
      remove: (name) => this.#remove(name),
      logger: this.#logger,
      onChange: this.#options.onDeclared,
    })
  }

  #owner(): { readonly owner: string; readonly former: string } {
    const { instance, owner } = this.#options
    const former = workerIdOf(this.#url())
    return { owner: instance ?? owner ?? former, former }
  }

  async #put(name: string, config: ConnectorConfig): Promise<void> {
    if (this.#herder?.isLeader) await this.#connectors?.put(name, config)
    else await this.#askLeader('PUT', `/connectors/${encodeURIComponent(name)}/config`, config)
  }

  async #remove(name: string): Promise<void> {
    if (this.#herder?.isLeader) await this.#connectors?.delete(name)
    else await this.#askLeader('DELETE', `/connectors/${encodeURIComponent(name)}`)
  }

  /** The leader writes tasks: it may be this worker or another one. */
  async #publishTasks(connector: string, tasks: readonly ConnectorConfig[]): Promise<void> {
    const [herder, connectors] = [this.#herder, this.#connectors]
    if (herder === undefined || connectors === undefined) return
    if (herder.isLeader) await connectors.putTasks(connector, tasks)
    else await this.#askLeader('POST', `/connectors/${encodeURIComponent(connector)}/tasks`, tasks)
  }

  async #askLeader(method: string, path: string, asked: unknown = {}): Promise<void> {
    const leader = this.#herder?.leaderUrl
    if (leader === undefined) throw connectError('not-leader', { leader })
    const body = JSON.stringify(asked)
    const { status, text } = await this.#calls.ask(new URL(`${path}?forward=true`, leader), {
      method,
      headers: {
        'x-connect-authorization': this.#signature(body),
        'x-connect-request-signature-algorithm': 'HmacSHA256',
      },
      body,
      as: ofThisWorker,
      ...{ timeoutMs: longestAnswerMs, signal: this.#closing.signal },
    })
    if (status >= 200 && status < 300) return
    const why = `the leader ${leader} refuses ${method} ${path}: ${text}`
    throw connectError('conflict', { why })
  }

  get #hasKey(): boolean {
    return this.#configs?.sessionKey !== undefined
  }

  /** Whether other workers are asked, too, for whom they speak. */
  get #isGuarded(): boolean {
    return this.#options.listeners.some(({ entrance }) => entrance !== undefined)
  }

  #signature(text: string): string {
    if (this.#herder === undefined) throw connectError('not-leader', { leader: undefined })
    return this.#herder.signature(text)
  }

  #offsetStore(): Promise<OffsetStore> {
    const options = { client: this.#client, clock: this.#clock, logger: this.#logger }
    const topic = this.#topic('offset')
    this.#offsets ??= OffsetStore.open({ ...options, topic }, this.#closing.signal).then(
      (store) => this.#parts.use(store),
      (error) => {
        this.#offsets = undefined
        throw error
      },
    )
    return this.#offsets
  }

  async #clusterId(): Promise<string> {
    const answer = await this.#client.request(DescribeCluster, {
      includeClusterAuthorizedOperations: false,
    })
    checkAnswer(answer.errorCode, 'The cluster')
    return answer.clusterId
  }

  #topic(kind: 'config' | 'offset' | 'status'): string {
    return this.#config[`${kind}.storage.topic`] ?? `connect-${kind}s`
  }

  #url(): string {
    const { host, port } = this.#options.advertised ?? this.addresses[0] ?? { host: '', port: 0 }
    return `${this.#calls.scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
  }

  #clientOf({ brokers = this.#options.brokers, security }: OtherWay): KafkaClient {
    // What opens our own cluster is not shown to another one, which is named with its own.
    const base = brokers === this.#options.brokers ? this.#security : {}
    return new KafkaClient({
      security: securityOver(base, security),
      ...{ brokers, clientId: 'leat-connect', clock: this.#clock, logger: this.#logger },
      random: this.#options.random ?? systemRandom,
    })
  }
}
