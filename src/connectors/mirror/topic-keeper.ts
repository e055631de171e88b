/** Sees to it that the target has the topics of the source, as wide and as configured. */
import type { Logger } from '../../base/logger.ts'
import { checkAnswer, type KafkaClient, type TopicInfo } from '../../client/index.ts'
import type { TopicPartition } from '../../connect/kit/index.ts'
import { DescribeConfigs } from '../../protocols/kafka/apis/32-describe-configs.ts'
import { CreatePartitions } from '../../protocols/kafka/apis/37-create-partitions.ts'
import { IncrementalAlterConfigs } from '../../protocols/kafka/apis/44-incremental-alter-configs.ts'
import type { Clusters } from './clusters.ts'
import { NameFilter } from './filter.ts'
import type { SourceValues } from './options.ts'
import { TopicSelection } from './selection.ts'

const topicResource = 2
const setOperation = 0
const timeoutMs = 30_000
/** Where a configuration comes from: the topic itself, and not a layer below. */
const ofTopic = 1

type Configs = ReadonlyMap<string, string>

export class TopicKeeper {
  readonly #values: SourceValues
  readonly #clusters: Clusters
  readonly #logger: Logger
  readonly selection: TopicSelection
  readonly #copied: NameFilter
  #partitions: readonly TopicPartition[] = []

  constructor(values: SourceValues, clusters: Clusters, logger: Logger) {
    this.#values = values
    this.#clusters = clusters
    this.#logger = logger
    this.selection = new TopicSelection(values, clusters.policy)
    this.#copied = new NameFilter(['.*'], values['config.properties.exclude'])
  }

  /** What is to be mirrored, as it was last looked at. */
  get partitions(): readonly TopicPartition[] {
    return this.#partitions
  }

  /** Looks at the source, and gives the target what it lacks. Whether anything is new. */
  async refresh(): Promise<boolean> {
    const { source, target, policy } = this.#clusters
    // In an order of our own: each broker has another one, and what is the same must look the same.
    const wanted = (await source.topics())
      .filter(({ name, error }) => error === undefined && this.selection.takes(name))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
    const there = new Map((await target.topics()).map((info) => [info.name, info]))
    const missing = wanted.filter(({ name }) => !there.has(policy.remote(name)))
    if (missing.length > 0) await this.#create(missing)
    for (const topic of wanted) {
      const remote = there.get(policy.remote(topic.name))
      if (remote !== undefined && remote.partitions.length < topic.partitions.length) {
        await this.#widen(remote.name, topic.partitions.length)
      }
    }
    const partitions = wanted.flatMap(({ name, partitions: of }) =>
      of.map(({ partition }) => ({ topic: name, partition })),
    )
    const isNew = JSON.stringify(partitions) !== JSON.stringify(this.#partitions)
    this.#partitions = partitions
    return isNew
  }

  /** Configurations of the source's topics, at the target where they differ. */
  async syncConfigs(): Promise<void> {
    const { source, target, policy } = this.#clusters
    const topics = [...new Set(this.#partitions.map(({ topic }) => topic))]
    const wanted = await this.#configsOf(source, topics)
    const remotes = topics.map((topic) => policy.remote(topic))
    const present = await this.#configsOf(target, remotes)
    const resources = topics.flatMap((topic) => {
      const resourceName = policy.remote(topic)
      const configs = [...(wanted.get(topic) ?? [])]
        .filter(([name, value]) => present.get(resourceName)?.get(name) !== value)
        .map(([name, value]) => ({ name, configOperation: setOperation, value }))
      return configs.length === 0 ? [] : [{ resourceType: topicResource, resourceName, configs }]
    })
    if (resources.length === 0) return
    const { responses } = await target.request(IncrementalAlterConfigs, {
      resources,
      validateOnly: false,
    })
    for (const { resourceName, errorCode, errorMessage } of responses) {
      if (errorCode === 0) continue
      this.#logger.warn("A topic's configuration could not be copied", {
        topic: resourceName,
        why: errorMessage ?? `error ${errorCode}`,
      })
    }
  }

  async #create(topics: readonly TopicInfo[]): Promise<void> {
    const { source, target, policy } = this.#clusters
    const replicationFactor = this.#values['replication.factor']
    const configs = this.#values['sync.topic.configs.enabled']
      ? await this.#configsOf(
          source,
          topics.map(({ name }) => name),
        )
      : new Map<string, Configs>()
    const results = await target.createTopics(
      topics.map(({ name, partitions }) => ({
        name: policy.remote(name),
        partitions: partitions.length,
        ...(replicationFactor > 0 && { replicationFactor }),
        config: Object.fromEntries(configs.get(name) ?? []),
      })),
    )
    for (const { error } of results) {
      if (error !== undefined && error.code !== 'topic-already-exists') throw error
    }
  }

  async #widen(name: string, count: number): Promise<void> {
    const { results } = await this.#clusters.target.request(CreatePartitions, {
      topics: [{ name, count, assignments: null }],
      timeoutMs,
      validateOnly: false,
    })
    checkAnswer(results[0]?.errorCode ?? -1, `Topic '${name}'`)
  }

  /** By topic: what was set for it, or, with the source's defaults, all there is. */
  async #configsOf(client: KafkaClient, topics: readonly string[]): Promise<Map<string, Configs>> {
    if (topics.length === 0) return new Map()
    const all = this.#values['use.defaults.from'] === 'source'
    const { results } = await client.request(DescribeConfigs, {
      resources: topics.map((resourceName) => ({
        resourceType: topicResource,
        resourceName,
        configurationKeys: null,
      })),
    })
    return new Map(
      results.map(({ resourceName, configs }) => [
        resourceName,
        new Map(
          configs
            .filter(({ name, configSource }) => {
              return (all || configSource === ofTopic) && this.#copied.takes(name)
            })
            .flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const])),
        ),
      ]),
    )
  }
}
