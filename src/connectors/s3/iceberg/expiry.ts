import type { Snapshot, TableMetadata } from './metadata.ts'

/** Older versions cannot be asked any more, and what they alone need goes; so many at once. */
const [mostSnapshots, keptSnapshots] = [200, 100]
/** Longer than a task can sleep and still believe to be the one who writes the next version. */
const keptMs = 15 * 60_000

export interface Expired {
  readonly table: TableMetadata
  readonly snapshots: readonly Snapshot[]
  /** Where older metadata was. */
  readonly metadata: readonly string[]
}

/** Decides; whoever calls removes. */
export function expire(table: TableMetadata, nowMs: number): Expired {
  const { snapshots, 'snapshot-log': log, 'metadata-log': files } = table
  if (snapshots.length <= mostSnapshots) return { table, snapshots: [], metadata: [] }
  const gone = snapshots.slice(0, -keptSnapshots)
  const kept = new Set(snapshots.slice(-keptSnapshots).map((one) => one['snapshot-id']))
  const oldFiles = files
    .slice(0, -keptSnapshots)
    .filter((file) => nowMs - file['timestamp-ms'] > keptMs)
  return {
    table: {
      ...table,
      snapshots: snapshots.slice(-keptSnapshots),
      'snapshot-log': log.filter((entry) => kept.has(entry['snapshot-id'])),
      'metadata-log': files.filter((file) => !oldFiles.includes(file)),
    },
    snapshots: gone,
    metadata: oldFiles.map((file) => file['metadata-file']),
  }
}
