/**
 * A disk in memory that keeps to the contract of `Files` and not one inch more: bytes are durable
 * after the `sync` of their file, names after the `syncDirectory` of their folder. `powerLoss`
 * returns the disk that a machine may find after it: what was synced and, by chance, any part of
 * what was not, torn at sectors of 512 bytes. Failures are injected by `failing`.
 */
import { dirname } from 'node:path'
import type { Files, OpenFile, OpenHow } from '../files.ts'
import { between, type Random } from '../random.ts'

type Operation = 'open' | 'write' | 'truncate' | 'sync' | 'rename' | 'remove' | 'syncDirectory'

/** Says with which code (`EIO`, `ENOSPC`, `EACCES`) an operation on a path fails, if it does. */
export type Failing = (operation: Operation, path: string) => string | undefined

const sectorBytes = 512

export class FaultyFiles implements Files {
  failing: Failing = () => undefined
  /** Called before and after each sync of a file or a folder: the moments at which to lose power. */
  atSync: (moment: 'before' | 'after', path: string) => void = () => {}
  /** Called with every read of a file. */
  atRead: (path: string, bytes: number) => void = () => {}
  syncCount = 0
  #root = new Folder()

  open(path: string, how: OpenHow = {}): OpenFile {
    this.#mayFail('open', path)
    const folder = this.#folderOf(path)
    const name = path.slice(path.lastIndexOf('/') + 1)
    let node = folder.entries.get(name)
    if (node instanceof Folder) throw failure('EISDIR', 'open', path)
    if (node !== undefined && how.exclusive) throw failure('EEXIST', 'open', path)
    if (node === undefined) {
      if (!how.create && !how.exclusive) throw failure('ENOENT', 'open', path)
      node = new Contents()
      folder.change([[name, node]])
    }
    return new FaultyFile(this, path, node)
  }

  exists(path: string): boolean {
    return this.#find(path) !== undefined
  }

  sizeOf(path: string): number | undefined {
    const node = this.#find(path)
    return node instanceof Contents ? node.size : undefined
  }

  list(folder: string): string[] {
    const node = this.#find(folder)
    return node instanceof Folder ? [...node.entries.keys()].sort() : []
  }

  makeFolder(path: string): void {
    this.#mayFail('open', path)
    if (this.exists(path)) return
    if (!this.exists(dirname(path))) this.makeFolder(dirname(path))
    this.#folderOf(path).change([[nameOf(path), new Folder()]])
  }

  rename(from: string, to: string): void {
    this.#mayFail('rename', from)
    const node = this.#find(from)
    if (node === undefined) throw failure('ENOENT', 'rename', from)
    if (dirname(from) !== dirname(to)) throw failure('EXDEV', 'rename', from)
    this.#folderOf(to).change([
      [nameOf(to), node],
      [nameOf(from), undefined],
    ])
  }

  remove(path: string): void {
    this.#mayFail('remove', path)
    if (this.exists(path)) this.#folderOf(path).change([[nameOf(path), undefined]])
  }

  async syncDirectory(path: string): Promise<void> {
    const node = this.#find(path)
    if (!(node instanceof Folder)) throw failure('ENOENT', 'syncDirectory', path)
    await this.syncing(
      'syncDirectory',
      path,
      () => node.changeCount,
      (count) => node.sync(count),
    )
  }

  /** What may be found after a power loss now; this disk stays as it is. */
  powerLoss(random: Random): FaultyFiles {
    const found = new FaultyFiles()
    found.#root = this.#root.afterPowerLoss(random, new Map())
    return found
  }

  /** What a process finds that was killed and started again: all of it. */
  copy(): FaultyFiles {
    const found = new FaultyFiles()
    found.#root = this.#root.copy(new Map())
    return found
  }

  /** Overwrites bytes as a failing device does: at once, behind everybody's back. */
  damage(path: string, position: number, bytes: Uint8Array): void {
    const node = this.#find(path)
    if (!(node instanceof Contents)) throw failure('ENOENT', 'damage', path)
    node.write(bytes, position)
    node.sync(node.changeCount)
  }

  mayFail(operation: Operation, path: string): void {
    this.#mayFail(operation, path)
  }

  /** What was written when a sync is asked for is durable when it ends; what comes later is not. */
  async syncing<State>(
    operation: 'sync' | 'syncDirectory',
    path: string,
    begin: () => State,
    end: (state: State) => void,
  ): Promise<void> {
    this.atSync('before', path)
    const state = begin()
    await new Promise((resolve) => setImmediate(resolve))
    this.#mayFail(operation, path)
    end(state)
    this.syncCount++
    this.atSync('after', path)
  }

  #mayFail(operation: Operation, path: string): void {
    const code = this.failing(operation, path)
    if (code !== undefined) throw failure(code, operation, path)
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root
    for (const name of path.split('/').filter((part) => part !== '')) {
      node = node instanceof Folder ? node.entries.get(name) : undefined
    }
    return node
  }

  #folderOf(path: string): Folder {
    const folder = this.#find(dirname(path))
    if (!(folder instanceof Folder)) throw failure('ENOENT', 'open', path)
    return folder
  }
}

