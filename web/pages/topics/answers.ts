/** What the console's API says of topics and their records. */
import type { Next } from '../../text/reading.ts'

export interface TopicRow {
  readonly name: string
  readonly isInternal: boolean
  readonly partitions: number
  readonly records: string
  readonly bytes: number | null
  readonly cleanupPolicy: string | null
}

export interface Topic {
  readonly name: string
  readonly isInternal: boolean
  readonly partitions: readonly Partition[]
  readonly groups: readonly {
    readonly group: string
    readonly state: string
    readonly lag: string | null
  }[]
}

export interface Partition {
  readonly partition: number
  /** -1: nobody. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
  /** Null where nobody leads it. */
  readonly start: string | null
  readonly end: string | null
  readonly bytes: number | null
}

export interface TopicConfig {
  readonly name: string
  readonly value: string | null
  readonly source: string
  readonly isDefault: boolean
  readonly isReadOnly: boolean
  readonly isSensitive: boolean
  readonly documentation?: string
}

/** A key, a value or a header, as far as leat could tell what it is. */
export interface Seen {
  readonly format: 'null' | 'json' | 'text' | 'avro' | 'protobuf' | 'json-schema' | 'bytes'
  /** JSON as its text, bytes as base64. */
  readonly value: string | null
  readonly schemaId?: number
  readonly subject?: string
  /** All of it, however much is shown. */
  readonly bytes: number
  readonly isCut?: true
  /** Why what names a schema is shown as bytes. */
  readonly problem?: string
}

export interface SeenRecord {
  readonly partition: number
  readonly offset: string
  readonly timestamp: number
  readonly key: Seen
  readonly value: Seen
  readonly headers: readonly (readonly [name: string, value: Seen])[]
}

/** The last line of an answer. */
export interface Done {
  readonly scanned: number
  readonly reachedEnd: boolean
  readonly next: Next
  /** Records of which the filter could not say whether they are wanted, and why of the first. */
  readonly failed?: number
  readonly problem?: string
}
