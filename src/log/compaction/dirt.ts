import type { PartitionPolicy } from '../settings.ts'

/** What has to be known of a segment that takes no more appends and is durable. */
export interface SegmentAge {
  readonly baseOffset: bigint
  readonly sizeBytes: number
  /** The largest timestamp of its first batch, … */
  readonly firstMs: number | undefined
  /** … and the largest of all. */
  readonly newestMs: number | undefined
}

/** What there is to clean. */
export interface Dirt {
  /** The first offset that no cleaning has seen, and the first that must not be cleaned yet. */
  readonly from: bigint
  readonly to: bigint
  /** How much of what would be read is dirty, from 0 to 1. */
  readonly ratio: number
  /** Whether it has to be cleaned now. */
  readonly isDue: boolean
}

export type CompactionPolicy = Pick<
  PartitionPolicy,
  'minCleanableDirtyRatio' | 'minCompactionLagMs' | 'maxCompactionLagMs'
>

/**
 * Decides as Kafka does: records younger than the smallest lag stay, and all behind them; cleaning
 * is due where enough is dirty, or something is so for longer than the largest lag. `endOffset` is
 * the one behind the last of these segments.
 */
export function dirtOf(
  segments: readonly SegmentAge[],
  firstDirty: bigint,
  endOffset: bigint,
  policy: CompactionPolicy,
  nowMs: number,
): Dirt {
  const nextBase = (index: number) => segments[index + 1]?.baseOffset ?? endOffset
  const isDirty = (_: SegmentAge, index: number) => nextBase(index) > firstDirty
  const dirty = segments.filter(isDirty)
  const clean = segments.slice(0, segments.length - dirty.length)
  const young = dirty.findIndex(({ newestMs }) => isYoung(newestMs, policy, nowMs))
  const cleanable = young === -1 ? dirty : dirty.slice(0, young)
  const to = young === -1 ? endOffset : (dirty[young]?.baseOffset ?? endOffset)
  const cleanableBytes = bytesOf(cleanable)
  const ratio = cleanableBytes === 0 ? 0 : cleanableBytes / (bytesOf(clean) + cleanableBytes)
  const isOverdue = dirty.some(
    ({ firstMs }) => firstMs !== undefined && firstMs < nowMs - policy.maxCompactionLagMs,
  )
  const isDue = cleanableBytes > 0 && (ratio > policy.minCleanableDirtyRatio || isOverdue)
  return { from: firstDirty, to, ratio, isDue }
}

function isYoung(newestMs: number | undefined, policy: CompactionPolicy, nowMs: number): boolean {
  const { minCompactionLagMs } = policy
  return minCompactionLagMs > 0 && newestMs !== undefined && newestMs > nowMs - minCompactionLagMs
}

function bytesOf(segments: readonly SegmentAge[]): number {
  return segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}
