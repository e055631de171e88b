import { decodeBatch } from '../protocols/kafka/record-batch.ts'
import type { Segment } from './segment.ts'

/** A record found by its timestamp. */
export interface TimedOffset {
  readonly offset: bigint
  readonly timestamp: bigint
}

/** The first record, from `start` on and before `end`, whose timestamp is at least this one. */
export function offsetAtOrAfter(
  segments: readonly Segment[],
  start: bigint,
  end: bigint,
  timestamp: bigint,
): TimedOffset | undefined {
  for (const segment of segments) {
    if (segment.newest === undefined || segment.newest.timestamp < timestamp) continue
    const from = segment.positionBeforeTimestamp(timestamp)
    const position = Math.max(from, segment.positionOf(start))
    const found = searchFrom(segment, position, start, end, timestamp)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first record that has the largest timestamp of all. */
export function newestRecord(
  segments: readonly Segment[],
  start: bigint,
  end: bigint,
): TimedOffset | undefined {
  let newest: bigint | undefined
  for (const segment of segments) {
    const timestamp = segment.newest?.timestamp
    if (timestamp !== undefined && (newest === undefined || timestamp > newest)) newest = timestamp
  }
  return newest === undefined ? undefined : offsetAtOrAfter(segments, start, end, newest)
}

function searchFrom(
  segment: Segment,
  from: number,
  start: bigint,
  end: bigint,
  timestamp: bigint,
): TimedOffset | undefined {
  let position = from
  while (position < segment.sizeBytes) {
    const { baseOffset, lastOffset, maxTimestamp, sizeBytes } = segment.headerAt(position)
    if (baseOffset >= end) return undefined
    if (maxTimestamp >= timestamp && lastOffset >= start) {
      const batch = Buffer.allocUnsafe(sizeBytes)
      segment.log.read(batch, 0, sizeBytes, position)
      const found = decodeBatch(batch).records.find(
        (record) => record.timestamp >= timestamp && record.offset >= start && record.offset < end,
      )
      if (found !== undefined) return { offset: found.offset, timestamp: found.timestamp }
    }
    position += sizeBytes
  }
  return undefined
}
