import type { OffsetJson } from '../../../../../connect/kit/index.ts'
import { jdbcError } from '../../../errors.ts'
import type { Session } from '../../../session.ts'
import { namesQuotedBy, plainName, type TableName } from '../../../table-name.ts'
import type { AdoptedTable, LogSettings } from '../../log.ts'

const names = namesQuotedBy('"', true)

/** Makes what is missing, the publication first: a slot cannot be read of before its publication was made. */
export async function preparePostgresqlLog(
  session: Session,
  settings: LogSettings,
  place: OffsetJson | undefined,
): Promise<OffsetJson> {
  const [row] = await session.ask({ sql: "SELECT current_setting('wal_level')" })
  const level = row?.[0]
  if (level !== 'logical') {
    throw jdbcError('log-unfit', {
      why: `its wal_level is '${level}'.`,
      cure: "Run ALTER SYSTEM SET wal_level = 'logical' and restart the server.",
    })
  }
  await ensurePublication(session, settings)
  const slotLsn = await ensureSlot(session, settings, place)
  return place ?? { lsn: slotLsn }
}

async function ensurePublication(
  session: Session,
  { publication, publicationMode }: LogSettings,
): Promise<void> {
  const [known] = await session.ask({
    sql: 'SELECT 1 FROM pg_publication WHERE pubname = $1',
    values: [publication],
  })
  if (known !== undefined) return
  if (publicationMode === 'disabled') {
    throw jdbcError('log-unfit', {
      why: `there is no publication '${publication}', and publication.autocreate.mode is disabled.`,
      cure: `Create it by CREATE PUBLICATION ${names.column(publication)} FOR TABLE …, or name another in publication.name.`,
    })
  }
  const all = publicationMode === 'all_tables' ? ' FOR ALL TABLES' : ''
  // A table in parts is told of as one, as every other mode reads it.
  const sql = `CREATE PUBLICATION ${names.column(publication)}${all} WITH (publish_via_partition_root = true)`
  await session.run({ sql })
}

async function ensureSlot(
  session: Session,
  { slot }: LogSettings,
  place: OffsetJson | undefined,
): Promise<string> {
  const [known] = await session.ask({
    sql: 'SELECT plugin, confirmed_flush_lsn, wal_status, database = current_database() FROM pg_replication_slots WHERE slot_name = $1',
    values: [slot],
  })
  if (known === undefined) {
    if (place !== undefined) {
      throw jdbcError('log-lost', { why: `the replication slot '${slot}' was dropped.` })
    }
    const [made] = await session.ask({
      sql: "SELECT lsn FROM pg_create_logical_replication_slot($1, 'pgoutput')",
      values: [slot],
    })
    return `${made?.[0]}`
  }
  const [plugin, lsn, status, isOurs] = known
  if (plugin !== 'pgoutput' || isOurs !== 't') {
    throw jdbcError('log-unfit', {
      why: `the replication slot '${slot}' is of another plugin or database.`,
      cure: 'Name another in slot.name; it is made if it is missing.',
    })
  }
  if (status === 'lost') {
    const why = `the server has given up the replication slot '${slot}' (max_slot_wal_keep_size); drop it, too.`
    throw jdbcError('log-lost', { why })
  }
  return `${lsn}`
}

interface FoundTable {
  readonly table: TableName
  readonly identity: string
  readonly isPublished: boolean
  /** Whether the log can tell which row was changed. */
  readonly isIdentified: boolean
}

export async function adoptPostgresqlTables(
  session: Session,
  tables: readonly TableName[],
  { publication, publicationMode }: LogSettings,
): Promise<readonly AdoptedTable[]> {
  const found = await look(session, tables, publication)
  const missing =
    publicationMode === 'filtered' ? found.filter(({ isPublished }) => !isPublished) : []
  for (const { table, isIdentified } of missing) if (!isIdentified) throw unidentified(table)
  if (missing.length > 0) {
    const added = missing.map(({ table }) => names.table(table)).join()
    await session.run({ sql: `ALTER PUBLICATION ${names.column(publication)} ADD TABLE ${added}` })
  }
  const [row] = await session.ask({ sql: 'SELECT txid_snapshot_xmax(txid_current_snapshot())' })
  const since = `${row?.[0]}`
  return found
    .filter((one) => one.isPublished || missing.includes(one))
    .map(({ table, identity }) => ({ table, identity, since }))
}

async function look(
  session: Session,
  tables: readonly TableName[],
  publication: string,
): Promise<readonly FoundTable[]> {
  const rows = await session.ask({
    sql: "SELECT n.nspname, c.relname, c.oid, p.pubname IS NOT NULL, c.relreplident IN ('f', 'i') OR c.relreplident = 'd' AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) FROM unnest($1::text[]) WITH ORDINALITY AS wanted(name, place) JOIN pg_class c ON c.oid = to_regclass(wanted.name) JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_publication_tables p ON p.schemaname = n.nspname AND p.tablename = c.relname AND p.pubname = $2 ORDER BY place",
    values: [arrayOf(tables.map(names.table)), publication],
  })
  return rows.map(([schema, name, identity, isPublished, isIdentified]) => ({
    table: { schema: `${schema}`, name: `${name}` },
    ...{ identity: `${identity}`, isPublished: isPublished === 't' },
    isIdentified: isIdentified === 't',
  }))
}

function arrayOf(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join()}}`
}

function unidentified(table: TableName) {
  const name = names.table(table)
  return jdbcError('log-unfit', {
    why: `table ${plainName(table)} has no primary key, so once it is published, PostgreSQL refuses to change or delete its rows.`,
    cure: `Give it a primary key, or run ALTER TABLE ${name} REPLICA IDENTITY FULL, or leave it out by table.blacklist.`,
  })
}