class FaultyFile implements OpenFile {
  readonly path: string
  readonly #files: FaultyFiles
  readonly #contents: Contents
  #isOpen = true

  constructor(files: FaultyFiles, path: string, contents: Contents) {
    this.#files = files
    this.path = path
    this.#contents = contents
  }

  size(): number {
    return this.#use().size
  }

  read(target: Uint8Array, at: number, length: number, position: number): number {
    const { bytes, size } = this.#use()
    const count = Math.max(0, Math.min(length, size - position))
    target.set(bytes.subarray(position, position + count), at)
    this.#files.atRead(this.path, count)
    return count
  }

  write(source: Uint8Array, position: number): void {
    try {
      this.#files.mayFail('write', this.path)
    } catch (error) {
      // A disk that gets full has taken a part.
      this.#use().write(source.subarray(0, source.length >> 1), position)
      throw error
    }
    this.#use().write(source, position)
  }

  writeAll(sources: readonly Uint8Array[], position: number): void {
    this.write(Buffer.concat(sources), position)
  }

  truncate(size: number): void {
    this.#files.mayFail('truncate', this.path)
    this.#use().truncate(size)
  }

  async sync(): Promise<void> {
    const contents = this.#use()
    const count = () => contents.changeCount
    await this.#files.syncing('sync', this.path, count, (changes) => contents.sync(changes))
  }

  close(): void {
    this.#use()
    this.#isOpen = false
  }

  #use(): Contents {
    if (!this.#isOpen) throw failure('EBADF', 'use', this.path)
    return this.#contents
  }
}

type Change = { readonly position: number; readonly bytes: Buffer } | { readonly size: number }

/** A file's bytes as they are, and the changes since they were synced. */
class Contents {
  bytes: Buffer = Buffer.alloc(0)
  size = 0
  changes: Change[] = []
  #synced: Buffer = Buffer.alloc(0)
  #syncedCount = 0

  write(source: Uint8Array, position: number): void {
    if (source.length === 0) return
    const change = { position, bytes: Buffer.from(source) }
    this.#apply(change)
    this.changes.push(change)
  }

  truncate(size: number): void {
    this.#apply({ size })
    this.changes.push({ size })
  }

  get changeCount(): number {
    return this.#syncedCount + this.changes.length
  }

