import type { Record } from '../protocols/kafka/record-batch.ts'
import type { PipelineEvent } from './event.ts'
import { type ReadValue, readKey } from './formats/read-value.ts'

/** The record as an event, or a promise of it where its schema is asked for first. Throws unreadable-value, no-registry. */
export function eventOf(
  topic: string,
  partition: number,
  record: Record,
  readValue: ReadValue,
): PipelineEvent | Promise<PipelineEvent> {
  const value = readValue(record.value)
  if (value instanceof Promise) {
    return value.then((value) => withParts(topic, partition, record, value))
  }
  return withParts(topic, partition, record, value)
}

function withParts(
  topic: string,
  partition: number,
  { offset, timestamp, key, value: valueBytes, headers }: Record,
  value: unknown,
): PipelineEvent {
  return {
    topic,
    partition,
    offset,
    timestampMs: Number(timestamp),
    key: readKey(key),
    value,
    headers,
    keyBytes: key,
    valueBytes,
  }
}
