import type { Clock } from '../../../base/clock.ts'
import type { Address, System } from '../address.ts'
import type { Session, Statement } from '../session.ts'
import type { SinkField } from '../sink/fields.ts'
import type { Openness } from '../source/settled.ts'
import type { Names, TableName } from '../table-name.ts'
import type { ValueText, ZoneSettings } from '../values/texts.ts'
import type { LogDialect } from './log.ts'

/** All that differs between databases. */
export interface Dialect {
  readonly system: System
  /** What stands around names. */
  readonly mark: '`' | '"'
  readonly connect: (address: Address, clock: Clock) => Promise<Session>
  readonly faultOf: (error: unknown) => Fault
  /** What is known of a table; undefined where there is none. */
  readonly describe: (
    session: Session,
    table: TableName,
    names: Names,
  ) => Promise<TableDefinition | undefined>
  /** The column type that a new column gets for a field. */
  readonly columnType: (field: SinkField, settings: ZoneSettings) => string
  /** A value in a CREATE or ALTER statement, as the default of a column. */
  readonly literal: (text: ValueText, value: unknown) => string
  /** A value in the statements of `writes`. */
  readonly encoder: (text: ValueText) => Encode
  readonly writes: (target: Target) => Writes
  readonly positions: PositionStatements
  readonly source: SourceDialect
  readonly log: LogDialect
}

export type Encode = (value: unknown) => string

export interface TableDefinition {
  readonly columns: readonly Column[]
  readonly isView: boolean
  /** Whether a transaction on it can be rolled back. */
  readonly transactional: boolean
}

export interface Column {
  readonly name: string
  /** As the database writes it in a cast. */
  readonly type: string
  /** Whether it keeps instants and not times on a wall. */
  readonly isInstant: boolean
}

/** What rows are written to. */
export interface Target {
  readonly table: string
  readonly keys: readonly TargetColumn[]
  readonly others: readonly TargetColumn[]
}

export interface TargetColumn {
  /** As it stands in statements. */
  readonly name: string
  readonly type: string
}

/** The encoded values of one column, one for each row. */
export type ColumnTexts = readonly string[]

/**
 * Statements for many rows at once. What each takes are the columns' texts, keys first, and of which
 * rows.
 */
export interface Writes {
  readonly insert: Write
  readonly upsert: Write
  readonly update: Write
  /** Takes the keys alone. */
  readonly delete: Write
}

export interface Write {
  /** How many rows a statement has at most, whatever `batch.size` says. */
  readonly mostRows: number
  readonly statement: (columns: readonly ColumnTexts[], from: number, to: number) => Statement
}

/** The table of positions for exactly-once. */
export interface PositionStatements {
  readonly create: string
  readonly claim: (connector: string, topic: string, partition: number) => Statement
  readonly read: (connector: string, topic: string, partition: number) => Statement
  readonly advance: (connector: string, topic: string, partition: number, next: bigint) => Statement
}

/**
 * What a failure means: `gone` (try again later), `refused` (this record never), `stale` (the tables
 * are not as they were: look again), `exists` (somebody else was faster), `fatal` (somebody must act).
 */
export interface Fault {
  readonly kind: 'gone' | 'refused' | 'stale' | 'exists' | 'fatal'
  /** The database's code and its own words, which may hold values of the record. */
  readonly code: string
  readonly words: string
}

/** What a source needs to know of a database. */
export interface SourceDialect {
  /** Stands for the value of that number, from 1. */
  readonly placeholder: (number: number) => string
  /** Schema and name of each table; the patterns have % and _. */
  readonly tables: (wanted: WantedTables) => Statement
  /** The name of the column that counts by itself. */
  readonly countingColumn: (table: TableName) => Statement
  readonly isolation: (level: string) => Statement
  readonly nowMs: (session: Session) => Promise<number>
  /** Undefined where it cannot be told now. */
  readonly openness: (session: Session) => Promise<Openness | undefined>
}

export interface WantedTables {
  readonly types: readonly string[]
  readonly catalogPattern: string | undefined
  readonly schemaPattern: string | undefined
}
