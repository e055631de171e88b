import type { Files, OpenFile } from '../base/files.ts'

/**
 * Keeps a bounded number of files open: a log has more segments than a process may have
 * descriptors. The file that is unused for longest is closed first.
 */
export class FileCache {
  readonly files: Files
  readonly #most: number
  readonly #open = new Set<CachedFile>()
  #uses = 0

  constructor(files: Files, most: number) {
    this.files = files
    this.#most = most
  }

  get openCount(): number {
    return this.#open.size
  }

  nextUse(): number {
    return ++this.#uses
  }

  opened(file: CachedFile): void {
    if (this.#open.size >= this.#most) this.#oldestIdle()?.close()
    this.#open.add(file)
  }

  closed(file: CachedFile): void {
    this.#open.delete(file)
  }

  closeAll(): void {
    for (const file of [...this.#open]) file.close()
  }

  #oldestIdle(): CachedFile | undefined {
    let oldest: CachedFile | undefined
    for (const file of this.#open) {
      if (!file.busy && (oldest === undefined || file.lastUse < oldest.lastUse)) oldest = file
    }
    return oldest
  }
}

/** A file that is opened when it is used. */
export class CachedFile {
  lastUse = 0
  readonly #cache: FileCache
  #path: string
  #file: OpenFile | undefined
  #syncs = 0
  #removed = false

  constructor(cache: FileCache, path: string) {
    this.#cache = cache
    this.#path = path
  }

  get path(): string {
    return this.#path
  }

  /** Whether a sync is in flight, so that the descriptor has to stay. */
  get busy(): boolean {
    return this.#syncs > 0
  }

  size(): number {
    return this.#file?.size() ?? this.#cache.files.sizeOf(this.path) ?? 0
  }

  read(target: Uint8Array, at: number, length: number, position: number): number {
    return this.#opened(false).read(target, at, length, position)
  }

  /** Creates the file where it is absent. */
  write(source: Uint8Array, position: number): void {
    this.#opened(true).write(source, position)
  }

  /** The same of pieces that follow each other. */
  writeAll(sources: readonly Uint8Array[], position: number): void {
    const file = this.#opened(true)
    const [first] = sources
    if (sources.length === 1 && first !== undefined) file.write(first, position)
    else file.writeAll(sources, position)
  }

  truncate(size: number): void {
    this.#opened(true).truncate(size)
  }

  async sync(): Promise<void> {
    if (this.#removed) return
    const file = this.#opened(false)
    this.#syncs++
    try {
      await file.sync()
    } finally {
      this.#syncs--
      if (this.#removed) this.close()
    }
  }

  /** Gives the file another name, in place of what has it; one that was never written has none. */
  moveTo(path: string): void {
    const { files } = this.#cache
    if (files.exists(this.#path)) files.rename(this.#path, path)
    this.#path = path
  }

  /** Removes the file from the disk. */
  remove(): void {
    this.forget()
    this.#cache.files.remove(this.path)
  }

  /** The file goes, or has gone, with its folder: a later sync has nothing to do. */
  forget(): void {
    this.#removed = true
    this.close()
  }

  close(): void {
    if (this.busy) return
    this.#file?.close()
    this.#file = undefined
    this.#cache.closed(this)
  }

  #opened(create: boolean): OpenFile {
    this.lastUse = this.#cache.nextUse()
    if (this.#file === undefined) {
      this.#file = this.#cache.files.open(this.path, { create })
      this.#cache.opened(this)
    }
    return this.#file
  }
}
