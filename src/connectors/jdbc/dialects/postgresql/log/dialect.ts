import { namesQuotedBy } from '../../../table-name.ts'
import type { LogDialect } from '../../log.ts'
import { adoptPostgresqlTables, preparePostgresqlLog } from './publication.ts'
import { beginPostgresqlSnapshot } from './snapshot.ts'
import { followPostgresqlLog } from './stream.ts'

const names = namesQuotedBy('"', true)

/** Logical decoding by PostgreSQL's own plugin pgoutput. */
export const postgresqlLog: LogDialect = {
  prepare: preparePostgresqlLog,
  adopt: adoptPostgresqlTables,
  // What was written before a table was published is told by no one but its writer's transaction.
  isComplete: async (session, since) => {
    const [row] = await session.ask({
      sql: 'SELECT 1 WHERE txid_snapshot_xmin(txid_current_snapshot()) >= $1::bigint',
      values: [since],
    })
    return row !== undefined
  },
  beginSnapshot: beginPostgresqlSnapshot,
  columns: (table) => ({
    sql: "SELECT a.attname, (a.attnum = ANY(COALESCE(i.indkey, '')))::int FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_index i ON i.indrelid = c.oid AND CASE c.relreplident WHEN 'i' THEN i.indisreplident ELSE i.indisprimary END WHERE c.oid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum",
    values: [names.table(table)],
  }),
  follow: followPostgresqlLog,
}
