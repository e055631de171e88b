/**
 * The log: every record of every topic, as Kafka's segments on the disk. The broker is its only
 * user.
 *
 * It promises that what `durable` resolved for is there after a crash of the process or (durability
 * `disk`) of the machine, with its offsets, in order and without a gap; that readers see only what
 * is durable; that a write which failed is never taken for done. Small batches of all partitions
 * share one sync in a journal, large ones are synced in their segment. A start reads only what came
 * after the last checkpoint; with durability `os`, whose checkpoints sync no segment that still
 * grows, that holds until the machine is started anew. Of a compacted partition it
 * keeps the last record of each key (`compaction/`); the offsets that stay do not change.
 *
 * It leaves to others: what a record means, which topics there are, who may write, waiting for
 * records.
 */

export { Log, type LogOptions } from './log.ts'
export type { PartitionIdentity } from './partition-identity.ts'
export type { Appended, PartitionLog } from './partition-log.ts'
export type { LogSlice } from './partition-reader.ts'
export type { Processes } from './processes.ts'
export type { ProducerInfo } from './producer-state.ts'
export type {
  LogSettings,
  PartitionPolicy,
} from './settings.ts'
export type { TimedOffset } from './time-lookup.ts'
export { type Problem, type Verification, type VerifyOptions, verifyDirectory } from './verify.ts'
