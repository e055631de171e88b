import type { Mark } from './mark.ts'
import type { PartitionLog } from './partition-log.ts'
import type { EncodedPoint } from './points-file.ts'
import { type CleanedTo, encodePoint } from './recovery-points.ts'
import type { Segment } from './segment.ts'
import type { KnownPlace, SyncedPoint } from './synced-point.ts'

/** What a partition hands over at the start of a checkpoint. */
export interface Captured {
  readonly partition: PartitionLog
  /** The last segment, if this checkpoint does not sync it. */
  readonly growing: Segment | undefined
  readonly unsynced: readonly Segment[]
  /** Up to where it is written, … */
  readonly written: EncodedPoint
  /** … and up to where it is on the disk once `unsynced` are synced. */
  readonly synced: EncodedPoint
}

export interface Capturing {
  readonly partition: PartitionLog
  readonly end: Mark
  readonly segments: readonly Segment[]
  readonly startOffset: bigint
  readonly cleaned: CleanedTo
  /** As `ProducerState.encoded` has them. */
  readonly producers: Buffer
  readonly syncedPoint: SyncedPoint
}

/** A whole checkpoint syncs all; another one leaves the segment that grows alone where it can. */
export function capture(from: Capturing, whole: boolean): Captured {
  const { partition, end, segments, startOffset, cleaned, producers, syncedPoint } = from
  const { offset, position, segment } = end
  const { baseOffset: segmentBase, newest } = segment
  const encoded = (place: KnownPlace) =>
    encodePoint({ ...place, startOffset, cleaned }, place.producers)
  const place = { segmentBase, offset, position, newest, producers }
  const written = encoded(place)
  if (whole || !syncedPoint.moveInto(segmentBase, startOffset)) {
    syncedPoint.moveTo(place)
    const unsynced = takeUnsynced(segments, undefined)
    return { partition, growing: undefined, unsynced, written, synced: written }
  }
  const unsynced = takeUnsynced(segments, segment)
  return { partition, growing: segment, unsynced, written, synced: encoded(syncedPoint.at) }
}

function takeUnsynced(segments: readonly Segment[], growing: Segment | undefined): Segment[] {
  const unsynced: Segment[] = []
  for (const segment of segments.toReversed()) {
    if (!segment.isDirty && !segment.isUnsynced) break
    segment.isDirty = false
    segment.isUnsynced = segment === growing
    if (segment !== growing) unsynced.push(segment)
  }
  return unsynced
}
