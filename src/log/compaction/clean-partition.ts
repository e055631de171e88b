import { decodeBatch, readBatchHeader } from '../../protocols/kafka/record-batch.ts'
import { batchesOf, type FoundBatch } from '../batch-walk.ts'
import { logError } from '../errors.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { LogParts } from '../partition-parts.ts'
import { Segment } from '../segment.ts'
import { type CleaningRules, cleanBatch } from './clean-batch.ts'
import type { Dirt } from './dirt.ts'
import { groupsOf } from './groups.ts'
import { KeyMap } from './key-map.ts'
import { Abandoned, type Pace } from './pace.ts'
import { cleanedSuffix, swapSuffix } from './swap.ts'

export interface CleaningJob {
  readonly partition: PartitionLog
  readonly dirt: Dirt
  readonly parts: LogParts
  readonly pace: Pace
}

/**
 * One cleaning: notes the last offset of each key in what is dirty, as many as there is room for,
 * then leaves out what these make outdated, from the first segment on. Returns how many bytes less
 * there are. Throws damaged-segment, `MalformedBytes`, what the disk throws and what the pace does.
 */
export async function cleanPartition(job: CleaningJob): Promise<number> {
  const { partition, parts, pace } = job
  const rules = await rulesFor(job)
  const sources = partition.closedSegments.filter(({ baseOffset }) => baseOffset < rules.endOffset)
  // A replay of the journal must not write to where a batch once stood, and whoever reads after a
  // crash has to know where offsets may be left out: a checkpoint says both.
  const end = partition.endOf(sources[sources.length - 1])
  partition.expectGapsBelow(end)
  await pace.until(parts.checkpoints.request().done)
  let savedBytes = 0
  for (const group of groupsOf(sources, end, partition.policy.segmentBytes)) {
    savedBytes += await cleanGroup(group, rules, job)
  }
  partition.isCleanBelow(rules.endOffset)
  return savedBytes
}

async function rulesFor({ partition, dirt, parts, pace }: CleaningJob): Promise<CleaningRules> {
  const keys = new KeyMap(dirt.from, {
    keys: Number(dirt.to - dirt.from),
    bytes: parts.settings.dedupeBufferBytes,
  })
  return {
    keys,
    endOffset: await noteKeys(keys),
    nowMs: BigInt(parts.clock.now()),
    deleteRetentionMs: BigInt(partition.policy.deleteRetentionMs),
    producers: new Map([...partition.producers()].map((one) => [one.producerId, one.lastOffset])),
  }

  /** Returns the offset up to which there was room. */
  async function noteKeys(keys: KeyMap): Promise<bigint> {
    for (const segment of partition.closedSegments) {
      if (partition.endOf(segment) <= dirt.from || segment.baseOffset >= dirt.to) continue
      for (const { source, at } of goodBatches(segment, dirt.from)) {
        const { header, records } = decodeBatch(source, at)
        for (const { key, offset } of records) {
          if (key === null || offset < dirt.from) continue
          if (!keys.put(key, offset)) return offset
        }
        if (pace.isDue(header)) await pace.rest()
      }
    }
    return dirt.to
  }
}

/** Makes one segment of several; returns how many bytes less it has. */
async function cleanGroup(
  group: readonly Segment[],
  rules: CleaningRules,
  { partition, parts, pace }: CleaningJob,
): Promise<number> {
  const [first] = group
  if (first === undefined) return 0
  const { cache, window } = parts
  const { files } = cache
  const { folder } = partition
  const cleaned = new Segment(cache, folder, first.baseOffset, window, cleanedSuffix)
  let isInPlace = false
  try {
    cleaned.log.truncate(0)
    cleaned.mayHaveGaps = true
    const isChanged = await copyInto(
      cleaned,
      group,
      rules,
      partition.policy.indexIntervalBytes,
      pace,
    )
    if (!isChanged && group.length === 1) return 0
    cleaned.finish()
    await pace.until(cleaned.log.sync())
    await pace.until(cleaned.syncIndexes())
    const isEmpty = cleaned.sizeBytes === 0
    if (!isEmpty) {
      cleaned.moveTo(swapSuffix)
      await pace.until(files.syncDirectory(folder))
    }
    if (!partition.replaceSegments(group, isEmpty ? [] : [cleaned])) throw new Abandoned()
    isInPlace = !isEmpty
    await files.syncDirectory(folder)
    if (isInPlace && !cleaned.removed) {
      cleaned.moveTo('')
      await files.syncDirectory(folder)
    }
    return group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - cleaned.sizeBytes
  } finally {
    if (partition.isDeleted) cleaned.forget()
    else if (!isInPlace) cleaned.remove()
  }
}

/** Copies what stays; returns whether anything went or became smaller. */
async function copyInto(
  target: Segment,
  group: readonly Segment[],
  rules: CleaningRules,
  indexIntervalBytes: number,
  pace: Pace,
): Promise<boolean> {
  let isChanged = false
  for (const segment of group) {
    for (const { source, at, sizeBytes } of goodBatches(segment, segment.baseOffset)) {
      const batch = source.subarray(at, at + sizeBytes)
      const left = cleanBatch(batch, rules)
      if (left !== batch) isChanged = true
      if (left !== undefined) {
        const header = readBatchHeader(left)
        const { baseOffset } = header
        target.append([{ batches: left, headers: [header], baseOffset }], indexIntervalBytes)
      }
      if (pace.isDue(readBatchHeader(batch))) await pace.rest()
    }
  }
  return isChanged
}

/** The batches from the one that holds `from` on; what is damaged must not be copied under a new name. */
function* goodBatches(segment: Segment, from: bigint): Generator<FoundBatch> {
  const position = segment.removed ? 0 : segment.positionOf(from)
  const mayHaveGaps = segment.mayHaveGaps || position > 0
  const start = { position, offset: segment.baseOffset, mayHaveGaps }
  const walk = batchesOf(segment.log, start, segment.sizeBytes)
  for (;;) {
    // Retention may have taken it while somebody else had a turn.
    if (segment.removed) throw new Abandoned()
    const step = walk.next()
    if (!step.done) {
      yield step.value
      continue
    }
    const { wrong, position: end } = step.value
    if (wrong === undefined) return
    throw logError('damaged-segment', { path: segment.log.path, position: end, what: wrong })
  }
}
