import { clusterName } from '../../access/acl.ts'
import type { Rights } from '../../access/rights.ts'
import type { AskedOffset, KafkaClient, TopicInfo } from '../../client/index.ts'
import { consoleError } from '../errors.ts'
import { cleanupPolicies } from './configs.ts'
import { bytesOf, type Sizes, sizesOf } from './sizes.ts'

/** The topics that somebody may see, each with what they may know of it. */
export async function listTopics(client: KafkaClient, rights: Rights) {
  const topics = (await client.topics())
    .filter(({ name, error }) => error === undefined && rights.shows('Describe', 'Topic', name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const names = topics.map(({ name }) => name)
  const toldOf = names.filter((name) => rights.shows('DescribeConfigs', 'Topic', name))
  const [bounds, sizes, policies] = await Promise.all([
    boundsOf(client, topics),
    sizesFor(rights, () => sizesOf(client, null)),
    cleanupPolicies(client, toldOf),
  ])
  return topics.map(({ name, internal, partitions }) => {
    const numbers = partitions.map(({ partition }) => partition)
    const counts = numbers.map((partition) => countOf(bounds.get(`${name}/${partition}`)))
    return {
      ...{ name, isInternal: internal, partitions: partitions.length },
      records: `${counts.reduce((sum, count) => sum + count, 0n)}`,
      bytes: bytesOf({ name, partitions: numbers }, sizes),
      cleanupPolicy: policies.get(name) ?? null,
    }
  })
}

/** A topic's partitions: who leads them, from where to where they reach. Throws 'topic-unknown'. */
export async function describeTopic(client: KafkaClient, rights: Rights, name: string) {
  const info = await topicNamed(client, name)
  const topic = { topic: name, partitions: info.partitions.map(({ partition }) => partition) }
  const [bounds, sizes] = await Promise.all([
    boundsOf(client, [info]),
    sizesFor(rights, () => sizesOf(client, [topic])),
  ])
  const partitions = info.partitions.map(({ partition, leader, replicas, inSync }) => {
    const { start, end } = bounds.get(`${name}/${partition}`) ?? {}
    return {
      ...{ partition, leader, replicas, inSync },
      ...{ start: textOf(start), end: textOf(end) },
      bytes: bytesOf({ name, partitions: [partition] }, sizes),
    }
  })
  return { name, isInternal: info.internal, partitions }
}

/** Throws 'topic-unknown'; a broker that makes topics when asked does not make it. */
export async function topicNamed(
  client: Pick<KafkaClient, 'topics'>,
  name: string,
): Promise<TopicInfo> {
  const [info] = await client.topics([name])
  if (info?.error === undefined && info !== undefined) return info
  const isAbsent = ['unknown-topic-or-partition', 'invalid-topic-exception']
  if (info?.error !== undefined && !isAbsent.includes(info.error.code)) throw info.error
  throw consoleError('topic-unknown', { topic: name })
}

interface Bounds {
  readonly start: bigint
  /** Of the next record to be written. */
  readonly end: bigint
}

/** From where to where partitions reach that have a leader: others would be waited for. */
async function boundsOf(
  client: Pick<KafkaClient, 'offsets'>,
  topics: readonly Pick<TopicInfo, 'name' | 'partitions'>[],
): Promise<ReadonlyMap<string, Bounds>> {
  const places = topics.flatMap(({ name: topic, partitions }) =>
    partitions.flatMap(({ partition, leader }) => (leader < 0 ? [] : [{ topic, partition }])),
  )
  const asked = (at: AskedOffset['at']) => client.offsets(places.map((one) => ({ ...one, at })))
  const [starts, ends] = await Promise.all([asked('earliest'), asked('latest')])
  const bounds = new Map<string, Bounds>()
  for (const [index, { topic, partition }] of places.entries()) {
    const [start, end] = [starts[index], ends[index]]
    // A topic may be deleted while it is asked for.
    if (start === undefined || start.error || end === undefined || end.error) continue
    bounds.set(`${topic}/${partition}`, { start: start.offset, end: end.offset })
  }
  return bounds
}

/** As the broker tells sizes to whoever may describe the cluster. */
async function sizesFor(rights: Rights, ask: () => Promise<Sizes>): Promise<Sizes | undefined> {
  return rights.shows('Describe', 'Cluster', clusterName) ? await ask() : undefined
}

function countOf(bounds: Bounds | undefined): bigint {
  return bounds === undefined ? 0n : bounds.end - bounds.start
}

function textOf(offset: bigint | undefined): string | null {
  return offset === undefined ? null : `${offset}`
}
