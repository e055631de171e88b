import type { SinkRecord } from '../kit/index.ts'

/** Records of partition 0 of a topic, as a StringConverter makes them, in order from an offset. */
export function textRecords(topic: string, values: readonly string[], from = 0n): SinkRecord[] {
  return values.map((value, index) => {
    const timestamp = Date.UTC(2026, 0, 1) + index
    const key = `key-${value}`
    return {
      topic,
      partition: 0,
      ...{ key, keySchema: { type: 'string', optional: true } },
      ...{ value, valueSchema: { type: 'string', optional: true } },
      headers: [],
      timestamp,
      timestampType: 'CreateTime',
      origin: {
        ...{ topic, partition: 0, offset: from + BigInt(index), timestamp: BigInt(timestamp) },
        ...{ key: Buffer.from(key), value: Buffer.from(value), headers: [] },
      },
    }
  })
}
