import type { ColumnInfo, ColumnSchema, TableMapEvent } from '@vlasky/zongji'
import { RecentlyUsed } from '../../../../../base/recently-used.ts'
import { jdbcError } from '../../../errors.ts'
import type { Row, Session } from '../../../session.ts'
import { plainName, type TableName } from '../../../table-name.ts'
import type { TableShape } from '../../log.ts'
import { type LoggedColumn, loggedColumn } from './columns.ts'

/** A table as a binlog describes it before the rows that it has of it. */
export interface MappedTable {
  readonly number: number
  readonly table: TableName
  readonly columns: readonly ColumnInfo[]
  readonly schemas: readonly ColumnSchema[]
  /** Where in the columns the primary key is. */
  readonly primaryKey: readonly number[]
  readonly isNamed: boolean
}

export function mappedTable(event: TableMapEvent): MappedTable {
  const { tableId, schemaName, tableName, tableMap, primaryKey = [] } = event
  const entry = tableMap[tableId]
  return {
    number: tableId,
    table: { schema: schemaName, name: tableName },
    columns: entry?.columns ?? [],
    schemas: entry?.columnSchemas ?? [],
    primaryKey: primaryKey.toSorted((one, other) => one - other),
    isNamed: event.hasSelfDescribingMetadata(),
  }
}

/** A table gets another number when it is changed; so many are remembered. */
const mostShapes = 1_000

export interface LoggedShape extends TableShape {
  readonly columns: readonly LoggedColumn[]
}

/** The shapes of tables by their numbers, which are those of one connection. */
export class MysqlShapes {
  readonly #session: Session
  readonly #shapes = new RecentlyUsed<number, LoggedShape>(mostShapes)

  constructor(session: Session) {
    this.#session = session
  }

  async of(mapped: MappedTable): Promise<LoggedShape> {
    const known = this.#shapes.get(mapped.number)
    if (known !== undefined) return known
    const shape = await this.#ask(mapped)
    this.#shapes.set(mapped.number, shape)
    return shape
  }

  /** Whether a column may be null is not in the binlog, but of today's table. */
  async #ask({ table, columns, schemas, primaryKey, isNamed }: MappedTable): Promise<LoggedShape> {
    if (!isNamed) {
      const why = `it was written while binlog_row_metadata was not FULL, so it does not name the columns of ${plainName(table)}.`
      throw jdbcError('log-unreadable', { why })
    }
    const rows = await this.#session.ask({
      sql: 'SELECT column_name, is_nullable, data_type FROM information_schema.columns WHERE table_schema = ? AND table_name = ?',
      values: [table.schema ?? null, table.name],
    })
    const catalogue = new Map(
      rows.map(([name, nullable, type]) => [
        `${name}`,
        { optional: nullable !== 'NO', type: `${type}` },
      ]),
    )
    const logged = columns.map((column, at) =>
      loggedColumn(column, schemas[at] as ColumnSchema, catalogue.get(column.name)),
    )
    return { table, columns: logged, keys: primaryKey }
  }
}

export function rowOf(values: Readonly<Record<string, unknown>>, { columns }: LoggedShape): Row {
  return columns.map(({ name, read }) => read(values[name]))
}
