import { RetriableError, type SourceRecord } from '../../../connect/kit/index.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { AdoptedTable, TableShape } from '../dialects/log.ts'
import type { Reading, Row, Session } from '../session.ts'
import type { RowSettings } from '../source/settings.ts'
import { namesQuotedBy, plainName } from '../table-name.ts'
import { readingOffset, type TableState, tablePartition } from './offsets.ts'
import { RowRecords } from './records.ts'

/** A table that was read to its end. */
export interface ReadTable {
  readonly adopted: AdoptedTable
  readonly state: TableState
}

/** A poll ends when its rows have so many bytes, however few they are. */
export const mostBatchBytes = 8 * 1024 * 1024

interface OpenTable {
  readonly adopted: AdoptedTable
  readonly reading: Reading
  readonly records: RowRecords
  rows: number
}

/** So many rows are taken at a time until a batch is full, by their number or by their bytes. */
const stepRows = 50

/** Reads the rows that tables have, all of them as they were at one instant. */
export class FirstRows {
  readonly #session: Session
  readonly #dialect: Dialect
  readonly #settings: RowSettings
  readonly #database: string
  #tables: readonly AdoptedTable[] = []
  #snapshot: TableState['snapshot'] = {}
  #open: OpenTable | undefined

  constructor(session: Session, dialect: Dialect, settings: RowSettings, database: string) {
    this.#session = session
    this.#dialect = dialect
    this.#settings = settings
    this.#database = database
  }

  async begin(tables: readonly AdoptedTable[]): Promise<void> {
    this.#snapshot = await this.#dialect.log.beginSnapshot(this.#session)
    this.#tables = tables
  }

  /** What the tables would have been read up to, without reading them. */
  unread(): readonly ReadTable[] {
    return this.#tables.map((adopted) => this.#done(adopted))
  }

  get isEnd(): boolean {
    return this.#tables.length === 0
  }

  /** The next rows, and the table if they were its last. */
  async next(): Promise<{ records: readonly SourceRecord[]; done: ReadTable | undefined }> {
    this.#open ??= await this.#openNext()
    const open = this.#open
    const { rows, isEnd } = await batchOf(open.reading, this.#settings.batchRows)
    const sourcePartition = tablePartition(this.#database, open.adopted.table)
    const records = rows.map((row) => {
      open.rows += 1
      const progress = { sourcePartition, sourceOffset: readingOffset(open.rows) }
      return open.records.row(row, progress)
    })
    if (!isEnd) return { records, done: undefined }
    await open.reading.close()
    this.#open = undefined
    this.#tables = this.#tables.slice(1)
    return { records, done: this.#done(open.adopted) }
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  async #openNext(): Promise<OpenTable> {
    const [adopted] = this.#tables as readonly [AdoptedTable]
    const { table } = adopted
    const names = namesQuotedBy(this.#dialect.mark, true)
    const told = await this.#session.ask(this.#dialect.log.columns(table))
    if (told.length === 0) throw new RetriableError(`Table ${plainName(table)} is gone meanwhile.`)
    const listed = told.map(([name]) => names.column(`${name}`)).join()
    const sql = `SELECT ${listed} FROM ${names.table(table)}`
    const reading = await this.#session.read({ sql })
    const keys = told.flatMap(([, isKey], place) => (isKey === '1' ? [place] : []))
    const shape: TableShape = { table, columns: reading.columns, keys }
    return { adopted, reading, records: new RowRecords(shape, this.#settings), rows: 0 }
  }

  #done(adopted: AdoptedTable): ReadTable {
    const { identity } = adopted
    return { adopted, state: { identity, snapshot: this.#snapshot } }
  }
}

async function batchOf(reading: Reading, mostRows: number) {
  const rows: Row[] = []
  let bytes = 0
  while (rows.length < mostRows && bytes < mostBatchBytes) {
    const wanted = Math.min(stepRows, mostRows - rows.length)
    const some = await reading.next(wanted)
    rows.push(...some)
    for (const row of some) bytes += bytesOf(row)
    if (some.length < wanted) return { rows, isEnd: true }
  }
  return { rows, isEnd: false }
}

function bytesOf(row: Row): number {
  return row.reduce((bytes, value) => bytes + (value?.length ?? 0), 0)
}
