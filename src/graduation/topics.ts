/** The topics of a cluster: how wide, how configured, from where to where, and how large. */
import { checkAnswer, type KafkaClient } from '../client/index.ts'
import { DescribeConfigs } from '../protocols/kafka/apis/32-describe-configs.ts'
import { DescribeLogDirs } from '../protocols/kafka/apis/35-describe-log-dirs.ts'
import { DescribeCluster } from '../protocols/kafka/apis/60-describe-cluster.ts'

export interface Range {
  readonly partition: number
  readonly start: bigint
  readonly end: bigint
}

export interface TopicState {
  readonly name: string
  readonly ranges: readonly Range[]
  /** What was set for the topic itself. */
  readonly configs: ReadonlyMap<string, string>
  /** Whether records may vanish from its middle. */
  readonly isCompacted: boolean
  readonly bytes: bigint
}

const topicResource = 2
const ofTopic = 1

/** What a cluster keeps about itself, which belongs to it alone. */
const itsOwn = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
  '__cluster_metadata',
])

/** The topic in which a copy keeps how far it is and where offsets differ. */
export function mapTopicFor(clusterId: string): string {
  return `leat-graduation.${clusterId}.offset-map.internal`
}

export function isCarried(topic: string): boolean {
  return !itsOwn.has(topic) && !/^leat-graduation\..*\.internal$/.test(topic)
}

export async function readTopics(
  client: KafkaClient,
  takes: (name: string) => boolean,
): Promise<TopicState[]> {
  const infos = (await client.topics()).filter(
    ({ name, error }) => error === undefined && takes(name),
  )
  const names = infos.map(({ name }) => name).sort()
  const [described, bytes] = await Promise.all([describe(client, names), sizes(client)])
  return await Promise.all(
    names.map(async (name) => {
      const info = infos.find((one) => one.name === name)
      const configs = described.find(({ resourceName }) => resourceName === name)?.configs ?? []
      return {
        name,
        ranges: await rangesOf(client, name, info?.partitions.length ?? 0),
        configs: ownOf(configs),
        isCompacted: configs.some(
          (one) => one.name === 'cleanup.policy' && one.value?.includes('compact'),
        ),
        bytes: bytes.get(name) ?? 0n,
      }
    }),
  )
}

export async function rangesOf(
  client: KafkaClient,
  topic: string,
  partitions: number,
): Promise<Range[]> {
  const all = Array.from({ length: partitions }, (_, partition) => partition)
  return await Promise.all(all.map((partition) => rangeOf(client, topic, partition)))
}

export async function rangeOf(
  client: KafkaClient,
  topic: string,
  partition: number,
): Promise<Range> {
  const [start, end] = await client.offsets(
    (['earliest', 'latest'] as const).map((at) => ({ topic, partition, at })),
  )
  const error = start?.error ?? end?.error
  if (error !== undefined) throw error
  return { partition, start: start?.offset ?? 0n, end: end?.offset ?? 0n }
}

/** By topic: what was set for it, and not in a layer below. */
export async function ownConfigs(
  client: KafkaClient,
  topics: readonly string[],
): Promise<Map<string, Map<string, string>>> {
  const results = await describe(client, topics)
  return new Map(results.map(({ resourceName, configs }) => [resourceName, ownOf(configs)]))
}

/** The names of the configurations that a topic can have at this cluster. */
export async function knownConfigs(
  client: KafkaClient,
  topic: string,
): Promise<ReadonlySet<string>> {
  const [result] = await describe(client, [topic])
  return new Set(result?.configs.map(({ name }) => name))
}

async function describe(client: KafkaClient, topics: readonly string[]) {
  if (topics.length === 0) return []
  const { results } = await client.request(DescribeConfigs, {
    resources: topics.map((resourceName) => ({
      resourceType: topicResource,
      resourceName,
      configurationKeys: null,
    })),
  })
  for (const { errorCode, resourceName } of results) {
    checkAnswer(errorCode, `The configuration of topic '${resourceName}'`)
  }
  return results
}

function ownOf(
  configs: Awaited<ReturnType<typeof describe>>[number]['configs'],
): Map<string, string> {
  return new Map(
    configs
      .filter(({ configSource }) => configSource === ofTopic)
      .flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const])),
  )
}

/** By topic, without replicas: of each partition the largest one counts. */
async function sizes(client: KafkaClient): Promise<Map<string, bigint>> {
  const { brokers } = await client.request(DescribeCluster, {
    includeClusterAuthorizedOperations: false,
  })
  const largest = new Map<string, Map<number, bigint>>()
  for (const { brokerId } of brokers) {
    const { results } = await client.request(
      DescribeLogDirs,
      { topics: null },
      { broker: brokerId },
    )
    for (const { name, partitions } of results.flatMap(({ topics }) => topics)) {
      const ofTopic = largest.get(name) ?? new Map<number, bigint>()
      largest.set(name, ofTopic)
      for (const { partitionIndex, partitionSize } of partitions) {
        const known = ofTopic.get(partitionIndex) ?? 0n
        if (partitionSize > known) ofTopic.set(partitionIndex, partitionSize)
      }
    }
  }
  return new Map(
    Array.from(largest, ([name, ofTopic]) => [
      name,
      [...ofTopic.values()].reduce((sum, bytes) => sum + bytes, 0n),
    ]),
  )
}
