import type { BatchHeader } from '../protocols/kafka/record-batch.ts'
import type { PartitionLog } from './partition-log.ts'
import type { Segment } from './segment.ts'

/** Batches that stand in their segment, in the page cache: `commit` makes them durable. */
export interface Written {
  readonly batches: Buffer
  readonly headers: readonly BatchHeader[]
  readonly baseOffset: bigint
  /** The offset after the last. */
  readonly endOffset: bigint
  readonly segment: Segment
  readonly position: number
}

/** The way from written to durable. */
export interface Commit {
  /** Resolves when they are durable; shared by all that become so together. */
  add(partition: PartitionLog, written: Written): Promise<void>
  /** Resolves when everything added so far is durable. */
  settled(): Promise<void>
}

/** What needs no waiting. */
export const durableAlready = Promise.resolve()

/** Hears that the durable end of a partition, or its start, has moved. */
export type OnDurable = (partition: PartitionLog) => void

/** A promise of a commit, rejected where nobody may be waiting. */
export function commitPromise(): PromiseWithResolvers<void> {
  const deferred = Promise.withResolvers<void>()
  deferred.promise.catch(() => {})
  return deferred
}
