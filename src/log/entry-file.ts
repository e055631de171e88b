import { systemCode } from '../base/errors.ts'
import type { CachedFile } from './cached-file.ts'

/** How many entries wait in memory before they are written: those of 2 MiB of log by default. */
const waitingEntries = 512

/**
 * An index file: entries of one size, in order. New ones wait in memory and are written in pieces;
 * an index is never synced before an acknowledgement, since it can be made again from its segment.
 * Whoever uses an entry therefore has to check it against the segment.
 */
export class EntryFile {
  readonly file: CachedFile
  readonly #entryBytes: number
  readonly #entry: Buffer
  #waiting: Buffer | undefined
  #waitingCount = 0
  #writtenCount: number | undefined

  constructor(file: CachedFile, entryBytes: number) {
    this.file = file
    this.#entryBytes = entryBytes
    this.#entry = Buffer.alloc(entryBytes)
  }

  get count(): number {
    return this.#written() + this.#waitingCount
  }

  /** A place for one more entry, for the caller to fill at once: the buffer, from the position on. */
  next(): { target: Buffer; at: number } {
    if (this.#waitingCount === waitingEntries) this.#flushOrForget()
    this.#waiting ??= Buffer.alloc(waitingEntries * this.#entryBytes)
    return { target: this.#waiting, at: this.#waitingCount++ * this.#entryBytes }
  }

  /** The bytes of an entry, valid until the next call. */
  entry(index: number): Buffer {
    const written = this.#written()
    if (index >= written && this.#waiting !== undefined) {
      const at = (index - written) * this.#entryBytes
      return this.#waiting.subarray(at, at + this.#entryBytes)
    }
    this.file.read(this.#entry, 0, this.#entryBytes, index * this.#entryBytes)
    return this.#entry
  }

  /** On a full disk the entries go on waiting. */
  flush(): void {
    if (this.#waiting === undefined || this.#waitingCount === 0) return
    const written = this.#written()
    const bytes = this.#waiting.subarray(0, this.#waitingCount * this.#entryBytes)
    try {
      this.file.write(bytes, written * this.#entryBytes)
    } catch (error) {
      if (systemCode(error) === 'ENOSPC') return
      throw error
    }
    this.#writtenCount = written + this.#waitingCount
    this.#waitingCount = 0
  }

  /** Writes what waits and lets go of the memory: no more entries are expected. */
  finish(): void {
    this.#flushOrForget()
    this.#waiting = undefined
  }

  truncate(count: number): void {
    if (count === this.count) return
    this.#flushOrForget()
    this.file.truncate(count * this.#entryBytes)
    this.#writtenCount = count
  }

  /** What a full disk does not take is left out: a search then walks further. */
  #flushOrForget(): void {
    this.flush()
    this.#waitingCount = 0
  }

  #written(): number {
    this.#writtenCount ??= Math.floor(this.file.size() / this.#entryBytes)
    return this.#writtenCount
  }
}

/** The number of leading entries that `holds` is true for, it being true up to some entry. */
export function countWhile(count: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}
