import type { Session } from '../../session.ts'
import type { Names, TableName } from '../../table-name.ts'
import type { TableDefinition } from '../dialect.ts'

/**
 * Types come without their size (`character varying`, not `character varying(20)`): a cast to a size
 * would cut what is too long, where writing to the column refuses it.
 */
export async function describePostgresqlTable(
  session: Session,
  table: TableName,
  names: Names,
): Promise<TableDefinition | undefined> {
  const columns = await session.ask({
    sql: "SELECT a.attname, format_type(a.atttypid, -1), c.relkind FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p', 'f', 'v', 'm') ORDER BY a.attnum",
    values: [names.table(table)],
  })
  const [first] = columns
  if (first === undefined) return undefined
  return {
    columns: columns
      .filter(([name]) => name !== null)
      .map(([name, type]) => ({
        ...{ name: `${name}`, type: `${type}` },
        isInstant: type === 'timestamp with time zone',
      })),
    isView: first[2] === 'v' || first[2] === 'm',
    transactional: true,
  }
}
