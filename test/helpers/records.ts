import type { KafkaClient } from '../../src/client/index.ts'
import type { Record } from '../../src/protocols/kafka/record-batch.ts'
import { eventually } from './eventually.ts'

/** All records that a topic has now, partition by partition; none where it is not there. */
export async function recordsOf(client: KafkaClient, topic: string): Promise<Record[]> {
  const [info] = await client.topics([topic])
  const places = (info?.partitions ?? []).map(({ partition }) => ({ topic, partition }))
  const ends = await client.offsets(places.map((one) => ({ ...one, at: 'latest' as const })))
  const positions = new Map(places.map(({ partition }) => [partition, 0n]))
  const found: Record[] = []
  const fetcher = client.fetcher({
    onRecords: (_topic, _partition, records) => void found.push(...records),
    onPosition: (_topic, partition, next) => void positions.set(partition, next),
    onError: (error) => {
      throw error
    },
  })
  for (const { partition } of places) fetcher.assign(topic, partition, 'earliest')
  await eventually(`all of ${topic} is read`, () =>
    ends.every(({ partition, offset }) => (positions.get(partition) ?? 0n) >= offset),
  )
  await fetcher.close()
  return found
}
