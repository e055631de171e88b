/**
 * What a table's version is made of: a list of manifests, each of which lists files. The tables that
 * are there have these schemas to the letter: who changes one, reads the old one as well.
 */

/** The numbers are Iceberg's, by which readers know the fields; what is optional is left out. */
const field = (name: string, id: number, type: unknown) => ({ name, type, 'field-id': id })

const dataFileSchema = {
  ...{ type: 'record', name: 'r2' },
  fields: [
    field('content', 134, 'int'),
    field('file_path', 100, 'string'),
    field('file_format', 101, 'string'),
    field('partition', 102, { type: 'record', name: 'r102', fields: [] }),
    field('record_count', 103, 'long'),
    field('file_size_in_bytes', 104, 'long'),
  ],
}

export const manifestSchema = {
  ...{ type: 'record', name: 'manifest_entry' },
  fields: [
    field('status', 0, 'int'),
    field('snapshot_id', 1, ['null', 'long']),
    field('sequence_number', 3, ['null', 'long']),
    field('file_sequence_number', 4, ['null', 'long']),
    field('data_file', 2, dataFileSchema),
  ],
}

export const manifestListSchema = {
  ...{ type: 'record', name: 'manifest_file' },
  fields: [
    field('manifest_path', 500, 'string'),
    field('manifest_length', 501, 'long'),
    field('partition_spec_id', 502, 'int'),
    field('content', 517, 'int'),
    field('sequence_number', 515, 'long'),
    field('min_sequence_number', 516, 'long'),
    field('added_snapshot_id', 503, 'long'),
    field('added_files_count', 504, 'int'),
    field('existing_files_count', 505, 'int'),
    field('deleted_files_count', 506, 'int'),
    field('added_rows_count', 512, 'long'),
    field('existing_rows_count', 513, 'long'),
    field('deleted_rows_count', 514, 'long'),
  ],
}

export const entryStatus = { existing: 0, added: 1 } as const

export interface ManifestEntry {
  readonly status: number
  readonly snapshot_id: bigint
  readonly sequence_number: bigint
  readonly file_sequence_number: bigint
  readonly data_file: {
    readonly content: number
    readonly file_path: string
    readonly file_format: string
    readonly partition: object
    readonly record_count: bigint
    readonly file_size_in_bytes: bigint
  }
}

export interface Manifest {
  readonly manifest_path: string
  readonly manifest_length: bigint
  readonly partition_spec_id: number
  readonly content: number
  readonly sequence_number: bigint
  readonly min_sequence_number: bigint
  readonly added_snapshot_id: bigint
  readonly added_files_count: number
  readonly existing_files_count: number
  readonly deleted_files_count: number
  readonly added_rows_count: bigint
  readonly existing_rows_count: bigint
  readonly deleted_rows_count: bigint
}

/** A manifest's line in the list. */
export function manifestOf(
  path: string,
  bytes: number,
  snapshot: { readonly id: bigint; readonly sequence: bigint },
  entries: readonly ManifestEntry[],
): Manifest {
  const added = entries.filter(({ status }) => status === entryStatus.added)
  const sequences = entries.map((entry) => entry.sequence_number)
  return {
    manifest_path: path,
    manifest_length: BigInt(bytes),
    ...{ partition_spec_id: 0, content: 0 },
    sequence_number: snapshot.sequence,
    min_sequence_number: sequences.reduce((least, one) => (one < least ? one : least)),
    added_snapshot_id: snapshot.id,
    ...{ added_files_count: added.length, existing_files_count: entries.length - added.length },
    deleted_files_count: 0,
    added_rows_count: rowsOf(added),
    existing_rows_count: rowsOf(entries) - rowsOf(added),
    deleted_rows_count: 0n,
  }
}

function rowsOf(entries: readonly ManifestEntry[]): bigint {
  return entries.reduce((sum, { data_file }) => sum + data_file.record_count, 0n)
}
