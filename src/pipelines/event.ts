import type { SpokenOf } from '../formats/cel/expression.ts'
import type { Record } from '../protocols/kafka/record-batch.ts'

/** One record on its way through a pipeline; steps hand on changed copies. */
export interface PipelineEvent extends SpokenOf {
  readonly headers: Record['headers']
  /** The bytes that were read, as long as no step has changed what they say. */
  readonly keyBytes: Buffer | null | undefined
  readonly valueBytes: Buffer | null | undefined
}

export function withValue(event: PipelineEvent, value: unknown): PipelineEvent {
  return { ...event, value, valueBytes: undefined }
}

export function withKey(event: PipelineEvent, key: unknown): PipelineEvent {
  return { ...event, key, keyBytes: undefined }
}
