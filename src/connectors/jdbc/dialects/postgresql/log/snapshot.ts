import type { OffsetJson } from '../../../../../connect/kit/index.ts'
import type { Session } from '../../../session.ts'
import { lsnOf } from './lsn.ts'

/**
 * Begins a transaction that sees one instant, and says which transactions it sees (PostgreSQL's own
 * text, `xmin:xmax:xip_list`) and where in the log the last of them can be at most.
 */
export async function beginPostgresqlSnapshot(session: Session): Promise<OffsetJson> {
  await session.run({ sql: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' })
  const [row] = await session.ask({
    sql: 'SELECT txid_current_snapshot(), pg_current_wal_insert_lsn()',
  })
  return { snapshot: `${row?.[0]}`, until: `${row?.[1]}` }
}

/** Whether a snapshot has seen what a transaction did, of which the log gives the last 32 bits of the number. */
export function isSeen(
  { snapshot, until }: OffsetJson,
  transaction: number,
  committedAt: bigint,
): boolean {
  // Numbers come again after 2^32 transactions, places in the log never.
  if (committedAt >= lsnOf(`${until}`)) return false
  const [least = '', end = '', open = ''] = `${snapshot}`.split(':')
  const distance = BigInt.asIntN(32, BigInt(transaction) - BigInt(end))
  if (distance >= 0n) return false
  const number = BigInt(end) + distance
  return number < BigInt(least) || !open.split(',').includes(`${number}`)
}
