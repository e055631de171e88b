/**
 * A disk that is read and never written: what is written, renamed and removed is so in memory alone,
 * on top of what is there. So a log can be opened as it would be after a crash, and left as it was.
 */
import { basename, dirname, join } from 'node:path'
import { systemCode } from './errors.ts'
import type { Files, OpenFile, OpenHow } from './files.ts'

const pageBytes = 64 * 1024

/** More than all that the recovery of a log writes; behind it the disk counts as full. */
const mostPages = 4096

export function unwrittenFiles(below: Files): Files {
  return new UnwrittenFiles(below)
}

class UnwrittenFiles implements Files {
  readonly #below: Files
  /** What was written, also without a change yet. */
  readonly #written = new Map<string, Contents>()
  readonly #folders = new Set<string>()
  /** What there is on the disk below, and here no longer, with all that is inside of it. */
  readonly #gone = new Set<string>()
  readonly #room = { pages: mostPages }

  constructor(below: Files) {
    this.#below = below
  }

  open(path: string, { create, exclusive, readOnly }: OpenHow = {}): OpenFile {
    const isThere = this.exists(path)
    if (isThere && exclusive) throw systemError('EEXIST', path)
    if (!isThere && !create && !exclusive) throw systemError('ENOENT', path)
    if (readOnly && !this.#written.has(path)) return this.#below.open(path, { readOnly })
    return new UnwrittenFile(path, this.#contentsOf(path))
  }

  exists(path: string): boolean {
    return this.#written.has(path) || this.#folders.has(path) || this.#isBelow(path)
  }

  sizeOf(path: string): number | undefined {
    const written = this.#written.get(path)
    if (written !== undefined) return written.size
    return this.#isBelow(path) ? this.#below.sizeOf(path) : undefined
  }

  list(folder: string): string[] {
    const below = this.#isGone(folder) ? [] : this.#below.list(folder)
    const here = [...this.#written.keys(), ...this.#folders].filter(
      (path) => dirname(path) === folder,
    )
    const names = [
      ...below.filter((name) => !this.#gone.has(join(folder, name))),
      ...here.map((path) => basename(path)),
    ]
    return [...new Set(names)].sort()
  }

  makeFolder(path: string): void {
    for (let folder = path; !this.exists(folder); folder = dirname(folder)) {
      this.#folders.add(folder)
    }
  }

  rename(from: string, to: string): void {
    if (this.#isFolder(from)) {
      this.makeFolder(to)
      for (const name of this.list(from)) this.rename(join(from, name), join(to, name))
    } else {
      this.#written.set(to, this.#contentsOf(from))
    }
    this.remove(from)
  }

  remove(path: string): void {
    const isInside = (known: string) => known === path || known.startsWith(`${path}/`)
    for (const known of [...this.#written.keys()]) if (isInside(known)) this.#written.delete(known)
    for (const known of [...this.#folders]) if (isInside(known)) this.#folders.delete(known)
    this.#gone.add(path)
  }

  async syncDirectory(): Promise<void> {
    // There is nothing that could be lost.
  }

  #contentsOf(path: string): Contents {
    const known = this.#written.get(path)
    if (known !== undefined) return known
    const isBelow = this.#isBelow(path)
    const contents = new Contents(this.#room, {
      size: isBelow ? (this.#below.sizeOf(path) ?? 0) : 0,
      open: () => this.#below.open(path, { readOnly: true }),
    })
    this.#written.set(path, contents)
    return contents
  }

  #isFolder(path: string): boolean {
    if (this.#written.has(path) || this.#folders.has(path)) return this.#folders.has(path)
    try {
      this.#below.list(path)
      return true
    } catch (error) {
      if (systemCode(error) === 'ENOTDIR') return false
      throw error
    }
  }

  #isBelow(path: string): boolean {
    return !this.#isGone(path) && this.#below.exists(path)
  }

  #isGone(path: string): boolean {
    for (let one = path; one !== dirname(one); one = dirname(one)) {
      if (this.#gone.has(one)) return true
    }
    return false
  }
}

/** The bytes of a file: pages that were written, and below them those of the disk. */
class Contents {
  size: number
  readonly #room: { pages: number }
  readonly #open: () => OpenFile
  /** So much of the disk's bytes still counts. */
  #belowBytes: number
  readonly #pages = new Map<number, Buffer>()
  #users = 0
  #below: OpenFile | undefined

  constructor(room: { pages: number }, below: { size: number; open: () => OpenFile }) {
    this.#room = room
    this.#open = below.open
    this.#belowBytes = below.size
    this.size = below.size
  }

  use(): void {
    this.#users++
  }

  /** The file below is held open for as long as anybody here has this one open. */
  leave(): void {
    this.#users--
    if (this.#users > 0) return
    this.#below?.close()
    this.#below = undefined
  }

  read(target: Uint8Array, at: number, length: number, position: number): number {
    const end = Math.min(this.size, position + length)
    for (let from = position; from < end; ) {
      const [page, offset] = [Math.floor(from / pageBytes), from % pageBytes]
      const count = Math.min(pageBytes - offset, end - from)
      const into = target.subarray(at + from - position, at + from - position + count)
      const written = this.#pages.get(page)
      if (written === undefined) this.#readBelow(into, from)
      else into.set(written.subarray(offset, offset + count))
      from += count
    }
    return Math.max(0, end - position)
  }

  write(source: Uint8Array, position: number): void {
    for (let done = 0; done < source.length; ) {
      const from = position + done
      const offset = from % pageBytes
      const count = Math.min(pageBytes - offset, source.length - done)
      this.#pageFor(Math.floor(from / pageBytes)).set(source.subarray(done, done + count), offset)
      done += count
    }
    this.size = Math.max(this.size, position + source.length)
  }

  truncate(size: number): void {
    const [last, kept] = [Math.floor(size / pageBytes), size % pageBytes]
    for (const [page, bytes] of this.#pages) {
      if (page > last) this.#pages.delete(page)
      else if (page === last) bytes.fill(0, kept)
    }
    this.#belowBytes = Math.min(this.#belowBytes, size)
    this.size = size
  }

  #pageFor(page: number): Buffer {
    const known = this.#pages.get(page)
    if (known !== undefined) return known
    if (this.#room.pages === 0) throw systemError('ENOSPC', 'memory')
    this.#room.pages--
    const bytes = Buffer.alloc(pageBytes)
    this.#readBelow(bytes, page * pageBytes)
    this.#pages.set(page, bytes)
    return bytes
  }

  /** What the disk does not have is zeros. */
  #readBelow(target: Uint8Array, position: number): void {
    const length = Math.max(0, Math.min(target.length, this.#belowBytes - position))
    if (length > 0) {
      this.#below ??= this.#open()
      this.#below.read(target, 0, length, position)
    }
    target.fill(0, length)
  }
}

class UnwrittenFile implements OpenFile {
  readonly path: string
  readonly #contents: Contents

  constructor(path: string, contents: Contents) {
    this.path = path
    this.#contents = contents
    contents.use()
  }

  size(): number {
    return this.#contents.size
  }

  read(target: Uint8Array, at: number, length: number, position: number): number {
    return this.#contents.read(target, at, length, position)
  }

  write(source: Uint8Array, position: number): void {
    this.#contents.write(source, position)
  }

  writeAll(sources: readonly Uint8Array[], position: number): void {
    this.#contents.write(Buffer.concat(sources), position)
  }

  truncate(size: number): void {
    this.#contents.truncate(size)
  }

  async sync(): Promise<void> {
    // There is nothing that could be lost.
  }

  close(): void {
    this.#contents.leave()
  }
}

function systemError(code: 'EEXIST' | 'ENOENT' | 'ENOSPC', path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
