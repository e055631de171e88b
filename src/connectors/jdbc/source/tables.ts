import { JavaPattern } from '../../../connect/kit/index.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { jdbcError } from '../errors.ts'
import type { Session } from '../session.ts'
import {
  type Names,
  namesQuotedBy,
  parseTableName,
  plainName,
  type TableName,
} from '../table-name.ts'
import type { SourceValues } from './settings.ts'

type Filters = Pick<
  SourceValues,
  'table.whitelist' | 'table.blacklist' | 'table.include.list' | 'table.exclude.list'
>

/** The tables that there are now, and are to be read. */
export async function listTables(
  session: Session,
  dialect: Dialect,
  values: SourceValues,
): Promise<readonly TableName[]> {
  const rows = await session.ask(
    dialect.source.tables({
      types: values['table.types'],
      catalogPattern: values['catalog.pattern'],
      schemaPattern: values['schema.pattern'],
    }),
  )
  const tables = rows.map(([schema, name]) => ({ schema: `${schema}`, name: `${name}` }))
  return wantedTables(tables, values, namesQuotedBy(dialect.mark, true))
}

/** Those of the tables that are to be read. Two of one name would be one topic, and are refused. */
export function wantedTables(
  tables: readonly TableName[],
  filters: Filters,
  names: Names,
): readonly TableName[] {
  const wanted = tables.filter(filterOf(filters, names))
  const byName = Map.groupBy(wanted, ({ name }) => name)
  const alike = [...byName.values()].find((group) => group.length > 1)
  if (alike === undefined) return wanted
  throw jdbcError('tables-alike', { tables: alike.map(plainName).join(', ') })
}

function filterOf(filters: Filters, names: Names): (table: TableName) => boolean {
  const patterns = (list: readonly string[]) => list.map((text) => new JavaPattern(text))
  const include = patterns(filters['table.include.list'])
  const exclude = patterns(filters['table.exclude.list'])
  const { 'table.whitelist': whitelist, 'table.blacklist': blacklist } = filters
  if (include.length > 0 || exclude.length > 0) {
    const fits = (list: readonly JavaPattern[], table: TableName) =>
      list.some((pattern) => pattern.matches(plainName(table)))
    return (table) => (include.length === 0 || fits(include, table)) && !fits(exclude, table)
  }
  const isNamed = (list: readonly string[], table: TableName) =>
    [table.name, plainName(table), names.table(table)].some((name) => list.includes(name))
  if (whitelist.length > 0) return (table) => isNamed(whitelist, table)
  return (table) => !isNamed(blacklist, table)
}

/** Shares tables among as many tasks, neighbours together, none with more than one table too many. */
export function sharesOf(
  tables: readonly TableName[],
  mostTasks: number,
): readonly (readonly TableName[])[] {
  const count = Math.min(tables.length, mostTasks)
  return Array.from({ length: count }, (_, share) => {
    const start = Math.floor((share * tables.length) / count)
    return tables.slice(start, Math.floor(((share + 1) * tables.length) / count))
  })
}

/** A share as Confluent's connector writes it: quoted names behind each other. */
export function shareText(tables: readonly TableName[], names: Names): string {
  return tables.map(names.table).join(',')
}

export function tablesOfShare(text: string, mark: string): readonly TableName[] {
  const parts = text.match(new RegExp(`(?:${mark}[^${mark}]*${mark}|[^,])+`, 'g')) ?? []
  return parts.map((part) => {
    const table = parseTableName(part, mark)
    if (table === undefined) throw jdbcError('table-name-invalid', { text: part, topic: '' })
    return table
  })
}
