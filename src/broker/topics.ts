import type { Logger } from '../base/logger.ts'
import { type Random, uuidBytes } from '../base/random.ts'
import type { Log, PartitionLog } from '../log/index.ts'
import { type ClusterState, clusterEntry, type TopicEntry } from './cluster-state.ts'
import { brokerError } from './errors.ts'
import type { BrokerSettings } from './settings.ts'
import type { StateTopic } from './state-topic.ts'
import {
  checkTopicConfigs,
  type TopicConfigName,
  type TopicSettings,
  topicSettings,
} from './topic-configs.ts'

/** Topics that belong to the broker: clients may read them, as Kafka's, but not write or delete. */
export const offsetsTopic = '__consumer_offsets'
const internalTopics = new Set([offsetsTopic])

/** The broker's own state, which clients neither see nor may take the name of. */
export const clusterTopic = '__cluster_metadata'

export interface Topic {
  readonly name: string
  /** Its id as text (base64url, as Kafka prints it) … */
  readonly id: string
  /** … and as the 16 bytes of the wire. */
  readonly idBytes: Buffer
  readonly internal: boolean
  readonly partitions: readonly PartitionLog[]
  /** Its own configurations only; the rest is the broker's. */
  readonly config: Readonly<Record<string, string>>
  readonly settings: TopicSettings
}

export interface NewTopic {
  readonly name: string
  readonly partitions?: number
  readonly config?: Readonly<Record<string, string>>
}

/**
 * The topics of the cluster. A change is on disk before it is visible: folders first, then the
 * entry in the cluster's state, so that a crash in between leaves folders without an entry, which
 * the next start removes.
 */
export class Topics {
  readonly #log: Log
  readonly #state: ClusterState
  readonly #stateTopic: StateTopic
  readonly #settings: BrokerSettings
  readonly #random: Random
  readonly #logger: Logger
  readonly #byName = new Map<string, Topic>()
  readonly #byId = new Map<string, Topic>()
  /** Changes happen one after the other: two clients that create the same topic make one. */
  #lastChange: Promise<unknown> = Promise.resolve()

  constructor(parts: {
    log: Log
    state: ClusterState
    stateTopic: StateTopic
    settings: BrokerSettings
    random: Random
    logger: Logger
  }) {
    this.#log = parts.log
    this.#state = parts.state
    this.#stateTopic = parts.stateTopic
    this.#settings = parts.settings
    this.#random = parts.random
    this.#logger = parts.logger
  }

