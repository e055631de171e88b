import type { Session } from '../../session.ts'
import type { Names, TableName } from '../../table-name.ts'
import type { TableDefinition } from '../dialect.ts'
import { faultOfMysql } from './faults.ts'

export async function describeMysqlTable(
  session: Session,
  table: TableName,
  names: Names,
): Promise<TableDefinition | undefined> {
  const columns = await columnsOf(session, names.table(table))
  if (columns === undefined) return undefined
  // Names are compared as the server does, so this finds the table that the columns are of.
  const [facts] = await session.ask({
    sql: 'SELECT t.table_type, e.transactions FROM information_schema.tables t LEFT JOIN information_schema.engines e ON e.engine = t.engine WHERE t.table_schema = COALESCE(?, DATABASE()) AND t.table_name = ?',
    values: [table.schema ?? null, table.name],
  })
  const [kind = 'BASE TABLE', transactions] = facts ?? []
  return {
    columns: columns.map(([name, type]) => ({
      ...{ name: `${name}`, type: `${type}` },
      isInstant: `${type}`.startsWith('timestamp'),
    })),
    isView: kind !== 'BASE TABLE',
    transactional: transactions !== 'NO',
  }
}

async function columnsOf(session: Session, table: string) {
  try {
    return await session.ask({ sql: `SHOW COLUMNS FROM ${table}` })
  } catch (error) {
    if (faultOfMysql(error).kind === 'stale') return undefined
    throw error
  }
}
