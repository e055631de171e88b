import type { ConnectSchema } from './data.ts'

export interface ConnectHeader {
  readonly key: string
  /** null where the converter knows none. */
  readonly schema: ConnectSchema | null
  readonly value: unknown
}

/** What both directions share; a transform returns a changed copy, or nothing to drop it. */
export interface ConnectRecord {
  readonly topic: string
  /** Of a source record: the partitioner chooses where it is absent. */
  readonly partition: number | undefined
  readonly key: unknown
  readonly keySchema: ConnectSchema | null
  readonly value: unknown
  readonly valueSchema: ConnectSchema | null
  readonly headers: readonly ConnectHeader[]
  /** Milliseconds since the epoch. */
  readonly timestamp: number | undefined
}

/** A record on its way from a topic to a system. Topic and partition may have been changed by transforms. */
export interface SinkRecord extends ConnectRecord {
  readonly partition: number
  readonly timestampType: 'CreateTime' | 'LogAppendTime' | 'NoTimestampType'
  /** Where it was read, whatever transforms say. */
  readonly origin: RecordOrigin
}

/** A record as it stands in the log. */
export interface RecordOrigin {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly timestamp: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[]
}

/** A record on its way from a system to a topic. */
export interface SourceRecord extends ConnectRecord {
  /** What is read (a table, a file); the same one always in the same words. */
  readonly sourcePartition: OffsetJson
  /** Where in it reading goes on after this record. */
  readonly sourceOffset: OffsetJson
}

/** Source partitions and offsets are objects of JSON, because they are kept as JSON. */
export type OffsetJson = Readonly<Record<string, string | number | boolean | null>>

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface TopicPosition extends TopicPartition {
  /** Of the next record to read. */
  readonly next: bigint
}
