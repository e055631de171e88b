import type { OffsetJson } from '../../../connect/kit/index.ts'
import { plainName, type TableName } from '../table-name.ts'

/** How far the log was followed: all before `place`, and so many changes of the transaction behind it. */
export interface LogPosition {
  readonly place: OffsetJson
  readonly changes: number
}

/** That the rows of a table were read, and what the snapshot saw in which they were. */
export interface TableState {
  readonly identity: string
  readonly snapshot: OffsetJson
}

export function logPartition(database: string): OffsetJson {
  return { log: database }
}

export function tablePartition(database: string, table: TableName): OffsetJson {
  return { log: database, table: plainName(table) }
}

export function logOffset({ place, changes }: LogPosition): OffsetJson {
  return { ...place, changes }
}

export function logPositionOf({ changes, ...place }: OffsetJson): LogPosition {
  return { place: place as OffsetJson, changes: Number(changes ?? 0) }
}

/** Of a table whose first rows are being read: there is no going on, so it says just how many were. */
export function readingOffset(rows: number): OffsetJson {
  return { rows }
}

export function tableOffset({ identity, snapshot }: TableState): OffsetJson {
  return { ...snapshot, identity }
}

/** Undefined as long as not all of its rows were read. */
export function tableStateOf(offset: OffsetJson | undefined): TableState | undefined {
  if (typeof offset?.identity !== 'string') return undefined
  const { identity, ...snapshot } = offset
  return { identity, snapshot: snapshot as OffsetJson }
}
