import type { OffsetJson } from '../../../../../connect/kit/index.ts'
import { jdbcError } from '../../../errors.ts'
import type { Row, Session } from '../../../session.ts'

/**
 * Places in a binlog, in Debezium's words: a file and a position in it, and where the server counts
 * its transactions the GTIDs before it, which another server of the same data knows, too.
 */
export interface BinlogPlace {
  readonly file: string
  readonly pos: number
  readonly gtids?: string
}

export function offsetOfPlace({ file, pos, gtids }: BinlogPlace): OffsetJson {
  return { file, pos, ...(gtids !== undefined && { gtids }) }
}

export function placeOfOffset({ file, pos, gtids }: OffsetJson): BinlogPlace {
  return { file: `${file}`, pos: Number(pos), ...(typeof gtids === 'string' && { gtids }) }
}

/** Whether one place is before another, of a server that has no GTIDs. */
export function isBefore(one: BinlogPlace, other: BinlogPlace): boolean {
  const [number, otherNumber] = [numberOf(one.file), numberOf(other.file)]
  return number < otherNumber || (number === otherNumber && one.pos < other.pos)
}

/** Of `binlog.000012`, 12. */
function numberOf(file: string): number {
  return Number(file.slice(file.lastIndexOf('.') + 1))
}

export async function isMariadb(session: Session): Promise<boolean> {
  const [row] = await session.ask({ sql: 'SELECT VERSION()' })
  return /mariadb/i.test(`${row?.[0]}`)
}

/** Where the log ends. */
export async function placeNow(session: Session, mariadb: boolean): Promise<OffsetJson> {
  const [file, pos] = await endOf(session, mariadb)
  return await placeAt(session, mariadb, `${file}`, Number(pos))
}

export async function placeAt(
  session: Session,
  mariadb: boolean,
  file: string,
  pos: number,
): Promise<OffsetJson> {
  const gtids = mariadb ? await mariadbGtids(session, file, pos) : await mysqlGtids(session)
  return offsetOfPlace({ file, pos, ...(gtids !== undefined && { gtids }) })
}

async function endOf(session: Session, mariadb: boolean): Promise<Row> {
  // MySQL 8.4 has no other name for it than the new one, MariaDB and 8.0 only the old one.
  const newer = mariadb ? undefined : await session.ask(newStatement).catch(() => undefined)
  const [row] = newer ?? (await session.ask({ sql: 'SHOW MASTER STATUS' }))
  if (row !== undefined) return row
  throw jdbcError('log-unfit', {
    why: 'it tells no place in its binlog.',
    cure: 'Switch log_bin on.',
  })
}

const newStatement = { sql: 'SHOW BINARY LOG STATUS' }

async function mariadbGtids(
  session: Session,
  file: string,
  pos: number,
): Promise<string | undefined> {
  const [row] = await session.ask({
    sql: 'SELECT BINLOG_GTID_POS(?, ?)',
    values: [file, `${pos}`],
  })
  const gtids = row?.[0]
  return gtids === null || gtids === undefined ? undefined : `${gtids}`
}

async function mysqlGtids(session: Session): Promise<string | undefined> {
  const [row] = await session.ask({ sql: 'SELECT @@global.gtid_mode, @@global.gtid_executed' })
  return row?.[0] === 'ON' ? `${row[1]}`.replace(/\s/g, '') : undefined
}
