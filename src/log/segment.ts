import type { BatchHeader } from '../protocols/kafka/record-batch.ts'
import { CachedFile, type FileCache } from './cached-file.ts'
import type { HeaderWindow } from './header-window.ts'
import { OffsetIndex } from './offset-index.ts'
import { TimeIndex } from './time-index.ts'

/** The largest timestamp of a segment, and the last offset of the first batch that has it. */
export interface Newest {
  readonly timestamp: bigint
  readonly offset: bigint
}

/** What a search has to know of a batch. */
export interface HeaderFields {
  readonly baseOffset: bigint
  readonly lastOffset: bigint
  readonly maxTimestamp: bigint
  readonly sizeBytes: number
}

/** Batches that stand in one buffer, with their offsets in them. */
export interface StampedBatches {
  readonly batches: Buffer
  readonly headers: readonly BatchHeader[]
  readonly baseOffset: bigint
}

/** A piece of a partition: a file of batches, with its indexes beside it. */
export class Segment {
  readonly baseOffset: bigint
  readonly log: CachedFile
  sizeBytes = 0
  /** Batches before this position were written by an earlier process and not read since. */
  uncheckedBytes = 0
  /** Whether the names of its files may not be on the disk yet. */
  nameUnsynced = false
  removed = false
  /** Whether nothing is appended any more. */
  isFinished = false
  /** Whether it was written to since the checkpoint before. */
  isDirty = false
  /** Whether that checkpoint, or one of an earlier process, told of it and did not sync it. */
  isUnsynced = false
  /** Whether offsets are left out between its batches, as compaction does. */
  mayHaveGaps = false
  readonly #offsets: OffsetIndex
  readonly #times: TimeIndex
  readonly #window: HeaderWindow
  readonly #folder: string
  #sinceEntryBytes = 0
  #newest: Newest | undefined
  #firstTimestamp: bigint | undefined

  /** The suffix is that of files which are not yet, or not quite, a part of the partition. */
  constructor(
    cache: FileCache,
    folder: string,
    baseOffset: bigint,
    window: HeaderWindow,
    suffix = '',
  ) {
    const file = (kind: string) =>
      new CachedFile(cache, `${folder}/${segmentName(baseOffset)}.${kind}${suffix}`)
    this.baseOffset = baseOffset
    this.log = file('log')
    this.#offsets = new OffsetIndex(file('index'))
    this.#times = new TimeIndex(file('timeindex'))
    this.#window = window
    this.#folder = folder
  }

  /** Writes whole batches, stamped with offsets that follow each other; on failure none of them. */
  append(pieces: readonly StampedBatches[], indexIntervalBytes: number): void {
    let position = this.sizeBytes
    this.#window.forget()
    try {
      this.log.writeAll(
        pieces.map(({ batches }) => batches),
        position,
      )
    } catch (error) {
      this.log.truncate(position)
      throw error
    }
    for (const { headers, baseOffset } of pieces) {
      let offset = baseOffset
      for (const header of headers) {
        const lastOffset = offset + BigInt(header.lastOffsetDelta)
        this.note(position, header.sizeBytes, lastOffset, header.maxTimestamp, indexIntervalBytes)
        position += header.sizeBytes
        offset = lastOffset + 1n
      }
    }
    this.sizeBytes = position
  }

  /** Takes a batch that stands at this position into the indexes, each in its turn. */
  note(
    position: number,
    sizeBytes: number,
    lastOffset: bigint,
    maxTimestamp: bigint,
    indexIntervalBytes: number,
  ): void {
    if (this.#newest === undefined || maxTimestamp > this.#newest.timestamp) {
      this.#newest = { timestamp: maxTimestamp, offset: lastOffset }
    }
    if (position === 0) this.#firstTimestamp = maxTimestamp
    if (this.#sinceEntryBytes > indexIntervalBytes) {
      this.#offsets.add(this.#relative(lastOffset), position)
      this.#times.add(this.#newest.timestamp, this.#relative(this.#newest.offset))
      this.#sinceEntryBytes = 0
    }
    this.#sinceEntryBytes += sizeBytes
  }

