import assert from 'node:assert/strict'
import type { BatchHeader } from '../protocols/kafka/record-batch.ts'
import { type Captured, capture } from './capture.ts'
import { durableAlready, type Written } from './commit.ts'
import { logError } from './errors.ts'
import { GroupPlace } from './group-place.ts'
import { Mark } from './mark.ts'
import { type PartitionIdentity, partitionKey } from './partition-identity.ts'
import type { LogParts, PartitionContents } from './partition-parts.ts'
import { emptySlice, type LogSlice, PartitionReader } from './partition-reader.ts'
import { isSequenced, type ProducerInfo, type ProducerState } from './producer-state.ts'
import type { CleanedTo } from './recovery-points.ts'
import { countToDelete } from './retention.ts'
import { mustRoll } from './roll.ts'
import { Segment } from './segment.ts'
import type { PartitionPolicy } from './settings.ts'
import { stampAll } from './stamp-all.ts'
import { SyncedPoint } from './synced-point.ts'
import { newestRecord, offsetAtOrAfter, type TimedOffset } from './time-lookup.ts'

export interface Appended {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  /** Whether an idempotent producer sent it before; the offsets are those of then. */
  readonly duplicate: boolean
  /** Resolves when it may be acknowledged; shared by all that become durable together. */
  readonly durable: Promise<void>
}

/** One partition: segments in a row, of which the last one grows. */
export class PartitionLog {
  readonly identity: PartitionIdentity
  readonly keyBytes: Buffer
  readonly key: string
  /** Up to where it is appended, … */
  readonly end: Mark
  /** … and up to where it is durable. */
  readonly durable: Mark
  readonly folder: string
  policy: PartitionPolicy
  readonly #parts: LogParts
  readonly #segments: Segment[]
  /** Deleted segments whose files stay until that is durable. */
  readonly #leaving = new Set<Segment>()
  readonly #producers: ProducerState
  readonly #reader: PartitionReader
  /** What a burst has appended and not written yet, and where what is written ends. */
  #gathered: Written[] = []
  readonly #written: Mark
  #burstCommit: PromiseWithResolvers<void> | undefined
  readonly group: GroupPlace
  #startOffset: bigint
  /** Settles when the first offset is durable. */
  #startCheckpoint: Promise<void> = durableAlready
  #closedBytes: number
  #lastCommit: Promise<void> = durableAlready
  #isDeleted = false
  #cleaned: CleanedTo
  readonly #synced: SyncedPoint

  constructor(contents: PartitionContents, policy: PartitionPolicy, parts: LogParts) {
    this.identity = contents.identity
    this.keyBytes = partitionKey(contents.identity)
    this.key = this.keyBytes.toString('hex')
    this.policy = policy
    this.#parts = parts
    this.folder = contents.folder
    this.#segments = contents.segments
    this.#producers = contents.producers
    this.#startOffset = contents.startOffset
    this.#cleaned = contents.cleaned
    this.#synced = new SyncedPoint(contents.synced)
    const active = this.#active
    this.#closedBytes = this.#sumBytes() - active.sizeBytes
    const mark = () => new Mark(contents.endOffset, active, active.sizeBytes)
    this.end = mark()
    this.durable = mark()
    this.#written = mark()
    this.group = new GroupPlace(this.end)
    this.#reader = new PartitionReader(this.#segments, this.durable, parts.window)
  }

  get startOffset(): bigint {
    return this.#startOffset
  }

  /** The offset that is written next. */
  get endOffset(): bigint {
    return this.end.offset
  }

  /** Readers stop here: Kafka's high watermark. */
  get durableOffset(): bigint {
    return this.durable.offset
  }

  get sizeBytes(): number {
    return this.#closedBytes + this.#active.sizeBytes
  }

  get isDeleted(): boolean {
    return this.#isDeleted
  }

  /** The first offset that compaction has not seen. */
  get firstDirty(): bigint {
    return this.#cleaned.firstDirty
  }

  /** Segments that nothing is appended to and all of which is durable; never the log's last batch. */
  get closedSegments(): readonly Segment[] {
    const { segment, position } = this.durable
    const count = this.#segments.indexOf(segment) - (position === 0 ? 1 : 0)
    return this.#segments.slice(0, Math.max(0, count))
  }

  /** The base offset of the segment behind this one. */
  endOf(segment: Segment | undefined): bigint {
    const next = segment === undefined ? 0 : this.#segments.indexOf(segment) + 1
    return this.#segments[next]?.baseOffset ?? this.end.offset
  }

  configure(policy: PartitionPolicy): void {
    this.policy = policy
  }

