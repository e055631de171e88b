/**
 * How a cleaned segment takes the place of those that it was made of, under the names that Kafka
 * uses. While it is written its files end in `.cleaned`, and a crash makes them worth nothing. Once
 * all of it is on the disk they end in `.swap`, and from then on it counts: the segments within its
 * offsets are removed, and only when that is on the disk it gets its own name. So whatever a crash
 * leaves is either the old segments or the new one.
 */
import { walkBatches } from '../batch-walk.ts'
import type { FileCache } from '../cached-file.ts'
import type { HeaderWindow } from '../header-window.ts'
import { basesIn } from '../partition-folder.ts'
import { Segment } from '../segment.ts'
import { defaultPolicy } from '../settings.ts'

export const cleanedSuffix = '.cleaned'
export const swapSuffix = '.swap'

const swapPattern = /^(\d{20})\.log\.swap$/

/** The base offsets of the segments that wait to take their place. */
export function swapBasesIn(names: readonly string[]): bigint[] {
  return names.flatMap((name) => swapPattern.exec(name)?.[1] ?? []).map(BigInt)
}

export function isOnTheWay(name: string): boolean {
  return name.endsWith(cleanedSuffix) || name.endsWith(swapSuffix)
}

/** Ends what a crash has interrupted: finishes the swaps, removes what was not yet whole. */
export async function finishSwaps(
  cache: FileCache,
  folder: string,
  window: HeaderWindow,
): Promise<void> {
  const { files } = cache
  for (const base of swapBasesIn(files.list(folder))) {
    const segment = new Segment(cache, folder, base, window, swapSuffix)
    const nextOffset = makeIndexes(segment)
    const within = basesIn(files.list(folder)).filter((old) => old > base && old < nextOffset)
    // Of the first one an index may be left whose segment is gone already.
    for (const old of [base, ...within]) new Segment(cache, folder, old, window).remove()
    await segment.syncIndexes()
    await files.syncDirectory(folder)
    segment.moveTo('')
  }
  for (const name of files.list(folder)) {
    if (isOnTheWay(name)) files.remove(`${folder}/${name}`)
  }
  await files.syncDirectory(folder)
}

/** Returns the offset behind its last batch. */
function makeIndexes(segment: Segment): bigint {
  const { baseOffset, log } = segment
  segment.resetTo(0, baseOffset, undefined)
  const from = { position: 0, offset: baseOffset, mayHaveGaps: true }
  const { nextOffset } = walkBatches(log, from, segment.sizeBytes, (header, position) => {
    const lastOffset = header.baseOffset + BigInt(header.lastOffsetDelta)
    const { sizeBytes, maxTimestamp } = header
    segment.note(position, sizeBytes, lastOffset, maxTimestamp, defaultPolicy.indexIntervalBytes)
  })
  segment.finish()
  return nextOffset
}