  /** The position of the batch that holds this offset or, after a gap, the next one. */
  positionOf(offset: bigint): number {
    if (offset <= this.baseOffset) return 0
    let position = this.#positionBefore(offset)
    while (position < this.sizeBytes) {
      this.#window.mustLook(this, position)
      if (this.#window.lastOffset >= offset) break
      position += this.#window.sizeBytes
    }
    return position
  }

  /** The last end of a batch at or before `limit`, seen from a batch that starts at `position`. */
  batchEndWithin(position: number, limit: number): number {
    if (limit >= this.sizeBytes) return this.sizeBytes
    const entry = this.#trusted(() => this.#offsets.positionAtOrBefore(limit))
    let end = Math.max(position, entry)
    for (;;) {
      if (end >= limit) return end
      this.#window.mustLook(this, end)
      if (end + this.#window.sizeBytes > limit) return end
      end += this.#window.sizeBytes
    }
  }

  /** The header of the batch that stands at this position. */
  headerAt(position: number): HeaderFields {
    this.#window.mustLook(this, position)
    const { baseOffset, lastOffset, maxTimestamp, sizeBytes } = this.#window
    return { baseOffset, lastOffset, maxTimestamp, sizeBytes }
  }

  /** A position from which on a batch with this timestamp, or a later one, is found by walking. */
  positionBeforeTimestamp(timestamp: bigint): number {
    const entry = this.#times.before(timestamp)
    if (entry === undefined) return 0
    const position = this.positionOf(this.baseOffset + BigInt(entry.relativeOffset))
    if (this.#agrees(entry.timestamp, entry.relativeOffset, position)) return position
    this.#rebuildIndexes()
    return 0
  }

  get newest(): Newest | undefined {
    if (this.#newest === undefined && this.sizeBytes > 0) {
      const last = this.#times.last()
      const offset = this.baseOffset + BigInt(last?.relativeOffset ?? 0)
      if (
        last !== undefined &&
        this.#agrees(last.timestamp, last.relativeOffset, this.positionOf(offset))
      ) {
        this.#newest = { timestamp: last.timestamp, offset }
      } else {
        this.#rebuildIndexes()
      }
    }
    return this.#newest
  }

  /** The largest timestamp of its first batch, by which its age is counted. */
  get firstTimestamp(): bigint | undefined {
    if (this.#firstTimestamp === undefined && this.#window.look(this, 0)) {
      this.#firstTimestamp = this.#window.maxTimestamp
    }
    return this.#firstTimestamp
  }

  /** Nothing comes after: its indexes get their last entries and let go of their memory. */
  finish(): void {
    const newest = this.newest
    if (newest !== undefined) this.#times.add(newest.timestamp, this.#relative(newest.offset))
    this.#offsets.finish()
    this.#times.finish()
    this.isFinished = true
  }

  /** Goes back to a position that recovery trusts, with what was known there. */
  resetTo(position: number, offset: bigint, newest: Newest | undefined): void {
    this.#window.forget()
    this.sizeBytes = this.log.size()
    this.#newest = newest
    this.#offsets.truncate(position)
    this.#times.truncate(this.#relative(offset))
    const last = this.#offsets.count === 0 ? undefined : this.#offsets.at(this.#offsets.count - 1)
    this.#sinceEntryBytes = position - (last?.position ?? 0)
  }

  /** Cuts what stands at `position` and after it. */
  cut(position: number): void {
    this.#window.forget()
    this.log.truncate(position)
    this.sizeBytes = position
  }

  /** Renames its files, in place of those that have these names. */
  moveTo(suffix: string): void {
    const name = `${this.#folder}/${segmentName(this.baseOffset)}`
    this.log.moveTo(`${name}.log${suffix}`)
    this.#offsets.file.moveTo(`${name}.index${suffix}`)
    this.#times.file.moveTo(`${name}.timeindex${suffix}`)
  }

  flushIndexes(): void {
    this.#offsets.flush()
    this.#times.flush()
  }

  async syncIndexes(): Promise<void> {
    if (this.#offsets.count > 0) await this.#offsets.file.sync()
    if (this.#times.count > 0) await this.#times.file.sync()
  }

  get indexes(): { readonly offsets: OffsetIndex; readonly times: TimeIndex } {
    return { offsets: this.#offsets, times: this.#times }
  }

  /** Removes its files; once its folder goes, the path may be that of another segment. */
  remove(): void {
    if (this.removed) return
    this.removed = true
    this.#window.forget()
    for (const file of this.#files()) file.remove()
  }

  /** Its folder goes as a whole. */
  forget(): void {
    this.removed = true
    this.#window.forget()
    for (const file of this.#files()) file.forget()
  }

  #files(): CachedFile[] {
    return [this.log, this.#offsets.file, this.#times.file]
  }

  #positionBefore(offset: bigint): number {
    return this.#trusted(() => this.#offsets.atOrBefore(this.#relative(offset)))
  }

  /** The position of an index entry, if it agrees with the segment; else the index is made again. */
  #trusted(lookup: () => { relativeOffset: number; position: number } | undefined): number {
    const entry = lookup()
    if (entry === undefined) return 0
    if (this.#window.look(this, entry.position)) {
      if (this.#window.lastOffset === this.baseOffset + BigInt(entry.relativeOffset)) {
        return entry.position
      }
    }
    this.#rebuildIndexes()
    return lookup()?.position ?? 0
  }

  #agrees(timestamp: bigint, relativeOffset: number, position: number): boolean {
    return (
      this.#window.look(this, position) &&
      this.#window.lastOffset === this.baseOffset + BigInt(relativeOffset) &&
      this.#window.maxTimestamp === timestamp
    )
  }

  /** An index is only a hint: a wrong one is made again from the headers of the batches. */
  #rebuildIndexes(): void {
    this.#offsets.truncate(0)
    this.#times.truncate(0)
    this.#sinceEntryBytes = 0
    this.#newest = undefined
    for (let position = 0; position < this.sizeBytes; ) {
      this.#window.mustLook(this, position)
      const { sizeBytes, lastOffset, maxTimestamp } = this.#window
      this.note(position, sizeBytes, lastOffset, maxTimestamp, rebuiltIntervalBytes)
      position += sizeBytes
    }
  }

  #relative(offset: bigint): number {
    return Number(offset - this.baseOffset)
  }
}

const rebuiltIntervalBytes = 4096

/** Twenty digits, so that names sort as their offsets do. */
export function segmentName(baseOffset: bigint): string {
  return baseOffset.toString().padStart(20, '0')
}
