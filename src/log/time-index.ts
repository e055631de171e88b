import type { CachedFile } from './cached-file.ts'
import { countWhile, EntryFile } from './entry-file.ts'

const entryBytes = 12

/** The largest timestamp so far, and the last offset of the first batch that has it. */
export interface TimeEntry {
  readonly timestamp: bigint
  readonly relativeOffset: number
}

/** A segment's `.timeindex`, in Kafka's layout: timestamp (int64) and relative offset (int32). */
export class TimeIndex {
  readonly #entries: EntryFile

  constructor(file: CachedFile) {
    this.#entries = new EntryFile(file, entryBytes)
  }

  get count(): number {
    return this.#entries.count
  }

  /** Timestamps that do not grow add nothing. */
  add(timestamp: bigint, relativeOffset: number): void {
    const last = this.last()
    if (last !== undefined && timestamp <= last.timestamp) return
    const { target, at } = this.#entries.next()
    target.writeBigInt64BE(timestamp, at)
    target.writeInt32BE(relativeOffset, at + 8)
  }

  at(index: number): TimeEntry {
    const entry = this.#entries.entry(index)
    return { timestamp: entry.readBigInt64BE(0), relativeOffset: entry.readInt32BE(8) }
  }

  last(): TimeEntry | undefined {
    return this.count === 0 ? undefined : this.at(this.count - 1)
  }

  /** The last entry whose timestamp is below this one. */
  before(timestamp: bigint): TimeEntry | undefined {
    const count = countWhile(
      this.count,
      this.count >>> 1,
      (index) => this.#entries.entry(index).readBigInt64BE(0) < timestamp,
    )
    return count === 0 ? undefined : this.at(count - 1)
  }

  /** Forgets the entries of batches that end at `relativeOffset` or after it. */
  truncate(relativeOffset: number): void {
    const kept = countWhile(
      this.count,
      this.count >>> 1,
      (index) => this.#entries.entry(index).readInt32BE(8) < relativeOffset,
    )
    this.#entries.truncate(kept)
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
}
