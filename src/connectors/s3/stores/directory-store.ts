import { randomUUID } from 'node:crypto'
import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
} from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemCode } from '../../../base/errors.ts'
import { RetriableError } from '../../../connect/kit/index.ts'
import type { Store, Upload } from './store.ts'

/** Where files are written before they get their names; readers of the lake do not look there. */
const partsFolder = '.leat-parts'
/** Parts this old were left behind by a crash. */
const staleMs = 24 * 60 * 60 * 1000

/** Objects as files: they get their name when they are whole and on the disk. */
export class DirectoryStore implements Store {
  readonly #root: string

  private constructor(root: string) {
    this.#root = root
  }

  /** `file:///var/lake`, or relative to where leat was started: `file:./lake`. */
  static async open(url: string, now: number): Promise<DirectoryStore> {
    const root = url.startsWith('file:/') ? fileURLToPath(url) : resolve(url.slice('file:'.length))
    const parts = join(root, partsFolder)
    await mkdir(parts, { recursive: true })
    for (const name of await readdir(parts)) {
      const { mtimeMs } = await stat(join(parts, name)).catch(() => ({ mtimeMs: now }))
      if (now - mtimeMs > staleMs) await rm(join(parts, name), { force: true })
    }
    return new DirectoryStore(root)
  }

  async read(key: string): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#path(key))
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw unavailable(error)
    }
  }

  async create(key: string, bytes: Buffer): Promise<boolean> {
    const file = new FileUpload(this.#root, this.#path(key), true)
    await file.write([bytes])
    return await file.named()
  }

  upload(key: string, once: boolean): Upload {
    return new FileUpload(this.#root, this.#path(key), once)
  }

  async sizeOf(key: string): Promise<number> {
    try {
      return (await stat(this.#path(key))).size
    } catch (error) {
      throw unavailable(error)
    }
  }

  uriOf(key: string): string {
    return `file://${this.#path(key)}`
  }

  async tag(): Promise<void> {
    throw new Error('The files of a directory have no tags')
  }

  async remove(key: string): Promise<void> {
    await rm(this.#path(key), { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  #path(key: string): string {
    const path = resolve(this.#root, key)
    if (path.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)) return path
    throw new Error(`The name '${key}' leads out of the directory ${this.#root}`)
  }
}

class FileUpload implements Upload {
  readonly #part: string
  readonly #path: string
  readonly #once: boolean
  #opening: Promise<FileHandle> | undefined
  /** A write that fails halfway is made again at the same place. */
  #size = 0

  constructor(root: string, path: string, once: boolean) {
    this.#part = join(root, partsFolder, randomUUID())
    this.#path = path
    this.#once = once
  }

  async write(pieces: readonly Buffer[]): Promise<void> {
    try {
      this.#opening ??= open(this.#part, 'wx')
      const handle = await this.#opening
      const bytes = Buffer.concat(pieces)
      for (let from = 0; from < bytes.length; ) {
        const at = this.#size + from
        from += (await handle.write(bytes, from, bytes.length - from, at)).bytesWritten
      }
      this.#size += bytes.length
    } catch (error) {
      throw unavailable(error)
    }
  }

  async complete(): Promise<void> {
    await this.named()
  }

  /** Whether the name was free. */
  async named(): Promise<boolean> {
    try {
      this.#opening ??= open(this.#part, 'wx')
      const handle = await this.#opening
      await handle.datasync()
      const folder = dirname(this.#path)
      const made = await mkdir(folder, { recursive: true })
      const isNew = await this.#name()
      await syncFolders(folder, made)
      await handle.close()
      return isNew
    } catch (error) {
      throw unavailable(error)
    }
  }

  async abort(): Promise<void> {
    const handle = await this.#opening?.catch(() => undefined)
    await handle?.close().catch(() => undefined)
    await rm(this.#part, { force: true })
  }

  async #name(): Promise<boolean> {
    if (!this.#once) {
      await rename(this.#part, this.#path)
      return true
    }
    try {
      await link(this.#part, this.#path)
      return true
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
      return false
    } finally {
      await rm(this.#part, { force: true })
    }
  }
}

/** Makes the name durable, and the names of folders that were made for it. */
async function syncFolders(folder: string, firstMade: string | undefined): Promise<void> {
  const highest = firstMade === undefined ? folder : dirname(firstMade)
  for (let at = folder; ; at = dirname(at)) {
    const handle = await open(at, 'r')
    await handle.sync()
    await handle.close()
    if (at === highest || at === dirname(at)) return
  }
}

function unavailable(cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new RetriableError(`The directory cannot be used: ${why}`, { cause })
}
