import type { Metrics } from '../base/metrics.ts'
import type { FileCache } from './cached-file.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Cleaner } from './compaction/cleaner.ts'
import type { Log } from './log.ts'

interface Watched {
  readonly log: Log
  readonly checkpoints: Checkpoints
  readonly cache: FileCache
  readonly cleaner: Cleaner
}

export function registerLogMetrics(
  metrics: Metrics,
  { log, checkpoints, cache, cleaner }: Watched,
): void {
  metrics.gauge('leat_log_partitions', 'Partitions of the log.', () => [...log.partitions()].length)
  metrics.gauge('leat_log_size_bytes', 'Bytes of all segments.', () => {
    let bytes = 0
    for (const { sizeBytes } of log.partitions()) bytes += sizeBytes
    return bytes
  })
  metrics.gauge(
    'leat_log_sealed',
    '1 if a failed write sealed the log until the next start.',
    () => (log.sealedBy === undefined ? 0 : 1),
  )
  metrics.gauge(
    'leat_log_open_files',
    'Segment and index files that are open.',
    () => cache.openCount,
  )
  metrics.counter('leat_log_checkpoints_total', 'Checkpoints made.', () => checkpoints.count)
  metrics.counter('leat_log_cleanings_total', 'Compactions made.', () => cleaner.cleanings)
  metrics.counter(
    'leat_log_cleaned_bytes_total',
    'Bytes that compaction has taken out of segments.',
    () => cleaner.savedBytes,
  )
}
