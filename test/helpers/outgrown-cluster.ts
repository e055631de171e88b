/** A cluster with all that another one must go on with: what makes copies go wrong is in it. */
import type { KafkaClient } from '../../src/client/index.ts'
import { positionsOf, setPositions } from '../../src/connectors/mirror/groups.ts'
import type { Record } from '../../src/protocols/kafka/record-batch.ts'
import { plain, recordsByPartition } from './mirrors.ts'

export const topics = {
  readings: { partitions: 3, config: { 'retention.ms': '-1' } },
  states: {
    partitions: 2,
    config: {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.01',
    },
  },
  stamped: { partitions: 1, config: { 'message.timestamp.type': 'LogAppendTime' } },
  empty: { partitions: 2, config: {} },
} as const

const firstAt = 1_750_000_000_000

/** Makes the topics, with records of every shape, the first of which are deleted in one partition. */
export async function fillTopics(client: KafkaClient, count: number): Promise<void> {
  await client.createTopics(
    Object.entries(topics).map(([name, { partitions, config }]) => ({ name, partitions, config })),
  )
  await send(client, 'readings', 0, Math.floor(count * 0.8))
  await client.deleteRecords('readings', 1, BigInt(Math.floor(count / 20)))
  // Most of the states are outdated at once, and compacted away.
  const states = Math.floor(count * 0.19)
  for (let sent = 0; sent < states; sent += 500) {
    await send(client, 'states', sent, Math.min(500, states - sent), 40)
  }
  await send(client, 'stamped', 0, Math.floor(count * 0.01))
}

/** Records from `from` on, with keys (one in five has none), headers, and values that are absent. */
export async function send(
  client: KafkaClient,
  topic: keyof typeof topics,
  from: number,
  count: number,
  keys = 1000,
): Promise<void> {
  const { partitions } = topics[topic]
  await using producer = client.producer()
  await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const n = from + index
      const isKeyless = topic !== 'states' && n % 5 === 0
      return producer.send({
        ...{ topic, partition: n % partitions, timestamp: BigInt(firstAt + n) },
        key: isKeyless ? null : Buffer.from(`k${n % keys}`),
        value: n % 7 === 0 ? null : Buffer.from(`value ${n}`),
        headers:
          n % 3 === 0
            ? [
                { key: 'unit', value: Buffer.from('C') },
                { key: 'unit', value: n % 2 === 0 ? null : Buffer.alloc(0) },
              ]
            : [],
      })
    }),
  )
}

/** Has read half of the readings. */
const inTheMiddle = 'analysis'

export async function leaveInTheMiddle(client: KafkaClient): Promise<void> {
  const { partitions } = topics.readings
  const places = Array.from({ length: partitions }, (_, partition) => ({
    ...{ topic: 'readings', partition, at: 'latest' as const },
  }))
  const positions = (await client.offsets(places)).map(({ topic, partition, offset }) => ({
    ...{ topic, partition, offset: offset / 2n, metadata: `half of ${offset}` },
  }))
  await setPositions(client, inTheMiddle, positions)
}

/** What must be the same at the other side: all topics, and what the group in the middle has still to read. */
export async function standOf(client: KafkaClient) {
  const [content, rest] = [await contentOf(client, Object.keys(topics)), await restOf(client)]
  return { content, rest }
}

/** As partition and number. */
async function restOf(client: KafkaClient): Promise<string[]> {
  const positions = await positionsOf(client, inTheMiddle)
  const records = await recordsByPartition(client, 'readings')
  return records.flatMap((ofOne, at) => {
    const from = positions.find(({ partition }) => partition === at)?.offset ?? 0n
    return ofOne
      .filter(({ offset }) => offset >= from)
      .map(({ timestamp }) => `${at}/${Number(timestamp) - firstAt}`)
  })
}

/**
 * All records of all topics as they can be compared, by topic and partition. Of the states the last of
 * each key: when the others go, each side decides by itself, also between two looks.
 */
export async function contentOf(client: KafkaClient, names: readonly string[]) {
  const content: { [topic: string]: ReturnType<typeof plain>[][] } = {}
  for (const name of names) {
    const partitions: Record[][] = await recordsByPartition(client, name)
    content[name] = partitions
      .map((records) => records.map(plain))
      .map((records) => (name === 'states' ? lastOfEachKey(records) : records))
  }
  return content
}

function lastOfEachKey<Of extends { readonly key: string | null }>(records: readonly Of[]): Of[] {
  const last = new Map(records.map((record) => [record.key, record]))
  return records.filter((record) => last.get(record.key) === record)
}
