import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { walkBatches } from './batch-walk.ts'
import type { FileCache } from './cached-file.ts'
import { finishSwaps, isOnTheWay } from './compaction/swap.ts'
import { logError } from './errors.ts'
import type { HeaderWindow } from './header-window.ts'
import { replayJournal } from './journal-replay.ts'
import { basesIn, readPartitionFolder } from './partition-folder.ts'
import { type PartitionIdentity, partitionKey } from './partition-identity.ts'
import type { PartitionContents } from './partition-parts.ts'
import type { EncodedPoint, Points } from './points-file.ts'
import type { Processes } from './processes.ts'
import { type ProducerLimits, ProducerState } from './producer-state.ts'
import {
  decodePoint,
  loadRecoveryPoints,
  pointAt,
  pointOfAll,
  type RecoveryPoint,
} from './recovery-points.ts'
import { Segment } from './segment.ts'
import { defaultPolicy } from './settings.ts'
import type { KnownPlace } from './synced-point.ts'
import { loadWrittenPoints, writtenPointsPath } from './written-points.ts'

export interface RecoveryOptions {
  readonly directory: string
  readonly cache: FileCache
  readonly window: HeaderWindow
  readonly clock: Clock
  readonly logger: Logger
  readonly limits: ProducerLimits
  readonly processes: Processes
}

export interface Recovered {
  readonly partitions: readonly PartitionContents[]
  /** Of the recovery points, those of partitions that are there. */
  readonly points: Points
  /** Whether it went on from points as written: what lies between them and `points` is unsynced. */
  readonly isFromWritten: boolean
  /** Folders that no checkpoint knows: a process may have been killed while it made them. */
  readonly youngFolders: readonly string[]
  /** The largest epoch of the journal so far. */
  readonly lastEpoch: number
  /** Removes what is deleted; not before that is durable, else it comes back with holes. */
  readonly cleanUp: () => void
}

/**
 * Brings a data directory to where everything acknowledged stands in its segment: puts back what
 * the journal holds, then reads each partition from its recovery point on and cuts what was torn.
 * What lies below the recovery points is not read, so its size does not matter.
 */
export async function recover(options: RecoveryOptions): Promise<Recovered> {
  const { cache, directory, logger, window, processes } = options
  const { files } = cache
  const known = loadRecoveryPoints(files, directory)
  const points = known?.points ?? new Map<string, EncodedPoint>()
  const garbage: { remove(): void }[] = []
  const identities = new Map<string, { identity: PartitionIdentity; folder: string }>()
  for (const name of files.list(`${directory}/topics`)) {
    const folder = `${directory}/topics/${name}`
    const identity = name.endsWith(deletedSuffix)
      ? undefined
      : readPartitionFolder(files, folder, name)
    if (identity === undefined) {
      garbage.push({ remove: () => files.remove(folder) })
      continue
    }
    identities.set(partitionKey(identity).toString('hex'), { identity, folder })
  }
  const folders = new Map([...identities].map(([key, { folder }]) => [key, folder]))
  const beside = { known, processes, folders }
  const written = loadWrittenPoints(files, directory, beside, (why) => {
    const path = writtenPointsPath(directory)
    logger.warn('Points as written do not count: recovery begins at what was synced.', {
      path,
      why,
    })
  })
  const partitions = new Map<string, RecoveringPartition>()
  for (const [key, { identity, folder }] of identities) {
    // A partition younger than the checkpoint starts at 0; without any checkpoint, at what is left.
    const synced = points.get(key) ?? (known === undefined ? undefined : 'new')
    const found: KnownPoints = { point: written?.get(key) ?? synced, synced }
    let names = files.list(folder)
    if (names.some(isOnTheWay)) {
      await finishSwaps(cache, folder, window)
      names = files.list(folder)
    }
    const bases = basesIn(names)
    partitions.set(key, new RecoveringPartition({ identity, folder, bases }, found, options))
  }
  // Without recovery points any epoch may be the first one needed.
  const { lastEpoch, groupCount } = replayJournal(files, directory, known?.firstEpoch, (frame) => {
    partitions.get(frame.partitionKey)?.putBack(frame.segmentBase, frame)
  })
  if (groupCount > 0) logger.info('The journal is replayed.', { groups: groupCount })
  return {
    partitions: [...partitions.values()].map((partition) => partition.finish()),
    points: new Map([...points].filter(([key]) => partitions.has(key))),
    isFromWritten: written !== undefined,
    youngFolders: [...partitions].flatMap(([key, { folder }]) => (points.has(key) ? [] : folder)),
    lastEpoch,
    cleanUp: () => {
      for (const { belowStart } of partitions.values()) garbage.push(...belowStart)
      for (const one of garbage) one.remove()
    },
  }
}