  /**
   * Writes whole batches, which `checkBatches` accepted; base offset and leader epoch are stamped
   * into the buffer, which the caller has back on return, or at the end of the burst. Several batches
   * at once are none of an idempotent producer's: Kafka sends those one by one.
   * Errors: log-sealed, disk-full, partition-deleted, out-of-order-sequence, duplicate-sequence,
   * invalid-producer-epoch; in a burst, the first two of them by `durable`.
   */
  append(batches: Buffer, headers: readonly BatchHeader[]): Appended {
    const { seal, burst, clock } = this.#parts
    seal.check()
    if (this.#isDeleted) throw logError('partition-deleted', this.identity)
    const first = headers[0]
    assert(first !== undefined, 'an append has at least one batch')
    const rolls = () => mustRoll(this.end, this.policy, batches.length, headers)
    // What is gathered goes into the old segment; where that fails, it has not come before this.
    if (this.#gathered.length > 0 && rolls()) this.writeGathered()
    const sequenced = isSequenced(first)
    assert(!sequenced || headers.length === 1, 'batches with sequences come one by one')
    const repeated = sequenced ? this.#producers.check(first, clock.now()) : undefined
    if (repeated !== undefined) {
      const { baseOffset, lastOffset } = repeated
      return { baseOffset, lastOffset, duplicate: true, durable: this.#lastCommit }
    }

    if (rolls()) seal.guard(this.folder, () => this.#roll())
    const { offset: baseOffset, segment, position } = this.end
    const endOffset = stampAll(batches, headers, baseOffset)
    this.#gathered.push({ batches, headers, baseOffset, endOffset, segment, position })
    this.end.set(endOffset, segment, position + batches.length)
    if (sequenced) this.#producers.rememberForNow(first, baseOffset, clock.now())
    const durable = burst.isOpen ? this.#joinBurst() : this.#writeGathered()
    this.#lastCommit = durable
    return { baseOffset, lastOffset: endOffset - 1n, duplicate: false, durable }
  }

  /** Ends what a burst has gathered: written, or taken back as if it had never come. */
  writeGathered(): void {
    const commit = this.#burstCommit
    this.#burstCommit = undefined
    if (commit === undefined) return
    try {
      const durable = this.#writeGathered()
      // To follow a promise costs more than to keep one, and with durability `os` there is none to follow.
      if (durable === durableAlready) commit.resolve()
      else commit.resolve(durable)
    } catch (error) {
      commit.promise.catch(() => {}) // Whoever waits is told; maybe nobody does.
      commit.reject(error)
    }
  }

  /**
   * Whole batches from the one that contains `from`, up to the durable offset and `maxBytes`; with
   * `atLeastOne` the first batch even if it is larger. Throws offset-out-of-range, damaged-segment.
   */
  read(from: bigint, maxBytes: number, atLeastOne: boolean): LogSlice {
    if (from < this.#startOffset || from > this.end.offset) {
      throw this.#outOfRange(from)
    }
    return from >= this.durable.offset ? emptySlice : this.#reader.read(from, maxBytes, atLeastOne)
  }

  /** The first record whose timestamp is this one or later. */
  offsetAtOrAfter(timestampMs: bigint): TimedOffset | undefined {
    return offsetAtOrAfter(this.#segments, this.#startOffset, this.durable.offset, timestampMs)
  }

  /** The first of the records with the largest timestamp. */
  latestTimestamp(): TimedOffset | undefined {
    return newestRecord(this.#segments, this.#startOffset, this.durable.offset)
  }

  /**
   * Moves the first offset up and removes the segments below it; durable when it resolves to the
   * new first offset. Throws offset-out-of-range beyond the durable offset.
   */
  async deleteRecordsBefore(offset: bigint): Promise<bigint> {
    this.#parts.seal.check()
    if (offset > this.durable.offset || offset < 0n) throw this.#outOfRange(offset)
    const start = offset > this.#startOffset ? offset : this.#startOffset
    if (start === this.#startOffset) {
      await this.#startCheckpoint
      return start
    }
    const removed = this.#moveStart(start)
    this.#startCheckpoint = this.#parts.checkpoints.request().done
    await this.#startCheckpoint
    for (const segment of removed) {
      segment.remove()
      this.#leaving.delete(segment)
    }
    this.#parts.onDurable(this)
    return start
  }

  /** Deletes what retention says, whole segments only; resolves to how many. */
  async applyRetention(nowMs: number): Promise<number> {
    this.#producers.expire(nowMs)
    const ages = this.#segments.map((segment) => ({
      sizeBytes: segment.sizeBytes,
      newestMs: segment.newest === undefined ? undefined : Number(segment.newest.timestamp),
    }))
    let count = countToDelete(ages, this.policy, nowMs)
    if (count === this.#segments.length) {
      if (this.durable.offset < this.end.offset) count--
      else this.#roll()
    }
    const next = this.#segments[count]
    if (count === 0 || next === undefined || next.baseOffset > this.durable.offset) return 0
    await this.deleteRecordsBefore(next.baseOffset)
    return count
  }

  /** Compaction is about to leave offsets out; the next checkpoint says so. */
  expectGapsBelow(offset: bigint): void {
    if (offset > this.#cleaned.gapsBelow) this.#cleaned = { ...this.#cleaned, gapsBelow: offset }
    this.#parts.checkpoints.touch(this)
  }

  isCleanBelow(offset: bigint): void {
    this.#cleaned = { ...this.#cleaned, firstDirty: offset }
    this.#parts.checkpoints.touch(this)
  }

  /** Puts cleaned segments in the place of old ones; not if some of these were deleted meanwhile. */
  replaceSegments(old: readonly Segment[], cleaned: readonly Segment[]): boolean {
    const at = old[0] === undefined ? -1 : this.#segments.indexOf(old[0])
    if (at === -1) return false
    this.#segments.splice(at, old.length, ...cleaned)
    for (const segment of old) segment.remove()
    this.#closedBytes = this.#sumBytes() - this.#active.sizeBytes
    return true
  }

  producers(): Iterable<ProducerInfo> {
    return this.#producers
  }

  becomeDurable(mark: Mark): void {
    if (mark.offset > this.durable.offset) this.durable.copy(mark)
  }

  /** Syncs every segment that holds something between the durable offset and `end`. */
  async syncUpTo(end: Mark): Promise<void> {
    const from = this.#segments.indexOf(this.durable.segment)
    const segments = this.#segments
      .slice(Math.max(0, from))
      .filter(({ baseOffset }) => baseOffset < end.offset)
    const unnamed = segments.filter(({ nameUnsynced }) => nameUnsynced)
    for (const segment of segments) await segment.log.sync()
    if (unnamed.length === 0) return
    await this.#parts.cache.files.syncDirectory(this.folder)
    for (const segment of unnamed) segment.nameUnsynced = false
  }

  /** For a checkpoint. */
  capture(whole: boolean): Captured {
    const from = {
      partition: this,
      end: this.end,
      segments: this.#segments,
      startOffset: this.#startOffset,
      cleaned: this.#cleaned,
      producers: this.#producers.encoded(),
      syncedPoint: this.#synced,
    }
    return capture(from, whole)
  }

  /** Writes of its indexes that still wait; the log is about to be closed. */
  flushIndexes(): void {
    this.#active.flushIndexes()
  }

  /** Takes no more appends, keeps the promises given, lets go of its files: its folder goes. */
  async retire(): Promise<void> {
    this.#isDeleted = true
    await this.#lastCommit
    for (const segment of [...this.#segments, ...this.#leaving]) segment.forget()
  }

  get #active(): Segment {
    const active = this.#segments[this.#segments.length - 1]
    assert(active !== undefined, 'a partition has at least one segment')
    return active
  }

  #joinBurst(): Promise<void> {
    if (this.#burstCommit === undefined) {
      this.#burstCommit = Promise.withResolvers()
      this.#parts.burst.add(this)
    }
    return this.#burstCommit.promise
  }

  /** Writes what is gathered by one call; what fails leaves everything as it was before. */
  #writeGathered(): Promise<void> {
    const { seal, checkpoints, commit } = this.#parts
    const gathered = this.#gathered
    this.#gathered = []
    const { segment } = this.end
    try {
      seal.check()
      seal.guard(segment.log.path, () => segment.append(gathered, this.policy.indexIntervalBytes))
    } catch (error) {
      this.end.copy(this.#written)
      this.#producers.takeBack()
      throw error
    }
    this.#written.copy(this.end)
    this.#producers.keep()
    if (!segment.isDirty) {
      segment.isDirty = true
      checkpoints.touch(this)
    }
    // They become durable in their order: the promise of the last is one of all.
    let durable = durableAlready
    for (const one of gathered) durable = commit.add(this, one)
    return durable
  }

  #roll(): void {
    const active = this.#active
    const { cache, window } = this.#parts
    const segment = new Segment(cache, this.folder, this.end.offset, window)
    segment.log.truncate(0)
    segment.nameUnsynced = true
    active.finish()
    // Its indexes have their last entries now, which a checkpoint has to sync.
    active.isDirty = true
    this.#closedBytes += active.sizeBytes
    this.#segments.push(segment)
    segment.isDirty = true
    this.#synced.begin(segment.baseOffset, this.#producers.encoded())
    this.end.set(this.end.offset, segment, 0)
    this.#written.copy(this.end)
    this.#parts.checkpoints.touch(this)
  }

  /** Moves the first offset and takes out the segments that are wholly below it. */
  #moveStart(offset: bigint): Segment[] {
    this.#startOffset = offset
    this.#parts.checkpoints.touch(this)
    let count = 0
    while ((this.#segments[count + 1]?.baseOffset ?? offset + 1n) <= offset) count++
    const removed = this.#segments.splice(0, count)
    for (const segment of removed) this.#leaving.add(segment)
    this.#closedBytes = this.#sumBytes() - this.#active.sizeBytes
    return removed
  }

  #sumBytes(): number {
    return this.#segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }

  #outOfRange(offset: bigint) {
    const { topic, partition } = this.identity
    const range = { from: this.#startOffset, to: this.durable.offset }
    return logError('offset-out-of-range', { topic, partition, offset, ...range })
  }
}
