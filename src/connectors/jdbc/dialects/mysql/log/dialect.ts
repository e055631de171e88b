import type { LogDialect } from '../../log.ts'
import { prepareMysqlLog } from './requirements.ts'
import { beginMysqlSnapshot } from './snapshot.ts'
import { followMysqlLog } from './stream.ts'

/** The binlog of MySQL and MariaDB, in row format. */
export const mysqlLog: LogDialect = {
  prepare: prepareMysqlLog,
  // Every table is in the binlog, and under its name, whichever table that is today.
  adopt: async (_session, tables) => tables.map((table) => ({ table, identity: '', since: '' })),
  isComplete: async () => true,
  beginSnapshot: beginMysqlSnapshot,
  columns: ({ schema, name }) => ({
    sql: "SELECT c.column_name, EXISTS (SELECT 1 FROM information_schema.statistics s WHERE s.table_schema = c.table_schema AND s.table_name = c.table_name AND s.index_name = 'PRIMARY' AND s.column_name = c.column_name) FROM information_schema.columns c WHERE c.table_schema = COALESCE(?, DATABASE()) AND c.table_name = ? ORDER BY c.ordinal_position",
    values: [schema ?? null, name],
  }),
  follow: followMysqlLog,
}
