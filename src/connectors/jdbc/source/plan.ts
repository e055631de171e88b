import { isDeepStrictEqual } from 'node:util'
import { type Clock, pause } from '../../../base/clock.ts'
import type { PlanContext, TaskShare } from '../../../connect/kit/index.ts'
import type { Address } from '../address.ts'
import { connectPatiently } from '../connect.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { dialects } from '../dialects/index.ts'
import { failureOf } from '../failures.ts'
import type { Patience } from '../options/connection.ts'
import { namesQuotedBy, type TableName } from '../table-name.ts'
import { type SourceValues, sourceSettings } from './settings.ts'
import { listTables, sharesOf, shareText } from './tables.ts'

/** Shares the tables that there are among tasks, and looks for others as long as it may. */
export async function planSource(
  values: SourceValues,
  mostTasks: number,
  context: PlanContext,
  address: Address,
  patience: Patience,
): Promise<readonly TaskShare[]> {
  // One task follows the log, and looks for tables itself.
  if (values.mode === 'log') return [{}]
  const { query } = sourceSettings(values)
  if (query !== undefined) return [{ tables: '', 'tables.fetched': 'true' }]
  const dialect = dialects[address.system]
  const look = () => tablesNow(values, dialect, address, patience, context)
  const tables = await look()
  if (tables.length === 0) context.logger.warn('no table is there to be read yet')
  // What it meets is logged; it ends with the signal.
  void watch(tables, look, values['table.poll.interval.ms'], context)
  const names = namesQuotedBy(dialect.mark, true)
  return sharesOf(tables, mostTasks).map((share) => ({
    tables: shareText(share, names),
    'tables.fetched': 'true',
  }))
}

/** No two tasks read a table at a time. A comma within a name makes two of it, the same two each time. */
export function tablesAlone({ tables = '' }: TaskShare): string[] {
  return tables === '' ? [] : tables.split(',')
}

async function watch(
  known: readonly TableName[],
  look: () => Promise<readonly TableName[]>,
  intervalMs: number,
  { clock, signal, logger, planAgain }: PlanContext,
): Promise<void> {
  for (;;) {
    await pause(intervalMs, { clock, signal })
    if (signal.aborted) return
    try {
      if (!isDeepStrictEqual(await look(), known)) return planAgain()
    } catch (error) {
      logger.warn('the tables could not be listed', { error: `${error}` })
    }
  }
}

async function tablesNow(
  values: SourceValues,
  dialect: Dialect,
  address: Address,
  patience: Patience,
  surroundings: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<readonly TableName[]> {
  const session = await connectPatiently(dialect, address, patience, surroundings)
  try {
    return await listTables(session, dialect, values)
  } catch (error) {
    throw failureOf(dialect, error, 'the list of tables', { discreet: false })
  } finally {
    await session.close()
  }
}
