/** The topics of a lake as tables of SQL. */
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'

export interface LakeTable {
  readonly name: string
  readonly folder: string
  /** How the names of its files end, and how many there are of each. */
  readonly endings: ReadonlyMap<string, number>
}

/** What reads files by how their names end: those of values have the offset's last digit before it. */
const readers: Readonly<Record<string, string>> = {
  '.parquet': 'read_parquet',
  '.snappy.parquet': 'read_parquet',
  '.gzip.parquet': 'read_parquet',
  '.zstd.parquet': 'read_parquet',
  '.json': 'read_json',
  '.json.gz': 'read_json',
  '.json.zst': 'read_json',
  '.avro': 'read_avro',
}
const endings = Object.keys(readers)

/** Topics without a file that can be read are passed over; so is a folder that is not there yet. */
export async function lakeTables(folder: string): Promise<LakeTable[]> {
  const tables: LakeTable[] = []
  for (const entry of await entriesOf(folder)) {
    if (!entry.isDirectory() || entry.name.startsWith('_')) continue
    const place = join(folder, entry.name)
    const counted = await countEndings(place)
    if (counted.size > 0) tables.push({ name: entry.name, folder: place, endings: counted })
  }
  return tables.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The statement that makes SQL know a table: files of all schemas together, folders as columns. */
export function viewOf({ name, folder, endings }: LakeTable): string {
  const patterns = Map.groupBy(endings.keys(), (ending) => readers[ending] ?? '')
  const parts = [...patterns].map(([reader, some]) => {
    const paths = some.map((ending) => text(`${literal(folder)}/**/*[0-9]${ending}`))
    const union = reader === 'read_avro' ? '' : ', union_by_name = true, hive_partitioning = true'
    return `SELECT * FROM ${reader}([${paths.join(', ')}]${union})`
  })
  return `CREATE VIEW ${identifier(name)} AS ${parts.join(' UNION ALL BY NAME ')}`
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

async function countEndings(folder: string): Promise<Map<string, number>> {
  const counted = new Map<string, number>()
  for (const name of await readdir(folder, { recursive: true })) {
    const ending = endings.find((one) => name.endsWith(one) && isValue(name.slice(0, -one.length)))
    if (ending !== undefined) counted.set(ending, (counted.get(ending) ?? 0) + 1)
  }
  return counted
}

/** Files of keys and headers end otherwise. */
function isValue(name: string): boolean {
  return /\d$/.test(name)
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** A path whose characters mean nothing else to DuckDB's patterns. */
function literal(path: string): string {
  return path.replace(/[*?[]/g, '[$&]')
}
