import type { Dialect } from '../dialects/dialect.ts'
import { jdbcError } from '../errors.ts'
import type { ResultColumn, Session } from '../session.ts'
import { namesQuotedBy, plainName, type TableName } from '../table-name.ts'
import type { SourceSettings } from './settings.ts'
import type { Readable } from './table-reader.ts'

/** Looks at a table, or at the query, and finds the columns that tell its new rows. */
export async function readableOf(
  table: TableName | undefined,
  session: Session,
  dialect: Dialect,
  settings: SourceSettings,
): Promise<Readable> {
  const names = namesQuotedBy(dialect.mark, settings.quoted)
  const from = table === undefined ? `(${settings.query}) AS asked` : names.table(table)
  const name = table === undefined ? 'the query' : plainName(table)
  const columns = await columnsOf(session, from)
  const { mode } = settings
  const timestamps = mode.startsWith('timestamp')
    ? settings.timestampColumns(name).map((column) => columnOf(column, columns, name))
    : []
  const incrementing = mode.endsWith('incrementing')
    ? columnOf(await numberColumn(table, name, session, dialect, settings), columns, name)
    : undefined
  if (settings.validateNonNull && table !== undefined) {
    if (incrementing?.optional) throw nullable(name, incrementing.name)
    const [first] = timestamps
    if (first !== undefined && timestamps.every(({ optional }) => optional)) {
      throw nullable(name, first.name)
    }
  }
  return {
    ...{ table, name },
    topic: settings.topicPrefix + (table?.name ?? ''),
    selected: {
      ...{ mode, from, suffix: settings.suffix, placeholder: dialect.source.placeholder },
      timestamps: timestamps.map((column) => names.column(column.name)),
      incrementing: incrementing === undefined ? '' : names.column(incrementing.name),
    },
    timestampColumns: timestamps,
    incrementingColumn: incrementing?.name,
  }
}

async function columnsOf(session: Session, from: string): Promise<readonly ResultColumn[]> {
  const nothing = await session.read({ sql: `SELECT * FROM ${from} WHERE 1 = 0` })
  await nothing.next(1)
  await nothing.close()
  return nothing.columns
}

/** By its name, or else by it in other letters if just one fits. */
function columnOf(wanted: string, columns: readonly ResultColumn[], table: string): ResultColumn {
  const exact = columns.find(({ name }) => name === wanted)
  const alike = columns.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  const column = exact ?? (alike.length === 1 ? alike[0] : undefined)
  if (column === undefined) throw jdbcError('column-missing', { table, column: wanted })
  return column
}

async function numberColumn(
  table: TableName | undefined,
  name: string,
  session: Session,
  dialect: Dialect,
  settings: SourceSettings,
): Promise<string> {
  const named = settings.incrementingColumn(name)
  if (named !== '' || table === undefined) return named
  const [row] = await session.ask(dialect.source.countingColumn(table))
  const column = row?.[0]
  if (column === null || column === undefined)
    throw jdbcError('no-counting-column', { table: name })
  return `${column}`
}

function nullable(table: string, column: string) {
  return jdbcError('column-nullable', { table, column })
}
