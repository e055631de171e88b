import type { Audit } from '../access/audit.ts'
import type { FailedLogins } from '../access/failed-logins.ts'
import type { Quota } from '../access/quota.ts'
import { type Clock, systemClock } from '../base/clock.ts'
import { type Files, systemFiles } from '../base/files.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import { Metrics } from '../base/metrics.ts'
import { type Random, systemRandom, uuidBytes } from '../base/random.ts'
import { Log, type PartitionLog } from '../log/index.ts'
import { AccessControl, type AccessOptions } from './access/index.ts'
import { BufferPool } from './buffer-pool.ts'
import { ClusterState, clusterEntry } from './cluster-state.ts'
import type { Connection } from './connection.ts'
import { ConnectionLimits } from './connection-limits.ts'
import { DelegationTokens } from './delegation/index.ts'
import { FetchSessions } from './fetch-sessions.ts'
import { GroupCoordinator } from './groups/index.ts'
import type { Services } from './handler.ts'
import { handlers } from './handlers/index.ts'
import { Listener, type ListenerAddress } from './listener.ts'
import { registerMetrics } from './metrics.ts'
import { ProducerIds } from './producer-ids.ts'
import { Quotas } from './quotas/index.ts'
import { type LoginOptions, Logins, tokenOptionsOf } from './sasl/index.ts'
import { SchemaGate } from './schema-gate.ts'
import type { SchemaIds } from './schema-rules.ts'
import { BrokerSettings } from './settings.ts'
import { StateTopic } from './state-topic.ts'
import { clusterTopic, type NewTopic, offsetsTopic, Topics } from './topics.ts'
import { WaitingRoom } from './waiting-room.ts'

export interface BrokerOptions {
  /** The data directory; it is made where it is absent, and locked. */
  readonly directory: string
  /** What an acknowledgement promises: on the device, or handed to the operating system. */
  readonly durability: 'disk' | 'os'
  readonly listeners: readonly ListenerAddress[]
  /** Who may do what; absent, everybody may do everything. */
  readonly access?: AccessOptions | undefined
  /** Who may log in, at listeners where clients must. */
  readonly logins?: LoginOptions | undefined
  /** Asked before a password is looked at; absent, each one is. */
  readonly failedLogins?: FailedLogins | undefined
  /** Told who logs in, what clients may not do, and what they change. */
  readonly audit?: Audit | undefined
  /** How much clients may do in a time, beside what clients say themselves. */
  readonly quotas?: readonly Quota[]
  /** Kafka's own broker keys. */
  readonly config?: Readonly<Record<string, string>>
  /** Topics that are made at the start where they are absent. */
  readonly topics?: Readonly<Record<string, Omit<NewTopic, 'name'>>>
  /** Told of each of them, and of what is there, before it is made so. */
  readonly onTopic?: (name: string, wanted: TopicShape, there: TopicShape | undefined) => void
  /** Who is asked about topics that prescribe schemas; without it they take no records. */
  readonly schemaIds?: SchemaIds
  readonly files?: Files
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Logger
  readonly metrics?: Metrics
}

interface TopicShape {
  readonly partitions?: number | undefined
  readonly config?: Readonly<Record<string, string>> | undefined
}

/** Kafka's own id of this topic (`Uuid.METADATA_TOPIC_ID`), so that it needs no entry of its own. */
const clusterIdentity = {
  topic: clusterTopic,
  topicId: 'AAAAAAAAAAAAAAAAAAAAAQ',
  partition: 0,
}

/** State topics are read whole at the start and deleted by segments, so theirs are small. */
const statePolicy = { segmentBytes: 4 * 1024 * 1024, retentionMs: -1, retentionBytes: -1 }

/** The largest requests of Java's producer with its defaults, and one answer of a fetch. */
const pooledBytes = 1024 * 1024 + 64 * 1024
const mostPooledBuffers = 16

const loginSecretBytes = 32

export class Broker implements AsyncDisposable {
  readonly #log: Log
  readonly #services: Services
  readonly #listeners: Listener[]
  #closing: Promise<void> | undefined

  private constructor(log: Log, services: Services, listeners: Listener[]) {
    this.#log = log
    this.#services = services
    this.#listeners = listeners
  }

  /** Resolves when every listener accepts; throws, with nothing left running, where one cannot. */
  static async open(options: BrokerOptions): Promise<Broker> {
    const logger = options.logger ?? silentLogger
    const parts = {
      files: options.files ?? systemFiles,
      clock: options.clock ?? systemClock,
      random: options.random ?? systemRandom,
      logger,
      metrics: options.metrics ?? new Metrics(),
      settings: BrokerSettings.from(options.config ?? {}),
      access: options.access,
      audit: options.audit,
      failedLogins: options.failedLogins,
      quotas: options.quotas ?? [],
    }
    await using stack = new AsyncDisposableStack()
    const log = await Log.open({
      ...parts,
      directory: options.directory,
      durability: options.durability,
      settings: {
        retentionCheckMs: parts.settings.number('log.retention.check.interval.ms'),
        producerExpirationMs: parts.settings.number('producer.id.expiration.ms'),
        cleanerEnabled: parts.settings.flag('log.cleaner.enable'),
        cleanerBackoffMs: parts.settings.number('log.cleaner.backoff.ms'),
        dedupeBufferBytes: parts.settings.number('log.cleaner.dedupe.buffer.size'),
      },
    })
    stack.defer(() => log.close())
    const mustLogIn = options.listeners.some(
      ({ auth, insiders }) => auth !== undefined && insiders === undefined,
    )
    const services = await openServices(log, {
      ...parts,
      schemaIds: options.schemaIds,
      logins: { tokens: tokenOptionsOf(parts.settings), ...options.logins },
      mustLogIn,
    })
    stack.defer(() => services.groups.close())
    stack.defer(() => services.delegationTokens.close())
    if (mustLogIn) void services.logins.prepare()
    await makeTopics(services.topics, options)
    const connections = new Set<Connection>()
    const limits = new ConnectionLimits(services)
    const listeners: Listener[] = []
    for (const wanted of options.listeners) {
      const listener = await Listener.open(wanted, services, connections, limits)
      stack.defer(() => listener.close())
      listeners.push(listener)
    }
    registerMetrics(parts.metrics, services, connections)
    const broker = new Broker(log, services, listeners)
    stack.move()
    return broker
  }

