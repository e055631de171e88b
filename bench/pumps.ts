/** Readings of pumps, as machines send them. */
import type { KafkaClient } from '../src/client/index.ts'
import type { Compression } from '../src/protocols/kafka/compression/index.ts'

/** A topic in batches of 16 KiB, as Java's producer makes them; how many bytes its records have. */
export async function fillWithPumps(
  client: KafkaClient,
  topic: string,
  partitions: number,
  records: number,
  compression: Compression,
): Promise<number> {
  await client.createTopics([{ name: topic, partitions }])
  await using producer = client.producer({ batchBytes: 16_384, compression, lingerMs: 5 })
  let bytes = 0
  const atOnce = 6000
  for (let from = 0; from < records; from += atOnce) {
    const length = Math.min(atOnce, records - from)
    await Promise.all(
      Array.from({ length }, (_, index) => {
        const [key, value] = pumpReading(from + index)
        bytes += key.length + value.length
        return producer.send({ topic, partition: (from + index) % partitions, key, value })
      }),
    )
  }
  return bytes
}

/** As a pump tells it, some 200 bytes. */
export function pumpReading(id: number): [Buffer, Buffer] {
  const value = {
    ...{ id, machine: `floor-1-line-${id % 7}-extruder-1`, device: `pump-${id % 50}` },
    ...{ temperature: 45 + (id % 1000) / 97, vibration: 10 + (id % 313) / 41 },
    ...{ pressure: 1 + (id % 100) / 997, at: 1_790_000_000_000 + id, note: 'in the line' },
  }
  return [Buffer.from(`pump-${id % 50}`), Buffer.from(JSON.stringify(value))]
}
