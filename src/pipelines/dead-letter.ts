import { LeatError } from '../base/errors.ts'
import type { ProducerRecord } from '../client/index.ts'
import { jsonOf } from '../formats/json-of.ts'
import type { Record } from '../protocols/kafka/record-batch.ts'
import type { PipelineEvent } from './event.ts'
import { writeKey } from './formats/write-value.ts'

interface Refused {
  readonly pipeline: string
  readonly topic: string
  readonly partition: number
  /** As it was read; absent for what a step made of several records. */
  readonly record: Record | undefined
  readonly event: PipelineEvent | undefined
  readonly error: unknown
}

/** A record that could not be read, changed or written, with the reason in its headers. */
export function deadLetter(to: string, refused: Refused): ProducerRecord {
  const { pipeline, topic, partition, record, event, error } = refused
  const facts: { readonly [name: string]: string } = {
    'dead-letter-pipeline': pipeline,
    'dead-letter-error': error instanceof LeatError ? error.code : 'unexpected',
    'dead-letter-reason': error instanceof Error ? error.message : String(error),
    'dead-letter-topic': topic,
    'dead-letter-partition': `${partition}`,
    'dead-letter-offset': `${record?.offset ?? event?.offset ?? ''}`,
  }
  const added = Object.entries(facts).map(([key, value]) => ({ key, value: Buffer.from(value) }))
  if (event !== undefined) {
    return {
      topic: to,
      key: writeKey(event),
      value: Buffer.from(jsonOf(event.value)),
      headers: [...event.headers, ...added],
      timestamp: event.timestampMs,
    }
  }
  return {
    topic: to,
    key: record?.key ?? null,
    value: record?.value ?? null,
    headers: [...(record?.headers ?? []), ...added],
    timestamp: record?.timestamp ?? 0n,
  }
}
