/** What tests of mirrors configure, and look at. */
import type { KafkaClient } from '../../src/client/index.ts'
import type { Record } from '../../src/protocols/kafka/record-batch.ts'
import { eventually } from './eventually.ts'

const mirrors = 'org.apache.kafka.connect.mirror'

interface Cluster {
  readonly brokers: readonly string[]
}

/** Of one of a mirror's connectors, from the factory to the centre. */
export function mirrorConfig(
  { factory, centre }: { readonly factory: Cluster; readonly centre: Cluster },
  kind: 'Source' | 'Checkpoint' | 'Heartbeat',
  more: Readonly<{ [key: string]: string }> = {},
) {
  return {
    'connector.class': `${mirrors}.Mirror${kind}Connector`,
    'source.cluster.alias': 'factory',
    'target.cluster.alias': 'centre',
    'source.cluster.bootstrap.servers': factory.brokers.join(),
    'target.cluster.bootstrap.servers': centre.brokers.join(),
    ...more,
  }
}

/** What stands in a topic now, partition by partition. */
export async function recordsByPartition(client: KafkaClient, topic: string): Promise<Record[][]> {
  const [info] = await client.topics([topic])
  return await Promise.all(
    (info?.partitions ?? []).map(async ({ partition }) => {
      const found: Record[] = []
      const [end] = await client.offsets([{ topic, partition, at: 'latest' }])
      const [begin] = await client.offsets([{ topic, partition, at: 'earliest' }])
      if (end === undefined || end.offset <= (begin?.offset ?? 0n)) return found
      let close = async () => {}
      await new Promise<void>((resolve, reject) => {
        const fetcher = client.fetcher({
          onRecords: (_topic, _partition, records) => void found.push(...records),
          onPosition: (_topic, _partition, next) => {
            if (next >= end.offset) resolve()
          },
          onError: reject,
        })
        close = () => fetcher.close()
        fetcher.assign(topic, partition, 'earliest')
      })
      await close()
      return found
    }),
  )
}

/** What a copy has in common with its record. */
export const plain = ({ key, value, headers, timestamp }: Record) => ({
  key: key?.toString() ?? null,
  value: value?.toString() ?? null,
  headers: headers.map((one) => [one.key, one.value?.toString() ?? null]),
  timestamp,
})

/** How many records a topic had ever; -1 where there is none. */
export async function countOf(client: KafkaClient, topic: string): Promise<number> {
  const [info] = await client.topics([topic])
  if (info === undefined || info.error !== undefined) return -1
  const ends = await client.offsets(
    info.partitions.map(({ partition }) => ({ topic, partition, at: 'latest' as const })),
  )
  return ends.reduce((sum, { offset }) => sum + Number(offset), 0)
}

/** A member of a group that reads so many records of a topic, commits, and leaves. What it has read. */
export async function readBy(
  client: KafkaClient,
  group: string,
  topic: string,
  count: number,
): Promise<string[]> {
  const read: string[] = []
  const consumer = client.consumer({
    ...{ group, topics: [topic], commitsHandled: true, fromBeginning: true },
    onRecords: (_topic, _partition, records) => {
      for (const { value } of records) read.push(`${value}`)
    },
  })
  const running = consumer.run()
  await eventually(`${group} has read`, () => read.length >= count, 60_000)
  await consumer.close()
  await running
  return read
}