  get addresses(): readonly ListenerAddress[] {
    return this.#listeners.map(({ address }) => address)
  }

  get clusterId(): string {
    return this.#services.clusterId
  }

  /** Ready means that it takes records: a sealed log does not. */
  health(): { ready: boolean; why?: string } {
    const { sealedBy } = this.#log
    if (sealedBy === undefined) return { ready: true }
    return { ready: false, why: sealedBy instanceof Error ? sealedBy.message : String(sealedBy) }
  }

  /** Closes the doors, then the log, so that nothing acknowledged is left behind. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()))
    this.#services.groups.close()
    this.#services.delegationTokens.close()
    await this.#log.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

async function openServices(
  log: Log,
  parts: {
    settings: BrokerSettings
    access: AccessOptions | undefined
    audit: Audit | undefined
    failedLogins: FailedLogins | undefined
    quotas: readonly Quota[]
    logins: LoginOptions
    mustLogIn: boolean
    clock: Clock
    random: Random
    logger: Logger
    metrics: Metrics
    schemaIds: SchemaIds | undefined
  },
): Promise<Services> {
  const { settings, clock, random, logger } = parts
  const state = new ClusterState()
  const clusterPartition = await partitionOf(log, clusterIdentity)
  const stateTopic = StateTopic.open(clusterPartition, state, clock)
  if (state.clusterId === undefined) {
    const id = uuidBytes(random).toString('base64url')
    await stateTopic.put([clusterEntry('cluster', '', { id })])
  }
  const secret = state.loginSecret ?? random.bytes(loginSecretBytes)
  if (parts.mustLogIn && state.loginSecret === undefined) {
    await stateTopic.put([clusterEntry('login-secret', '', { secret: secret.toString('base64') })])
  }
  const topics = new Topics({ log, state, stateTopic, settings, random, logger })
  await topics.open((partition) => partition === clusterPartition)
  const offsets = await offsetsPartition(topics)
  offsets.configure({ ...offsets.policy, ...statePolicy })
  const waitingRoom = new WaitingRoom(clock)
  log.onDurable((partition) => waitingRoom.wake(partition))
  const mostAcls = settings.number('leat.max.acls')
  const delegationTokens = DelegationTokens.open({ ...parts, state, stateTopic })
  return {
    access: parts.access && new AccessControl(parts.access, { state, stateTopic, mostAcls }),
    audit: parts.audit,
    failedLogins: parts.failedLogins,
    quotas: new Quotas(parts.quotas, { state, stateTopic, settings, clock }),
    clusterId: state.clusterId ?? '',
    apis: handlers.map(({ api }) => api),
    settings,
    log,
    topics,
    groups: GroupCoordinator.open({ ...parts, partition: offsets, topics }),
    producerIds: new ProducerIds(state, stateTopic),
    schemaGate: new SchemaGate(parts.schemaIds),
    logins: new Logins(parts.logins, {
      ...{ state, stateTopic, delegationTokens, secret, clock, random },
      mostUsers: settings.number('leat.max.scram.users'),
    }),
    delegationTokens,
    waitingRoom,
    fetchSessions: new FetchSessions(
      random,
      settings.number('max.incremental.fetch.session.cache.slots'),
    ),
    buffers: new BufferPool(pooledBytes, mostPooledBuffers),
    clock,
    random,
    logger,
  }
}

async function partitionOf(log: Log, identity: typeof clusterIdentity): Promise<PartitionLog> {
  const partition =
    log.partition(identity.topicId, identity.partition) ??
    (await log.createPartition(identity, statePolicy))
  partition.configure({ ...partition.policy, ...statePolicy })
  return partition
}

async function offsetsPartition(topics: Topics): Promise<PartitionLog> {
  const topic =
    topics.get(offsetsTopic) ?? (await topics.create({ name: offsetsTopic, partitions: 1 }))
  return topic.partitions[0] as PartitionLog
}

async function makeTopics(
  topics: Topics,
  { topics: wanted = {}, onTopic }: BrokerOptions,
): Promise<void> {
  for (const [name, { partitions, config }] of Object.entries(wanted)) {
    const topic = topics.get(name)
    const there = topic && { partitions: topic.partitions.length, config: topic.config }
    onTopic?.(name, { partitions, config }, there)
    if (topic === undefined) {
      await topics.create({
        name,
        ...(partitions === undefined ? {} : { partitions }),
        ...(config === undefined ? {} : { config }),
      })
      continue
    }
    if (partitions !== undefined && partitions > topic.partitions.length) {
      await topics.addPartitions(name, partitions)
    }
    if (config !== undefined) await topics.configure(name, { ...topic.config, ...config })
  }
}
