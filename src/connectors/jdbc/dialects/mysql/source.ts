import type { Session } from '../../session.ts'
import type { Openness } from '../../source/settled.ts'
import type { SourceDialect, WantedTables } from '../dialect.ts'

export const mysqlSource: SourceDialect = {
  placeholder: () => '?',
  tables,
  countingColumn: ({ schema, name }) => ({
    sql: "SELECT column_name FROM information_schema.columns WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND extra LIKE '%auto_increment%'",
    values: [schema ?? null, name],
  }),
  isolation: (level) => ({ sql: `SET SESSION TRANSACTION ISOLATION LEVEL ${level}` }),
  openness,
}

const types: Readonly<Record<string, readonly string[]>> = {
  TABLE: ['BASE TABLE', 'SYSTEM VERSIONED'],
  VIEW: ['VIEW'],
}

/** Those of the connection's database; of all databases where it has none. */
function tables({ types: wanted, catalogPattern, schemaPattern }: WantedTables) {
  const kinds = wanted.flatMap((type) => types[type.toUpperCase()] ?? [type])
  const listed = kinds.map(() => '?').join()
  return {
    sql: `SELECT table_schema, table_name FROM information_schema.tables WHERE table_type IN (${listed}) AND table_schema LIKE COALESCE(?, DATABASE(), '%') AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY table_schema, table_name`,
    values: [...kinds, catalogPattern ?? schemaPattern ?? null],
  }
}

/** Statements that write nothing. */
const reads = "'^[[:space:](]*(select|show|explain)'"

/**
 * First the time, then the statements at work, then the transactions that have written: in this
 * order none can slip from one list into the other unseen. The server tells in whole seconds, and the
 * beginning of transactions in the time zone of its machine.
 */
async function openness(session: Session): Promise<Openness> {
  const nowMs = await numberOf(session, 'SELECT UNIX_TIMESTAMP(NOW(3)) * 1000')
  const writing = await numberOf(
    session,
    `SELECT MIN(UNIX_TIMESTAMP(NOW(3)) - time - 1) * 1000 FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND command IN ('Query', 'Execute') AND info IS NOT NULL AND LOWER(info) NOT REGEXP ${reads}`,
  )
  const written = await transactions(session)
  const open = [writing, written].filter((ms) => typeof ms === 'number')
  return {
    nowMs: nowMs ?? 0,
    openSinceMs: open.length === 0 ? undefined : Math.min(...open),
    isWhole: written !== null,
  }
}

/** null where the user may not see those of others. */
async function transactions(session: Session): Promise<number | undefined | null> {
  try {
    return await numberOf(
      session,
      `SELECT MIN(UNIX_TIMESTAMP(CONVERT_TZ(trx_started, 'SYSTEM', '+00:00'))) * 1000 FROM information_schema.innodb_trx WHERE trx_mysql_thread_id <> CONNECTION_ID() AND (trx_rows_modified > 0 OR (trx_query IS NOT NULL AND LOWER(trx_query) NOT REGEXP ${reads}))`,
    )
  } catch (error) {
    if ((error as { errno?: number }).errno === mayNot) return null
    throw error
  }
}

/** "You need the PROCESS privilege". */
const mayNot = 1227

async function numberOf(session: Session, sql: string): Promise<number | undefined> {
  const [row] = await session.ask({ sql })
  const value = row?.[0]
  return value === null || value === undefined ? undefined : Number(value)
}
