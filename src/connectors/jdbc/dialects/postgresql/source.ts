import type { Session } from '../../session.ts'
import type { Openness } from '../../source/settled.ts'
import type { SourceDialect, WantedTables } from '../dialect.ts'

export const postgresqlSource: SourceDialect = {
  placeholder: (number) => `$${number}`,
  tables,
  countingColumn: ({ schema, name }) => ({
    sql: "SELECT column_name FROM information_schema.columns WHERE table_schema = COALESCE($1, current_schema()) AND table_name = $2 AND (is_identity = 'YES' OR column_default LIKE 'nextval(%')",
    values: [schema ?? null, name],
  }),
  isolation: (level) => ({
    sql: `SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL ${level}`,
  }),
  nowMs,
  openness,
}

const kinds: Readonly<Record<string, string>> = {
  TABLE: 'rp',
  VIEW: 'v',
  'MATERIALIZED VIEW': 'm',
  'FOREIGN TABLE': 'f',
}

/** A table in parts is read as one, and not part by part. */
function tables({ types, schemaPattern }: WantedTables) {
  const wanted = types.map((type) => kinds[type.toUpperCase()] ?? '').join('')
  return {
    sql: "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE position(c.relkind::text IN $1) > 0 AND NOT c.relispartition AND n.nspname LIKE COALESCE($2, '%') AND n.nspname !~ '^(pg_|information_schema$)' ORDER BY 1, 2",
    values: [wanted, schemaPattern ?? null],
  }
}

/**
 * `now()` is when a transaction began, so a transaction that is open can write that as the time of a
 * row, however late. Those that are prepared for two phases have no session any more.
 */
async function openness(session: Session): Promise<Openness> {
  const now = await nowMs(session)
  const [open] = await session.ask({
    sql: "SELECT extract(epoch FROM LEAST(MIN(xact_start), (SELECT MIN(prepared) FROM pg_prepared_xacts WHERE database = current_database()))) * 1000, COUNT(*) FILTER (WHERE query = '<insufficient privilege>') FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND COALESCE(backend_type, '') NOT IN ('autovacuum worker', 'walsender')",
  })
  const [since, hidden] = open ?? []
  return {
    nowMs: now,
    openSinceMs: since === null || since === undefined ? undefined : Math.floor(Number(since)),
    isWhole: Number(hidden) === 0,
  }
}

async function nowMs(session: Session): Promise<number> {
  const [row] = await session.ask({ sql: 'SELECT extract(epoch FROM clock_timestamp()) * 1000' })
  return Math.floor(Number(row?.[0]))
}
