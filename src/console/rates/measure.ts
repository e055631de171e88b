import { type KafkaClient, lagsOf, listGroups } from '../../client/index.ts'

/** What is measured at one moment. */
export interface Measured {
  readonly atMs: number
  /** Of each topic where its partitions end, summed. */
  readonly ends: ReadonlyMap<string, bigint>
}

/** Of each group how far it is behind, by topic. */
export type Lags = ReadonlyMap<string, ReadonlyMap<string, bigint>>

/** Partitions that are asked for each second; topics beyond them are not measured. */
const mostPartitions = 20_000
const mostGroups = 200

export async function measureEnds(client: KafkaClient, atMs: number): Promise<Measured> {
  const places: { topic: string; partition: number }[] = []
  const ends = new Map<string, bigint>()
  for (const { name: topic, internal, partitions, error } of await client.topics()) {
    const isTooMuch = places.length + partitions.length > mostPartitions
    if (internal || error !== undefined || isTooMuch) continue
    ends.set(topic, 0n)
    for (const { partition, leader } of partitions)
      if (leader >= 0) places.push({ topic, partition })
  }
  const found = await client.offsets(places.map((place) => ({ ...place, at: 'latest' })))
  for (const { topic, offset, error } of found) {
    // A topic may be deleted while it is asked for.
    if (error === undefined) ends.set(topic, (ends.get(topic) ?? 0n) + offset)
  }
  return { atMs, ends }
}

export async function measureLags(client: KafkaClient): Promise<Lags> {
  const groups = (await listGroups(client)).map(({ groupId }) => groupId).sort()
  const lags = await lagsOf(client, groups.slice(0, mostGroups))
  return new Map(
    Array.from(lags, ([group, places]) => {
      const topics = new Map<string, bigint>()
      for (const { topic, lag } of places) {
        if (lag !== undefined) topics.set(topic, (topics.get(topic) ?? 0n) + lag)
      }
      return [group, topics]
    }),
  )
}
