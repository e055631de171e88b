import type { OffsetJson } from '../../../../../connect/kit/index.ts'
import type { Session } from '../../../session.ts'
import { isMariadb, placeAt, placeNow } from './places.ts'

const begin = 'START TRANSACTION WITH CONSISTENT SNAPSHOT'

/** Begins a transaction that sees one instant, and says where in the binlog that is. */
export async function beginMysqlSnapshot(session: Session): Promise<OffsetJson> {
  await session.run({ sql: 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ' })
  return (await isMariadb(session)) ? await ofMariadb(session) : await ofMysql(session)
}

/** MariaDB knows of every such transaction where it is. */
async function ofMariadb(session: Session): Promise<OffsetJson> {
  await session.run({ sql: begin })
  const rows = await session.ask({ sql: "SHOW STATUS LIKE 'binlog\\_snapshot\\_%'" })
  const told = new Map(rows.map(([name, value]) => [`${name}`.toLowerCase(), `${value}`]))
  const file = told.get('binlog_snapshot_file') ?? ''
  return await placeAt(session, true, file, Number(told.get('binlog_snapshot_position')))
}

/** MySQL does not, so for an instant nobody writes. */
async function ofMysql(session: Session): Promise<OffsetJson> {
  await session.run({ sql: 'FLUSH TABLES WITH READ LOCK' })
  try {
    await session.run({ sql: begin })
    return await placeNow(session, false)
  } finally {
    await session.run({ sql: 'UNLOCK TABLES' })
  }
}
