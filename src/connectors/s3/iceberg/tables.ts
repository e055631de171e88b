import type { Clock } from '../../../base/clock.ts'
import { RetriableError, type TopicPartition } from '../../../connect/kit/index.ts'
import type { Store } from '../stores/index.ts'
import { hintKey, metadataKey } from './keys.ts'
import { emptyTable, type TableMetadata } from './metadata.ts'
import { NextVersion, type TableFile } from './next-version.ts'

/** Tasks that commit at the same time come after each other; who has lost so often tries again later. */
const mostAttempts = 20

/** The tables of a lake, each in a folder of its own such as `topics/readings`. */
export class IcebergTables {
  readonly #store: Store
  readonly #clock: Clock

  constructor({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
    this.#store = store
    this.#clock = clock
  }

  /**
   * Makes files part of a table, all at the same moment. Nothing happens where it has the records of
   * this partition up to `next` already.
   */
  async append(
    folder: string,
    source: TopicPartition,
    next: bigint,
    files: readonly TableFile[],
  ): Promise<void> {
    const property = `leat.next.${source.topic}-${source.partition}`
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const { version, table } = await this.#current(folder)
      if (BigInt(table.properties[property] ?? 0) >= next) return
      const nowMs = this.#clock.now()
      const after = new NextVersion(this.#store, folder, table, nowMs)
      const bytes = await after.write(version, files, { [property]: `${next}` })
      if (await this.#isWritten(metadataKey(folder, version + 1), bytes)) {
        await this.#hint(folder, version + 1)
        await after.removeUnneeded()
        return
      }
      await after.removeWritten()
    }
    throw new RetriableError(
      `Others have changed the table in '${folder}' ${mostAttempts} times meanwhile`,
    )
  }

  /** The hint may be behind, where somebody died between a version and its hint. */
  async #current(folder: string): Promise<{ version: number; table: TableMetadata }> {
    const hint = await this.#store.read(hintKey(folder))
    let version = Number(hint?.toString() ?? 0)
    let found = version === 0 ? undefined : await this.#version(folder, version)
    for (;;) {
      const newer = await this.#version(folder, version + 1)
      if (newer === undefined) break
      version += 1
      found = newer
    }
    return { version, table: found ?? emptyTable(this.#store.uriOf(folder), this.#clock.now()) }
  }

  /** A request whose answer got lost is made again, and then finds what it wrote itself. */
  async #isWritten(key: string, bytes: Buffer): Promise<boolean> {
    if (await this.#store.create(key, bytes)) return true
    return (await this.#store.read(key))?.equals(bytes) ?? false
  }

  async #version(folder: string, version: number): Promise<TableMetadata | undefined> {
    const bytes = await this.#store.read(metadataKey(folder, version))
    return bytes === undefined ? undefined : (JSON.parse(`${bytes}`) as TableMetadata)
  }

  /** Somebody who is late may not leave a hint to an older version than another one did. */
  async #hint(folder: string, version: number): Promise<void> {
    for (let last = version; ; last += 1) {
      const upload = this.#store.upload(hintKey(folder), false)
      await upload.write([Buffer.from(`${last}`)])
      await upload.complete()
      if ((await this.#version(folder, last + 1)) === undefined) return
    }
  }
}
