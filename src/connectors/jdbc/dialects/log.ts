import type { Clock } from '../../../base/clock.ts'
import type { Logger } from '../../../base/logger.ts'
import type { OffsetJson } from '../../../connect/kit/index.ts'
import type { Address } from '../address.ts'
import type { ResultColumn, Row, Session, Statement } from '../session.ts'
import type { TableName } from '../table-name.ts'

/** How the log of a database's changes is followed. */
export interface LogDialect {
  /**
   * Throws with the cure where the log lacks what is needed, and makes what it takes. Returns where
   * to begin: at `place` if there is one, else where the log is now.
   */
  readonly prepare: (
    session: Session,
    settings: LogSettings,
    place: OffsetJson | undefined,
  ) => Promise<OffsetJson>
  /** Sees to it that changes of the tables are in the log. Those that are gone meanwhile are missing. */
  readonly adopt: (
    session: Session,
    tables: readonly TableName[],
    settings: LogSettings,
  ) => Promise<readonly AdoptedTable[]>
  /** Whether all is in the log that a snapshot of tables adopted then, if it began now, would not see. */
  readonly isComplete: (session: Session, since: string) => Promise<boolean>
  /** Begins a transaction that sees one instant, and says which, for `LogTransaction.isIn`. */
  readonly beginSnapshot: (session: Session) => Promise<OffsetJson>
  /** The columns of a table that the log tells of, in order; whether each is part of the key. */
  readonly columns: (table: TableName) => Statement
  readonly follow: (
    address: Address,
    session: Session,
    place: OffsetJson,
    surroundings: LogSurroundings,
  ) => Promise<LogStream>
}

/** What a dialect is told of a connector. */
export interface LogSettings {
  readonly slot: string
  readonly publication: string
  readonly publicationMode: string
  /** Among the replicas of a MySQL, one number each. */
  readonly serverId: number
  /** The only database of MySQL whose changes matter; undefined for all. */
  readonly database: string | undefined
  /** Whether deletes must tell the whole row. */
  readonly wholeDeletes: boolean
}

export interface LogSurroundings {
  readonly settings: LogSettings
  readonly clock: Clock
  readonly logger: Logger
  /** Whether changes of the table of this name and identity matter. */
  readonly isFollowed: (name: string, identity: string) => boolean
}

/** A table whose changes are in the log. */
export interface AdoptedTable {
  readonly table: TableName
  /** Tells it from a later one of its name; empty where the log needs no such thing. */
  readonly identity: string
  /** For `isComplete`. */
  readonly since: string
}

/** The log from a place on, one item after the other. */
export interface LogStream {
  /** Undefined after `waitMs` without one, or when it is closed. */
  next(waitMs: number): Promise<LogItem | undefined>
  /** What is before this place will not be asked for again. */
  confirm(place: OffsetJson): void
  /** Ends the connection; never fails. */
  close(): Promise<void>
}

export type LogItem =
  | { readonly kind: 'begin'; readonly transaction: LogTransaction }
  | ({ readonly kind: 'change' } & LogChange)
  /** A change of a table that is not followed: it counts, and nothing else. */
  | { readonly kind: 'other' }
  /** The transaction is complete; reading can begin behind it. */
  | { readonly kind: 'end'; readonly place: OffsetJson }
  /** Nothing that matters was before this place since the last transaction. */
  | { readonly kind: 'place'; readonly place: OffsetJson }

export interface LogTransaction {
  /** Whether a snapshot has seen what it did. */
  readonly isIn: (snapshot: OffsetJson) => boolean
}

/** What happened to a row: one that has no `after` was deleted. */
export interface LogChange {
  readonly shape: TableShape
  /** The row as it was: whole, or with nulls for what is not of its key. Absent where the key stayed. */
  readonly before?: Row
  readonly isBeforeWhole: boolean
  readonly after?: Row
  readonly bytes: number
}

/** A table as it was when its row changed; the same object as long as it stays so. */
export interface TableShape {
  readonly table: TableName
  readonly columns: readonly ResultColumn[]
  /** Where in the columns those of the key are. */
  readonly keys: readonly number[]
}