  /** Makes the first `count` of all changes durable, those of syncs that ended before among them. */
  sync(count: number): void {
    const synced = Contents.of(this.#synced)
    const fresh = this.changes.splice(0, Math.max(0, count - this.#syncedCount))
    for (const change of fresh) synced.#apply(change)
    this.#syncedCount += fresh.length
    this.#synced = synced.bytes.subarray(0, synced.size)
  }

  afterPowerLoss(random: Random): Contents {
    const found = Contents.of(this.#synced)
    const luck = random.next()
    for (const change of this.changes) {
      if ('size' in change) {
        if (random.next() < luck) found.#apply(change)
        continue
      }
      for (const part of sectors(change)) if (random.next() < luck) found.#apply(part)
    }
    // The new size may have reached the disk without the bytes, which then are zeros; or not.
    const largest = Math.max(found.size, this.size)
    const smallest = Math.min(this.#synced.length, this.size)
    if (random.next() < 0.3) found.#apply({ size: between(random, smallest, largest) })
    return Contents.of(found.bytes.subarray(0, found.size))
  }

  copy(): Contents {
    const found = Contents.of(this.#synced)
    for (const change of this.changes) found.#apply(change)
    found.changes = [...this.changes]
    found.#synced = this.#synced
    return found
  }

  static of(bytes: Buffer): Contents {
    const contents = new Contents()
    contents.bytes = Buffer.from(bytes)
    contents.size = bytes.length
    contents.#synced = bytes
    return contents
  }

  #apply(change: Change): void {
    if ('size' in change) {
      this.#reserve(change.size)
      this.bytes.fill(0, Math.min(this.size, change.size), Math.max(this.size, change.size))
      this.size = change.size
      return
    }
    const end = change.position + change.bytes.length
    this.#reserve(end)
    change.bytes.copy(this.bytes, change.position)
    this.size = Math.max(this.size, end)
  }

  #reserve(size: number): void {
    if (size <= this.bytes.length) return
    const larger = Buffer.alloc(Math.max(size, this.bytes.length * 2))
    this.bytes.copy(larger)
    this.bytes = larger
  }
}

type Node = Folder | Contents
type NameChange = readonly (readonly [name: string, node: Node | undefined])[]

/** A folder's names as they are, and the changes since they were synced. */
class Folder {
  entries = new Map<string, Node>()
  changes: NameChange[] = []
  #synced = new Map<string, Node>()
  #syncedCount = 0

  change(change: NameChange): void {
    applyNames(this.entries, change)
    this.changes.push(change)
  }

  get changeCount(): number {
    return this.#syncedCount + this.changes.length
  }

  sync(count: number): void {
    const fresh = this.changes.splice(0, Math.max(0, count - this.#syncedCount))
    for (const change of fresh) applyNames(this.#synced, change)
    this.#syncedCount += fresh.length
  }

  /** `seen` keeps one node that has two names for a moment one node. */
  afterPowerLoss(random: Random, seen: Map<Node, Node>): Folder {
    const names = new Map(this.#synced)
    for (const change of this.changes) if (random.next() < 0.5) applyNames(names, change)
    return Folder.of(
      names,
      (node) => {
        const found =
          node instanceof Folder ? node.afterPowerLoss(random, seen) : node.afterPowerLoss(random)
        return remember(seen, node, found)
      },
      seen,
    )
  }

  copy(seen: Map<Node, Node>): Folder {
    const copied = (node: Node) =>
      seen.get(node) ?? remember(seen, node, node instanceof Folder ? node.copy(seen) : node.copy())
    const found = new Folder()
    for (const [name, node] of this.entries) found.entries.set(name, copied(node))
    for (const [name, node] of this.#synced) found.#synced.set(name, copied(node))
    found.changes = this.changes.map((change) =>
      change.map(([name, node]) => [name, node === undefined ? undefined : copied(node)] as const),
    )
    return found
  }

  static of(names: Map<string, Node>, found: (node: Node) => Node, seen: Map<Node, Node>): Folder {
    const folder = new Folder()
    for (const [name, node] of names) folder.entries.set(name, seen.get(node) ?? found(node))
    folder.#synced = new Map(folder.entries)
    return folder
  }
}

function applyNames(names: Map<string, Node>, change: NameChange): void {
  for (const [name, node] of change) {
    if (node === undefined) names.delete(name)
    else names.set(name, node)
  }
}

function remember(seen: Map<Node, Node>, node: Node, found: Node): Node {
  seen.set(node, found)
  return found
}

function* sectors(change: { position: number; bytes: Buffer }) {
  let at = 0
  while (at < change.bytes.length) {
    const position = change.position + at
    const length = Math.min(sectorBytes - (position % sectorBytes), change.bytes.length - at)
    yield { position, bytes: change.bytes.subarray(at, at + length) }
    at += length
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function failure(code: string, operation: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${operation} '${path}'`), { code })
}
