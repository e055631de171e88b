import { randomUUID } from 'node:crypto'
import type { ConnectSchema } from '../../../connect/kit/index.ts'
import type { Store } from '../stores/index.ts'
import { expire } from './expiry.ts'
import { metadataKey } from './keys.ts'
import {
  entryStatus,
  type Manifest,
  type ManifestEntry,
  manifestListSchema,
  manifestOf,
  manifestSchema,
} from './manifests.ts'
import {
  currentSnapshot,
  newSnapshotId,
  type Snapshot,
  summaryOf,
  type TableMetadata,
} from './metadata.ts'
import { decodeRecords, encodeRecords } from './records-file.ts'
import { grown, nameMapping, type TableSchema } from './table-schema.ts'

/** A file that is to be in a table. */
export interface TableFile {
  readonly key: string
  readonly schema: ConnectSchema
  readonly records: number
}

/** So many manifests with few files are put together into one. */
const mostSmallManifests = 100
/** One with so many files is left alone. */
const fewFiles = 10_000

/** A table with some more files, in the making: its manifests are there before anybody sees it. */
export class NextVersion {
  readonly #store: Store
  readonly #folder: string
  readonly #before: TableMetadata
  readonly #nowMs: number
  readonly #written: string[] = []
  readonly #unneeded: string[] = []

  constructor(store: Store, folder: string, before: TableMetadata, nowMs: number) {
    this.#store = store
    this.#folder = folder
    this.#before = before
    this.#nowMs = nowMs
  }