/** The end of the name of a folder whose partition is deleted. */
export const deletedSuffix = '.deleted'

class RecoveringPartition {
  readonly #identity: PartitionIdentity
  readonly folder: string
  readonly #options: RecoveryOptions
  readonly #producers: ProducerState
  readonly #point: RecoveryPoint
  readonly #synced: KnownPlace
  /** Whether no checkpoint tells anything. */
  readonly #isUnknown: boolean
  readonly #readableEnds = new Map<Segment, bigint>()
  readonly #segments: Segment[]
  /** Segments that are deleted, although their files are still there. */
  readonly belowStart: readonly Segment[]

  constructor(
    { identity, folder, bases }: FoundFolder,
    { point, synced }: KnownPoints,
    options: RecoveryOptions,
  ) {
    this.#identity = identity
    this.folder = folder
    this.#options = options
    this.#producers = new ProducerState(options.limits)
    this.#isUnknown = point === undefined
    this.#point = pointOf(point, bases, this.#producers)
    const producers = new ProducerState(options.limits)
    const syncedPoint = pointOf(synced, bases, producers)
    this.#synced = { ...syncedPoint, producers: producers.encoded() }
    this.#segments = bases.map((base) => this.#segment(base))
    this.belowStart = this.#segments.splice(0, this.#countBelowStart())
  }

