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
  nowMs,
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
async function openness(session: Session): Promise<Openness | undefined> {
  const now = await nowMs(session)
  const writing = await numberOf(
    session,
    `SELECT MIN(UNIX_TIMESTAMP(NOW(3)) - time - 1) * 1000 FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND command IN ('Query', 'Execute') AND info IS NOT NULL AND LOWER(info) NOT REGEXP ${reads}`,
  )
  const written = await transactions(session, now)
  if (written === 'as it was') return undefined
  const open = [writing, written].filter((ms) => typeof ms === 'number')
  return {
    nowMs: now,
    openSinceMs: open.length === 0 ? undefined : Math.min(...open),
    isWhole: written !== 'hidden',
  }
}

async function nowMs(session: Session): Promise<number> {
  return (await numberOf(session, 'SELECT UNIX_TIMESTAMP(NOW(3)) * 1000')) ?? 0
}

/**
 * When the oldest one began; 'hidden' where the user may not see those of others. InnoDB makes its list
 * anew only for who asks when nobody has looked at it for 0.1 s, and shows all others the one of
 * before: it is of now if this very statement is in it, for which a transaction has to be open.
 */
async function transactions(
  session: Session,
  now: number,
): Promise<number | undefined | 'hidden' | 'as it was'> {
  await session.run({ sql: 'START TRANSACTION WITH CONSISTENT SNAPSHOT' })
  try {
    const [row] = await session.ask({
      sql: `SELECT /* leat ${now} */ MIN(IF(trx_mysql_thread_id <> CONNECTION_ID() AND (trx_rows_modified > 0 OR (trx_query IS NOT NULL AND LOWER(trx_query) NOT REGEXP ${reads})), UNIX_TIMESTAMP(CONVERT_TZ(trx_started, 'SYSTEM', '+00:00')), NULL)) * 1000, SUM(trx_mysql_thread_id = CONNECTION_ID() AND trx_query LIKE '%/* leat ${now} */%') FROM information_schema.innodb_trx`,
    })
    const [since, own] = row ?? []
    if (Number(own ?? 0) === 0) return 'as it was'
    return since === null || since === undefined ? undefined : Number(since)
  } catch (error) {
    if ((error as { errno?: number }).errno === mayNot) return 'hidden'
    throw error
  } finally {
    await session.run({ sql: 'COMMIT' })
  }
}

/** "You need the PROCESS privilege". */
const mayNot = 1227

async function numberOf(session: Session, sql: string): Promise<number | undefined> {
  const [row] = await session.ask({ sql })
  const value = row?.[0]
  return value === null || value === undefined ? undefined : Number(value)
}
