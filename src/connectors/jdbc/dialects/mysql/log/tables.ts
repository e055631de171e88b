import type { ColumnInfo, ColumnSchema, TableMapEvent } from '@vlasky/zongji'
import { jdbcError } from '../../../errors.ts'
import type { Row, Session } from '../../../session.ts'
import { plainName, type TableName } from '../../../table-name.ts'
import type { TableShape } from '../../log.ts'
import { type LoggedColumn, loggedColumn } from './columns.ts'

/** A table as a binlog describes it before the rows that it has of it. */
export interface MappedTable {
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
    table: { schema: schemaName, name: tableName },
    columns: entry?.columns ?? [],
    schemas: entry?.columnSchemas ?? [],
    primaryKey: primaryKey.toSorted((one, other) => one - other),
    isNamed: event.hasSelfDescribingMetadata(),
  }
}

export interface LoggedShape extends TableShape {
  readonly columns: readonly LoggedColumn[]
}

/** What is known of tables besides. */
export class MysqlShapes {
  readonly #session: Session
  readonly #shapes = new WeakMap<MappedTable, LoggedShape>()

  constructor(session: Session) {
    this.#session = session
  }

  async of(mapped: MappedTable): Promise<LoggedShape> {
    const known = this.#shapes.get(mapped)
    if (known !== undefined) return known
    const shape = await this.#ask(mapped)
    this.#shapes.set(mapped, shape)
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
