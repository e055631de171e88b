/** A table's metadata, as `vN.metadata.json` has it; what leat does not know is kept as it is. */
import { randomInt, randomUUID } from 'node:crypto'
import type { TableSchema } from './table-schema.ts'

export interface TableMetadata {
  readonly 'format-version': number
  readonly location: string
  readonly 'last-sequence-number': number
  readonly 'last-updated-ms': number
  readonly 'last-column-id': number
  readonly schemas: readonly TableSchema[]
  readonly 'current-schema-id': number
  readonly properties: Readonly<Record<string, string>>
  readonly 'current-snapshot-id': number
  readonly snapshots: readonly Snapshot[]
  readonly 'snapshot-log': readonly LogEntry[]
  readonly 'metadata-log': readonly MetadataFile[]
}

export interface Snapshot {
  readonly 'snapshot-id': number
  readonly 'parent-snapshot-id'?: number
  readonly 'sequence-number': number
  readonly 'timestamp-ms': number
  readonly 'manifest-list': string
  readonly summary: Readonly<Record<string, string>>
  readonly 'schema-id': number
}

interface MetadataFile {
  readonly 'timestamp-ms': number
  readonly 'metadata-file': string
}

interface LogEntry {
  readonly 'timestamp-ms': number
  readonly 'snapshot-id': number
}

export function emptyTable(location: string, nowMs: number): TableMetadata {
  return {
    ...{ 'format-version': 2, 'table-uuid': randomUUID(), location },
    ...{ 'last-sequence-number': 0, 'last-updated-ms': nowMs, 'last-column-id': 0 },
    ...{ schemas: [{ type: 'struct', 'schema-id': 0, fields: [] }], 'current-schema-id': 0 },
    ...{ 'partition-specs': [{ 'spec-id': 0, fields: [] }], 'default-spec-id': 0 },
    ...{ 'last-partition-id': 999, properties: {}, 'current-snapshot-id': -1, snapshots: [] },
    ...{ 'snapshot-log': [], 'metadata-log': [] },
    ...{ 'sort-orders': [{ 'order-id': 0, fields: [] }], 'default-sort-order-id': 0, refs: {} },
  }
}

export function currentSnapshot(table: TableMetadata): Snapshot | undefined {
  return table.snapshots.find((one) => one['snapshot-id'] === table['current-snapshot-id'])
}

/** Ids are numbers of JSON, which are exact up to 2^53. */
export function newSnapshotId(): number {
  return randomInt(1, 2 ** 48 - 1)
}

/** Totals go on from the snapshot before. */
export function summaryOf(
  before: Snapshot | undefined,
  added: { readonly files: number; readonly records: number; readonly bytes: number },
): Record<string, string> {
  const total = (name: string, more: number) => `${Number(before?.summary[name] ?? 0) + more}`
  return {
    ...{ operation: 'append', 'added-data-files': `${added.files}` },
    ...{ 'added-records': `${added.records}`, 'added-files-size': `${added.bytes}` },
    'total-data-files': total('total-data-files', added.files),
    'total-records': total('total-records', added.records),
    'total-files-size': total('total-files-size', added.bytes),
    ...{ 'total-delete-files': '0', 'total-position-deletes': '0', 'total-equality-deletes': '0' },
  }
}
