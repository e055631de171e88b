import type { Segment } from '../segment.ts'

/** Relative offsets in an index are of 31 bits. */
const mostRelative = 2n ** 31n - 1n

/**
 * Neighbours that fit into one segment become one, so that compaction does not leave ever more and
 * ever smaller files. `endOffset` is the one behind the last of them.
 */
export function groupsOf(
  segments: readonly Segment[],
  endOffset: bigint,
  segmentBytes: number,
): Segment[][] {
  const groups: Segment[][] = []
  let bytes = 0
  for (const [index, segment] of segments.entries()) {
    const group = groups[groups.length - 1]
    const end = segments[index + 1]?.baseOffset ?? endOffset
    const first = group?.[0] ?? segment
    bytes += segment.sizeBytes
    if (group !== undefined && bytes <= segmentBytes && end - first.baseOffset <= mostRelative) {
      group.push(segment)
    } else {
      groups.push([segment])
      bytes = segment.sizeBytes
    }
  }
  return groups
}
