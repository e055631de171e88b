import { systemCode } from '../base/errors.ts'
import type { CachedFile } from './cached-file.ts'

/** How many entries wait in memory before they are written: those of 2 MiB of log by default. */
const waitingEntries = 512

/** Reads go through it: a search looks at neighbours, and each look at the file is a system call. */
const windowBytes = 4096

/** One for all indexes, so that ten thousand of them take no more memory than one. */
const window = {
  owner: undefined as EntryFile | undefined,
  bytes: Buffer.alloc(windowBytes),
  from: 0,
  length: 0,
}

/**
 * An index file: entries of one size, in order. New ones wait in memory and are written in pieces;
 * an index is never synced before an acknowledgement, since it can be made again from its segment.
 * Whoever uses an entry therefore has to check it against the segment.
 */
export class EntryFile {
  readonly file: CachedFile
  readonly #entryBytes: number
  #waiting: Buffer | undefined
  #waitingCount = 0
  #writtenCount: number | undefined

  constructor(file: CachedFile, entryBytes: number) {
    this.file = file
    this.#entryBytes = entryBytes
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
    const at = index * this.#entryBytes
    if (
      window.owner !== this ||
      at < window.from ||
      at + this.#entryBytes > window.from + window.length
    ) {
      this.#look(at)
    }
    return window.bytes.subarray(at - window.from, at - window.from + this.#entryBytes)
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
    if (window.owner === this) window.owner = undefined
  }

  /** Looks at what is around an entry: some before it, more behind it. */
  #look(at: number): void {
    const before = Math.floor(windowBytes / 4 / this.#entryBytes) * this.#entryBytes
    window.owner = undefined
    window.from = Math.max(0, at - before)
    // Not beyond the entries that count: what else the file has may be overwritten later.
    const most = Math.min(windowBytes, this.#written() * this.#entryBytes - window.from)
    window.length = this.file.read(window.bytes, 0, most, window.from)
    window.owner = this
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

/**
 * The number of leading entries that `holds` is true for, it being true up to some entry. The
 * search begins at `near` and widens from there: where a reader goes on, the answer is close by.
 */
export function countWhile(count: number, near: number, holds: (index: number) => boolean): number {
  let low = 0
  let high = count
  let step = 64
  let at = Math.min(near, count - 1)
  while (low < high) {
    if (holds(at)) {
      low = at + 1
      at += step
    } else {
      high = at
      at -= step
    }
    step *= 2
    if (at < low || at >= high) at = (low + high) >>> 1
  }
  return low
}
