import type { KafkaClient } from '../../kafka/client.ts'
import type { TopicInfo } from '../../kafka/cluster.ts'

export interface Place {
  readonly topic: string
  readonly partition: number
}

export function placesOf(topics: readonly TopicInfo[]): Place[] {
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition })),
  )
}

/** The offsets at a time: the end, where no record is that new. */
export async function positionsAt(
  client: KafkaClient,
  at: 'earliest' | 'latest' | bigint,
  places: readonly Place[],
): Promise<(Place & { readonly offset: bigint })[]> {
  const found = await client.offsets(places.map((place) => ({ ...place, at })))
  for (const { error } of found) if (error !== undefined) throw error
  const later = found.filter(({ offset }) => offset < 0n)
  const ends = later.length === 0 ? [] : await positionsAt(client, 'latest', later)
  return [...found.filter(({ offset }) => offset >= 0n), ...ends].map(
    ({ topic, partition, offset }) => ({ topic, partition, offset }),
  )
}
