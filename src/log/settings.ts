/** How the log behaves as a whole; a partition's own settings are its `PartitionPolicy`. */
export interface LogSettings {
  /** The size of each of the two journal files; 0 = no journal, every batch is synced in its segment. */
  readonly journalBytes: number
  /** Batches of this size and above are synced in their segment instead of the journal. */
  readonly directBytes: number
  /** What one group of the journal may hold; batches beyond it are synced in their segment. */
  readonly groupBytes: number
  /** A checkpoint is made at the latest after this time, if anything was written. */
  readonly checkpointMs: number
  /** A checkpoint is made after this many bytes that did not go through the journal. */
  readonly checkpointBytes: number
  /** The same with durability `os`, whose checkpoints cost little: the next start reads no more than this. */
  readonly osCheckpointBytes: number
  /** How many files are synced at the same time. */
  readonly syncsAtOnce: number
  readonly retentionCheckMs: number
  /** Whether compacted partitions are compacted: Kafka's `log.cleaner.enable`. */
  readonly cleanerEnabled: boolean
  /** How long the cleaner waits when there is nothing to clean. */
  readonly cleanerBackoffMs: number
  /** How much memory the keys of one cleaning may take; what does not fit waits for the next. */
  readonly dedupeBufferBytes: number
  /** How many files of segments and indexes are kept open. */
  readonly openFiles: number
  /** Kafka's `producer.id.expiration.ms`. */
  readonly producerExpirationMs: number
  /** How many producers a partition remembers; the one that is idle for longest is forgotten first. */
  readonly producersPerPartition: number
}

export const defaultSettings: LogSettings = {
  journalBytes: 64 * 1024 * 1024,
  directBytes: 32 * 1024,
  groupBytes: 8 * 1024 * 1024,
  checkpointMs: 60_000,
  checkpointBytes: 256 * 1024 * 1024,
  osCheckpointBytes: 64 * 1024 * 1024,
  syncsAtOnce: 8,
  retentionCheckMs: 5 * 60_000,
  cleanerEnabled: true,
  cleanerBackoffMs: 15_000,
  dedupeBufferBytes: 128 * 1024 * 1024,
  openFiles: 512,
  producerExpirationMs: 24 * 60 * 60_000,
  producersPerPartition: 10_000,
}

/** The settings of one partition, named as Kafka's topic configurations; -1 = without limit. */
export interface PartitionPolicy {
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly retentionMs: number
  readonly retentionBytes: number
  readonly indexIntervalBytes: number
  /** Whether old segments are compacted to the last record of each key. */
  readonly compacted: boolean
  readonly minCleanableDirtyRatio: number
  readonly minCompactionLagMs: number
  readonly maxCompactionLagMs: number
  /** How long a tombstone stays after the first cleaning that met it. */
  readonly deleteRetentionMs: number
}

const sevenDaysMs = 7 * 24 * 60 * 60_000

export const defaultPolicy: PartitionPolicy = {
  segmentBytes: 1024 * 1024 * 1024,
  segmentMs: sevenDaysMs,
  retentionMs: sevenDaysMs,
  retentionBytes: -1,
  indexIntervalBytes: 4096,
  compacted: false,
  minCleanableDirtyRatio: 0.5,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Number.POSITIVE_INFINITY,
  deleteRetentionMs: 24 * 60 * 60_000,
}