  /** Brings the folders of the log into line with the cluster's state. */
  async open(keep: (partition: PartitionLog) => boolean): Promise<void> {
    const known = new Set([...this.#state.topics.values()].map(({ id }) => id))
    for (const partition of [...this.#log.partitions()]) {
      const { topicId, topic, partition: index } = partition.identity
      const entry = this.#state.topics.get(topic)
      const wanted = known.has(topicId) && entry !== undefined && index < entry.partitions
      if (wanted || keep(partition)) continue
      this.#logger.info('Removing a partition that no topic has', { topic, partition: index })
      await this.#log.deletePartition(topicId, index)
    }
    for (const [name, entry] of this.#state.topics) await this.#show(name, entry)
  }

  get(name: string): Topic | undefined {
    return this.#byName.get(name)
  }

  byId(id: string): Topic | undefined {
    return this.#byId.get(id)
  }

  all(): Iterable<Topic> {
    return this.#byName.values()
  }

  get partitionCount(): number {
    let count = 0
    for (const topic of this.#byName.values()) count += topic.partitions.length
    return count
  }

  /** Throws what `create` would throw, and changes nothing. */
  checkNew({ name, partitions = this.#settings.number('num.partitions'), config = {} }: NewTopic) {
    if (!isLegalTopicName(name)) throw brokerError('topic-name-invalid', { topic: name })
    if (name === clusterTopic) throw brokerError('topic-reserved', { topic: name })
    if (this.#byName.has(name)) throw brokerError('topic-exists', { topic: name })
    if (partitions < 1) {
      throw brokerError('partition-count-invalid', { topic: name, from: 0, to: partitions })
    }
    this.#checkRoomFor(partitions)
    this.#checkConfigs(config)
  }

  async create(topic: NewTopic): Promise<Topic> {
    return this.#change(async () => {
      this.checkNew(topic)
      const { name, partitions = this.#settings.number('num.partitions'), config = {} } = topic
      const entry = { id: uuidBytes(this.#random).toString('base64url'), partitions, config }
      await this.#makeFolders(name, entry)
      await this.#stateTopic.put([clusterEntry('topic', name, entry)])
      return this.#show(name, entry)
    })
  }

  /** Whether a topic that a client asks for is made where it is not there. */
  get areCreatedOnDemand(): boolean {
    return this.#settings.flag('auto.create.topics.enable')
  }

  /** The topic of this name, made now where it is not there. */
  async getOrCreate(name: string): Promise<Topic> {
    const topic = this.#byName.get(name)
    if (topic !== undefined) return topic
    try {
      return await this.create({ name })
    } catch (error) {
      const madeMeanwhile = this.#byName.get(name)
      if (madeMeanwhile !== undefined) return madeMeanwhile
      throw error
    }
  }

  async delete(name: string): Promise<void> {
    return this.#change(async () => {
      const topic = this.#mustHave(name)
      await this.#stateTopic.put([clusterEntry('topic', name, null)])
      this.#byName.delete(name)
      this.#byId.delete(topic.id)
      for (const { identity } of topic.partitions) {
        await this.#log.deletePartition(identity.topicId, identity.partition)
      }
    })
  }

  /** Throws what `addPartitions` would throw, and changes nothing. */
  checkPartitionCount(name: string, partitions: number): void {
    const from = this.#mustHave(name).partitions.length
    if (partitions <= from) {
      throw brokerError('partition-count-invalid', { topic: name, from, to: partitions })
    }
    this.#checkRoomFor(partitions - from)
  }

  async addPartitions(name: string, partitions: number): Promise<Topic> {
    return this.#change(async () => {
      this.checkPartitionCount(name, partitions)
      const { id, config } = this.#mustHave(name)
      const entry = { id, partitions, config }
      await this.#makeFolders(name, entry)
      await this.#stateTopic.put([clusterEntry('topic', name, entry)])
      return this.#show(name, entry)
    })
  }

  /** Throws what `configure` would throw, and changes nothing. */
  checkConfig(name: string, config: Readonly<Record<string, string>>): void {
    this.#mustHave(name)
    this.#checkConfigs(config)
  }

  /** Replaces the topic's own configurations, all at once. */
  async configure(name: string, config: Readonly<Record<string, string>>): Promise<Topic> {
    return this.#change(async () => {
      this.checkConfig(name, config)
      const { id, partitions } = this.#mustHave(name)
      const entry = { id, partitions: partitions.length, config }
      await this.#stateTopic.put([clusterEntry('topic', name, entry)])
      return this.#show(name, entry)
    })
  }

  #checkConfigs(config: Readonly<Record<string, string>>): void {
    checkTopicConfigs(config, (name) => this.#settings.topicDefault(name))
  }

  async #show(name: string, entry: TopicEntry): Promise<Topic> {
    const settings = topicSettings((key) => this.#valueOf(entry, key))
    const partitions = await this.#makeFolders(name, entry)
    for (const partition of partitions) partition.configure(settings)
    const topic = {
      name,
      id: entry.id,
      idBytes: Buffer.from(entry.id, 'base64url'),
      internal: internalTopics.has(name),
      partitions,
      config: entry.config,
      settings,
    }
    this.#byName.set(name, topic)
    this.#byId.set(entry.id, topic)
    return topic
  }

  async #makeFolders(topic: string, { id, partitions }: TopicEntry): Promise<PartitionLog[]> {
    const made: PartitionLog[] = []
    for (let partition = 0; partition < partitions; partition++) {
      made.push(
        this.#log.partition(id, partition) ??
          (await this.#log.createPartition({ topic, topicId: id, partition })),
      )
    }
    return made
  }

  #valueOf(entry: TopicEntry, name: TopicConfigName): string {
    return entry.config[name] ?? this.#settings.topicDefault(name)
  }

  #mustHave(name: string): Topic {
    const topic = this.#byName.get(name)
    if (topic === undefined) throw brokerError('topic-unknown', { topic: name })
    return topic
  }

  #checkRoomFor(partitions: number): void {
    const limit = this.#settings.number('leat.max.partitions')
    if (this.partitionCount + partitions > limit)
      throw brokerError('too-many-partitions', { limit })
  }

  #change<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.#lastChange.then(change)
    this.#lastChange = result.catch(() => {})
    return result
  }
}

/** Kafka's rule (`Topic.validate`): it must also be a legal name of a folder. */
export function isLegalTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..'
}