  /** Writes a batch of the journal to where it stood; what a checkpoint made sure of is left alone. */
  putBack(segmentBase: bigint, { baseOffset, position, batch }: PlacedBatch): void {
    if (baseOffset < this.#point.offset || this.#isThere(baseOffset)) return
    let segment = this.#segments.find((one) => one.baseOffset === segmentBase)
    if (segment === undefined) {
      segment = this.#segment(segmentBase)
      this.#segments.push(segment)
      this.#segments.sort((one, other) => (one.baseOffset < other.baseOffset ? -1 : 1))
    }
    segment.log.write(batch, position)
  }

  finish(): PartitionContents {
    const { segmentBase, startOffset, cleaned } = this.#point
    for (const segment of this.#segments) segment.sizeBytes = segment.log.size()
    let index = this.#segments.findIndex(({ baseOffset }) => baseOffset === segmentBase)
    if (index === -1) {
      if (this.#point.position > 0) throw this.#missing(segmentBase)
      // Its segment was empty, and so not worth a name on the disk before the power went.
      index = this.#segments.filter(({ baseOffset }) => baseOffset < segmentBase).length
      const segment = this.#segment(segmentBase)
      segment.log.truncate(0)
      this.#segments.splice(index, 0, segment)
    }
    for (const segment of this.#segments.slice(0, index)) {
      segment.uncheckedBytes = segment.sizeBytes
      segment.isFinished = true
      this.#noteUnsynced(segment)
    }
    const endOffset = this.#walk(index)
    return {
      identity: this.#identity,
      folder: this.folder,
      segments: this.#segments,
      startOffset,
      endOffset,
      producers: this.#producers,
      cleaned,
      synced: this.#synced,
    }
  }

  /** An earlier process may have written to it after the last sync. */
  #noteUnsynced(segment: Segment): void {
    if (this.#synced.offset === this.#point.offset) return
    if (segment.baseOffset < this.#synced.segmentBase) return
    segment.isUnsynced = true
    segment.nameUnsynced = true
  }

  /** Reads from the recovery point on; returns the offset after the last good batch. */
  #walk(index: number): bigint {
    let { offset } = this.#point
    for (let at = index; at < this.#segments.length; at++) {
      const segment = this.#segments[at] as Segment
      if (at > index && !this.#follows(segment, offset)) {
        this.#removeFrom(at)
        break
      }
      if (at > index) offset = segment.baseOffset
      const from = at === index ? this.#point.position : 0
      if (segment.sizeBytes < from) throw this.#missing(segment.baseOffset)
      offset = this.#walkSegment(segment, from, offset, at === index)
      if (at < this.#segments.length - 1) segment.finish()
    }
    return offset
  }

  /**
   * Without a checkpoint, what can be read is left alone: where compaction has been, the places
   * that the journal knows are those of other batches now.
   */
  #isThere(offset: bigint): boolean {
    if (!this.#isUnknown) return false
    const segment = this.#segments.findLast(({ baseOffset }) => baseOffset <= offset)
    if (segment === undefined) return false
    let end = this.#readableEnds.get(segment)
    if (end === undefined) {
      const from = { position: 0, offset: segment.baseOffset, mayHaveGaps: segment.mayHaveGaps }
      end = walkBatches(segment.log, from, segment.log.size(), () => {}).nextOffset
      this.#readableEnds.set(segment, end)
    }
    return offset < end
  }

  /** Whether a segment may come after this offset: compaction may have left out what was before it. */
  #follows({ baseOffset }: Segment, offset: bigint): boolean {
    return baseOffset === offset || (baseOffset > offset && baseOffset <= this.#gapsBelow)
  }

  get #gapsBelow(): bigint {
    return this.#point.cleaned.gapsBelow
  }

  #walkSegment(segment: Segment, from: number, offset: bigint, isFirst: boolean): bigint {
    const { clock, logger } = this.#options
    segment.uncheckedBytes = from
    // A name may be there since the process was killed, and not be on the disk yet.
    segment.nameUnsynced = true
    segment.resetTo(from, offset, isFirst ? this.#point.newest : undefined)
    const { sizeBytes } = segment
    const nowMs = clock.now()
    const { mayHaveGaps } = segment
    const start = { position: from, offset, mayHaveGaps }
    const end = walkBatches(segment.log, start, sizeBytes, (header, at) => {
      const lastOffset = header.baseOffset + BigInt(header.lastOffsetDelta)
      const { maxTimestamp } = header
      segment.note(at, header.sizeBytes, lastOffset, maxTimestamp, defaultPolicy.indexIntervalBytes)
      this.#producers.remember(header, header.baseOffset, nowMs)
    })
    if (!isFirst || end.position > from || end.position < sizeBytes) segment.isDirty = true
    this.#noteUnsynced(segment)
    if (end.position < sizeBytes) {
      segment.cut(end.position)
      const bytes = sizeBytes - end.position
      const { path } = segment.log
      logger.warn(
        `The end of a segment was torn: ${bytes} bytes that nobody was promised are cut.`,
        {
          path,
          bytes,
          why: end.wrong,
        },
      )
    }
    return end.nextOffset
  }

  #removeFrom(index: number): void {
    for (const segment of this.#segments.splice(index)) {
      this.#options.logger.warn('A segment behind a torn one is removed.', {
        path: segment.log.path,
        bytes: segment.sizeBytes,
      })
      segment.remove()
    }
  }

  #countBelowStart(): number {
    const { startOffset, segmentBase } = this.#point
    const kept = this.#segments.findLastIndex(
      ({ baseOffset }) => baseOffset <= startOffset && baseOffset <= segmentBase,
    )
    return Math.max(0, kept)
  }

  #segment(base: bigint): Segment {
    const { cache, window } = this.#options
    const segment = new Segment(cache, this.folder, base, window)
    segment.mayHaveGaps = base < this.#gapsBelow
    return segment
  }

  #missing(base: bigint) {
    const { path } = this.#segment(base).log
    return logError('missing-records', { path, position: this.#point.position })
  }
}

interface FoundFolder {
  readonly identity: PartitionIdentity
  readonly folder: string
  /** The base offsets of the segments in it. */
  readonly bases: readonly bigint[]
}

/** No point at all, or that of a partition which is younger than the checkpoint. */
type FoundPoint = EncodedPoint | 'new' | undefined

interface KnownPoints {
  /** Where recovery begins, … */
  readonly point: FoundPoint
  /** … and up to where a checkpoint has synced it: not beyond. */
  readonly synced: FoundPoint
}

function pointOf(found: FoundPoint, bases: readonly bigint[], producers: ProducerState) {
  if (found === undefined) return pointOfAll(bases)
  return found === 'new' ? pointAt(0n) : decodePoint(found, producers)
}

interface PlacedBatch {
  readonly baseOffset: bigint
  readonly position: number
  readonly batch: Buffer
}
