import type { KafkaClient } from '../../kafka/client.ts'
import type { TopicInfo } from '../../kafka/cluster.ts'
import type { AskedOffset } from '../../kafka/offsets.ts'
import type { SeekTarget } from '../transport.ts'

export interface Place {
  readonly topic: string
  readonly partition: number
}

export function placesOf(topics: readonly TopicInfo[]): Place[] {
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition })),
  )
}

export function timeOf(target: SeekTarget): 'earliest' | 'latest' | bigint {
  if (target instanceof Date) return BigInt(target.getTime())
  return target === 'beginning' ? 'earliest' : 'latest'
}

/** The offsets at a time: the end, where no record is that new, for who reads so. */
export async function positionsAt(
  client: KafkaClient,
  at: 'earliest' | 'latest' | bigint,
  places: readonly Place[],
  { committedOnly }: Pick<AskedOffset, 'committedOnly'>,
): Promise<(Place & { readonly offset: bigint })[]> {
  const found = await client.offsets(
    places.map(({ topic, partition }) => ({ topic, partition, at, committedOnly })),
  )
  for (const { error } of found) if (error !== undefined) throw error
  const later = found.filter(({ offset }) => offset < 0n)
  const ends =
    later.length === 0 ? [] : await positionsAt(client, 'latest', later, { committedOnly })
  return [...found.filter(({ offset }) => offset >= 0n), ...ends]
}
