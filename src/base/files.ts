/**
 * The disk as a parameter. Data is written and read synchronously (it goes to and comes from the
 * page cache, which measures a third less CPU than going through the thread pool); only what waits
 * for the device is asynchronous: `sync` and `syncDirectory`.
 *
 * The faulty twin in `testing/faulty-files.ts` forgets what was not synced and tears what was in
 * flight, so the contract is the one of a real disk: a file's bytes survive a power loss after its
 * `sync`, its name (created, renamed, removed) after `syncDirectory` of its folder.
 */
import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  writevSync,
} from 'node:fs'
import { promisify } from 'node:util'

export interface Files {
  /** Opens a file for reading and writing. */
  open(path: string, how?: OpenHow): OpenFile
  exists(path: string): boolean
  /** The size of a file in bytes, or nothing if it is not there. */
  sizeOf(path: string): number | undefined
  /** The names inside a folder; none if there is no such folder. */
  list(folder: string): string[]
  makeFolder(path: string): void
  rename(from: string, to: string): void
  /** Removes a file or a whole folder; nothing happens if it is not there. */
  remove(path: string): void
  /** Makes the names in a folder durable. */
  syncDirectory(path: string): Promise<void>
}

export interface OpenHow {
  /** Makes the file where it is absent; else it must exist. */
  readonly create?: boolean
  /** Makes the file, and fails with `EEXIST` if it is there. */
  readonly exclusive?: boolean
  readonly readOnly?: boolean
}

export interface OpenFile {
  readonly path: string
  size(): number
  /** Reads up to `length` bytes at `position` into `target`; returns how many there were. */
  read(target: Uint8Array, at: number, length: number, position: number): number
  /** Writes all the bytes at `position`, growing the file where needed. */
  write(source: Uint8Array, position: number): void
  /** Writes the pieces one after the other from `position` on. */
  writeAll(sources: readonly Uint8Array[], position: number): void
  truncate(size: number): void
  /** Resolves once all bytes written before the call are on the device. */
  sync(): Promise<void>
  close(): void
}

const fdatasyncAsync = promisify(fdatasync)
const fsyncAsync = promisify(fsync)

export const systemFiles: Files = {
  open(path, how = {}) {
    return new SystemFile(path, openSync(path, flagsOf(how), 0o640))
  },
  exists: (path) => statSync(path, { throwIfNoEntry: false }) !== undefined,
  sizeOf: (path) => statSync(path, { throwIfNoEntry: false })?.size,
  list(folder) {
    return systemFiles.exists(folder) ? readdirSync(folder).sort() : []
  },
  makeFolder(path) {
    mkdirSync(path, { recursive: true, mode: 0o750 })
  },
  rename: renameSync,
  remove(path) {
    rmSync(path, { recursive: true, force: true })
  },
  async syncDirectory(path) {
    const descriptor = openSync(path, 'r')
    try {
      await fsyncAsync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  },
}

function flagsOf({ create = false, exclusive = false, readOnly = false }: OpenHow): number {
  if (readOnly) return constants.O_RDONLY
  if (exclusive) return constants.O_RDWR | constants.O_CREAT | constants.O_EXCL
  return constants.O_RDWR | (create ? constants.O_CREAT : 0)
}

class SystemFile implements OpenFile {
  readonly path: string
  readonly #descriptor: number

  constructor(path: string, descriptor: number) {
    this.path = path
    this.#descriptor = descriptor
  }

  size(): number {
    return fstatSync(this.#descriptor).size
  }

  read(target: Uint8Array, at: number, length: number, position: number): number {
    let done = 0
    while (done < length) {
      const count = readSync(this.#descriptor, target, at + done, length - done, position + done)
      if (count === 0) break
      done += count
    }
    return done
  }

  write(source: Uint8Array, position: number): void {
    let done = 0
    while (done < source.length) {
      done += writeSync(this.#descriptor, source, done, source.length - done, position + done)
    }
  }

  writeAll(sources: readonly Uint8Array[], position: number): void {
    const length = sources.reduce((sum, { length }) => sum + length, 0)
    if (writevSync(this.#descriptor, sources as Uint8Array[], position) === length) return
    this.write(Buffer.concat(sources), position)
  }

  truncate(size: number): void {
    ftruncateSync(this.#descriptor, size)
  }

  async sync(): Promise<void> {
    await fdatasyncAsync(this.#descriptor)
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}