  /** The metadata, which makes it the table's version when it gets its name. */
  async write(
    version: number,
    files: readonly TableFile[],
    properties: Readonly<Record<string, string>>,
  ): Promise<Buffer> {
    const before = this.#withColumns(files, properties)
    const snapshot = { id: newSnapshotId(), sequence: before['last-sequence-number'] + 1 }
    const added = await Promise.all(files.map((file) => this.#entryOf(file, snapshot)))
    const manifests = await this.#manifestsWith(added, snapshot, before.schemas.at(-1))
    const list = await this.#write('list', manifestListSchema, {}, manifests)
    const sum = (of: (entry: ManifestEntry) => bigint) =>
      Number(added.reduce((total, entry) => total + of(entry), 0n))
    const parent = currentSnapshot(before)
    const next: Snapshot = {
      'snapshot-id': snapshot.id,
      ...(parent && { 'parent-snapshot-id': parent['snapshot-id'] }),
      ...{ 'sequence-number': snapshot.sequence, 'timestamp-ms': this.#nowMs },
      ...{ 'manifest-list': list.uri, 'schema-id': before['current-schema-id'] },
      summary: summaryOf(parent, {
        files: added.length,
        records: sum(({ data_file }) => data_file.record_count),
        bytes: sum(({ data_file }) => data_file.file_size_in_bytes),
      }),
    }
    const table = await this.#expired({
      ...before,
      'last-sequence-number': snapshot.sequence,
      'last-updated-ms': this.#nowMs,
      'current-snapshot-id': snapshot.id,
      snapshots: [...before.snapshots, next],
      'snapshot-log': [
        ...before['snapshot-log'],
        { 'timestamp-ms': this.#nowMs, 'snapshot-id': snapshot.id },
      ],
      'metadata-log': [...before['metadata-log'], ...this.#logOf(version)],
    })
    const refs = { main: { 'snapshot-id': snapshot.id, type: 'branch' } }
    return Buffer.from(JSON.stringify({ ...table, refs }))
  }

  /** Another one has become the version instead. */
  async removeWritten(): Promise<void> {
    for (const key of this.#written) await this.#store.remove(key)
  }

  /** It is the version; what none that is kept needs can go. */
  async removeUnneeded(): Promise<void> {
    for (const key of this.#unneeded) await this.#store.remove(key)
  }

  #withColumns(
    files: readonly TableFile[],
    properties: Readonly<Record<string, string>>,
  ): TableMetadata {
    const table = this.#before
    const current = table.schemas.find((one) => one['schema-id'] === table['current-schema-id'])
    let columns = { fields: current?.fields ?? [], lastColumnId: table['last-column-id'] }
    for (const { schema } of files) columns = grown(columns.fields, schema, columns.lastColumnId)
    const isSame = JSON.stringify(columns.fields) === JSON.stringify(current?.fields)
    const id = Math.max(...table.schemas.map((one) => one['schema-id'])) + 1
    return {
      ...table,
      'last-column-id': columns.lastColumnId,
      ...(!isSame && {
        schemas: [...table.schemas, { type: 'struct', 'schema-id': id, fields: columns.fields }],
        'current-schema-id': id,
      }),
      properties: {
        ...table.properties,
        ...properties,
        'schema.name-mapping.default': JSON.stringify(nameMapping(columns.fields)),
      },
    }
  }

  async #entryOf(
    { key, records }: TableFile,
    { id, sequence }: { readonly id: number; readonly sequence: number },
  ): Promise<ManifestEntry> {
    return {
      status: entryStatus.added,
      snapshot_id: BigInt(id),
      ...{ sequence_number: BigInt(sequence), file_sequence_number: BigInt(sequence) },
      data_file: {
        ...{ content: 0, file_path: this.#store.uriOf(key), file_format: 'PARQUET', partition: {} },
        record_count: BigInt(records),
        file_size_in_bytes: BigInt(await this.#store.sizeOf(key)),
      },
    }
  }

  /** Those of the version before and one for what is added, in which many small ones may go up. */
  async #manifestsWith(
    added: readonly ManifestEntry[],
    { id, sequence }: { readonly id: number; readonly sequence: number },
    schema: TableSchema | undefined,
  ): Promise<Manifest[]> {
    const before = await this.#listOf(currentSnapshot(this.#before))
    const small = before.filter((one) => filesIn(one) < fewFiles)
    const merged = small.length >= mostSmallManifests ? small : []
    const existing: ManifestEntry[] = []
    for (const { manifest_path } of merged) {
      for (const entry of await this.#read<ManifestEntry>(manifestSchema, manifest_path)) {
        existing.push({ ...entry, status: entryStatus.existing })
      }
    }
    const entries = [...existing, ...added]
    const metadata = {
      ...{ schema: JSON.stringify(schema), 'partition-spec': '[]' },
      ...{ 'partition-spec-id': '0', 'format-version': '2', content: 'data' },
    }
    const { uri, bytes } = await this.#write('manifest', manifestSchema, metadata, entries)
    const snapshot = { id: BigInt(id), sequence: BigInt(sequence) }
    const kept = before.filter((one) => !merged.includes(one))
    return [...kept, manifestOf(uri, bytes, snapshot, entries)]
  }

  async #expired(table: TableMetadata): Promise<TableMetadata> {
    const expired = expire(table, this.#nowMs)
    if (expired.snapshots.length === 0) return table
    const needed = new Set<string>()
    for (const { manifest_path } of await this.#listOf(expired.table.snapshots[0])) {
      needed.add(manifest_path)
    }
    const unneeded = new Set(expired.metadata)
    for (const snapshot of expired.snapshots) {
      unneeded.add(snapshot['manifest-list'])
      for (const { manifest_path } of await this.#listOf(snapshot)) {
        if (!needed.has(manifest_path)) unneeded.add(manifest_path)
      }
    }
    this.#unneeded.push(...[...unneeded].map((uri) => this.#keyOf(uri)))
    return expired.table
  }

  async #listOf(snapshot: Snapshot | undefined): Promise<Manifest[]> {
    if (snapshot === undefined) return []
    return await this.#read<Manifest>(manifestListSchema, snapshot['manifest-list'])
  }

  async #read<Row>(schema: object, uri: string): Promise<Row[]> {
    const key = this.#keyOf(uri)
    const bytes = await this.#store.read(key)
    if (bytes === undefined) throw new Error(`'${key}' is missing, which the table needs`)
    return decodeRecords<Row>(schema, bytes, key)
  }

  async #write(
    kind: string,
    schema: object,
    metadata: Readonly<Record<string, string>>,
    records: readonly object[],
  ): Promise<{ uri: string; bytes: number }> {
    const key = `${this.#folder}/metadata/${randomUUID()}-${kind}.avro`
    const bytes = encodeRecords(schema, metadata, records)
    await this.#store.create(key, bytes)
    this.#written.push(key)
    return { uri: this.#store.uriOf(key), bytes: bytes.length }
  }

  #logOf(version: number) {
    if (version === 0) return []
    const uri = this.#store.uriOf(metadataKey(this.#folder, version))
    return [{ 'timestamp-ms': this.#before['last-updated-ms'], 'metadata-file': uri }]
  }

  #keyOf(uri: string): string {
    return `${this.#folder}${uri.slice(this.#before.location.length)}`
  }
}

function filesIn({ added_files_count, existing_files_count }: Manifest): number {
  return added_files_count + existing_files_count
}
