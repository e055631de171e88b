import type { PartitionPolicy } from './settings.ts'

/** What retention has to know of a segment. */
export interface SegmentAge {
  readonly sizeBytes: number
  /** The largest timestamp in it; none if it is empty. */
  readonly newestMs: number | undefined
}

/**
 * How many of the oldest segments are too old or too much, as Kafka decides: by time from the
 * oldest on as long as each is expired; by size as long as what is left behind it still fills the
 * limit.
 */
export function countToDelete(
  segments: readonly SegmentAge[],
  policy: Pick<PartitionPolicy, 'retentionMs' | 'retentionBytes'>,
  nowMs: number,
): number {
  return Math.max(
    countExpired(segments, policy.retentionMs, nowMs),
    countBeyond(segments, policy.retentionBytes),
  )
}

function countExpired(segments: readonly SegmentAge[], retentionMs: number, nowMs: number): number {
  if (retentionMs < 0) return 0
  const kept = segments.findIndex(
    ({ newestMs }) => newestMs === undefined || nowMs - newestMs <= retentionMs,
  )
  return kept === -1 ? segments.length : kept
}

function countBeyond(segments: readonly SegmentAge[], retentionBytes: number): number {
  if (retentionBytes < 0) return 0
  let excessBytes = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - retentionBytes
  let count = 0
  for (const { sizeBytes } of segments) {
    excessBytes -= sizeBytes
    if (excessBytes < 0 || sizeBytes === 0) break
    count++
  }
  return count
}
