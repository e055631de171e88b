import type { CachedFile } from './cached-file.ts'
import { countWhile, EntryFile } from './entry-file.ts'

const entryBytes = 8

/** Where the batch stands whose last offset is `relativeOffset` (from the segment's base). */
export interface OffsetEntry {
  readonly relativeOffset: number
  readonly position: number
}

/** A segment's `.index`, in Kafka's layout: relative offset (int32) and position (int32). */
export class OffsetIndex {
  readonly #entries: EntryFile
  /** Where the last search ended. */
  #near = 0

  constructor(file: CachedFile) {
    this.#entries = new EntryFile(file, entryBytes)
  }

  get count(): number {
    return this.#entries.count
  }

  add(relativeOffset: number, position: number): void {
    const { target, at } = this.#entries.next()
    target.writeInt32BE(relativeOffset, at)
    target.writeInt32BE(position, at + 4)
  }

  at(index: number): OffsetEntry {
    const entry = this.#entries.entry(index)
    return { relativeOffset: entry.readInt32BE(0), position: entry.readInt32BE(4) }
  }

  /** The last entry whose offset is at most this one. */
  atOrBefore(relativeOffset: number): OffsetEntry | undefined {
    const count = countWhile(
      this.count,
      this.#near,
      (index) => this.#entries.entry(index).readInt32BE(0) <= relativeOffset,
    )
    this.#near = count
    return count === 0 ? undefined : this.at(count - 1)
  }

  /** The last entry whose position is at most this one. */
  positionAtOrBefore(position: number): OffsetEntry | undefined {
    const count = this.#countBefore(position + 1)
    return count === 0 ? undefined : this.at(count - 1)
  }

  /** Forgets the entries of batches that stand at `position` or after it. */
  truncate(position: number): void {
    this.#entries.truncate(this.#countBefore(position))
  }

  flush(): void {
    this.#entries.flush()
  }

  finish(): void {
    this.#entries.finish()
  }

  get file(): CachedFile {
    return this.#entries.file
  }

  #countBefore(position: number): number {
    this.#near = countWhile(
      this.count,
      this.#near,
      (index) => this.#entries.entry(index).readInt32BE(4) < position,
    )
    return this.#near
  }
}
