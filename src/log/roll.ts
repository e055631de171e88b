import type { BatchHeader } from '../protocols/kafka/record-batch.ts'
import type { Mark } from './mark.ts'
import type { PartitionPolicy } from './settings.ts'

/** What the four bytes of an index entry can say, of offsets in a segment and of positions in its file. */
const mostRelative = 2 ** 31 - 1
const mostPosition = 2 ** 31 - 1

/** Whether batches that come at `end` begin a new segment: this one is full, or its first batch too old. */
export function mustRoll(
  { offset, segment, position }: Mark,
  { segmentBytes, segmentMs }: PartitionPolicy,
  bytes: number,
  headers: readonly BatchHeader[],
): boolean {
  if (position === 0) return false
  if (position + bytes > Math.min(segmentBytes, mostPosition)) return true
  const lastRelative = Number(offset - segment.baseOffset) + offsetsOf(headers) - 1
  if (lastRelative > mostRelative) return true
  const started = segment.firstTimestamp
  const timestamp = headers[0]?.maxTimestamp
  if (segmentMs < 0 || started === undefined || timestamp === undefined) return false
  return timestamp - started > BigInt(segmentMs)
}

function offsetsOf(headers: readonly BatchHeader[]): number {
  let count = 0
  for (const { lastOffsetDelta } of headers) count += lastOffsetDelta + 1
  return count
}
