import { type Clock, pause } from '../../../base/clock.ts'
import {
  RetriableError,
  type SourceContext,
  type SourceRecord,
  type SourceTask,
} from '../../../connect/kit/index.ts'
import type { Address } from '../address.ts'
import { connectPatiently } from '../connect.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { dialects } from '../dialects/index.ts'
import { jdbcError } from '../errors.ts'
import { failureOf } from '../failures.ts'
import { LogTask } from '../log/task.ts'
import type { Patience } from '../options/connection.ts'
import type { LogValues } from '../options/log.ts'
import type { Session } from '../session.ts'
import type { TableName } from '../table-name.ts'
import { OpenTransactions } from './open-transactions.ts'
import { type Position, partitionsOf, positionOf } from './position.ts'
import { readableOf } from './readable.ts'
import { type SourceSettings, type SourceValues, sourceSettings } from './settings.ts'
import { TableReader } from './table-reader.ts'
import { tablesOfShare } from './tables.ts'

/** How long to wait before the database is asked again that was away. */
const retryMs = 1_000

export async function openSource(
  context: SourceContext<SourceValues & LogValues>,
  address: Address,
  patience: Patience,
): Promise<SourceTask> {
  const { unheeded } = address
  if (unheeded.length > 0) {
    context.logger.warn('parameters of connection.url that have no effect', { unheeded })
  }
  if (context.values.mode === 'log') return await LogTask.open(context, address, patience)
  const dialect = dialects[address.system]
  const settings = sourceSettings(context.values)
  const tables =
    settings.query === undefined
      ? tablesOfShare(context.share.tables ?? '', dialect.mark)
      : [undefined]
  const session = await connectPatiently(dialect, address, patience, context)
  try {
    await prepare(session, dialect, settings)
    const transactions = new OpenTransactions(dialect.source, context.clock)
    const surroundings = { ...context, dialect, transactions, settings }
    const readers: TableReader[] = []
    for (const table of tables) {
      const readable = await readableOf(table, session, dialect, settings)
      const position = await startOf(table, context, session, dialect, settings)
      readers.push(new TableReader(readable, position, surroundings))
    }
    return new JdbcSourceTask(context, address, dialect, settings, readers, session)
  } catch (error) {
    await session.close()
    throw failureOf(dialect, error, 'a first look at the tables', { discreet: false })
  }
}

async function prepare(
  session: Session,
  dialect: Dialect,
  { isolation }: SourceSettings,
): Promise<void> {
  if (isolation !== undefined) await session.run(dialect.source.isolation(isolation))
}

/** Where reading goes on, or begins. */
async function startOf(
  table: TableName | undefined,
  context: SourceContext<SourceValues>,
  session: Session,
  dialect: Dialect,
  { mode, timestampInitialMs }: SourceSettings,
): Promise<Position> {
  if (mode === 'bulk') return {}
  const stored = (await context.offsets(partitionsOf(table))).find((offset) => offset !== undefined)
  if (stored !== undefined) return positionOf(stored)
  if (timestampInitialMs === undefined || mode === 'incrementing') return {}
  const ms = timestampInitialMs === -1 ? await dialect.source.nowMs(session) : timestampInitialMs
  return { timestamp: BigInt(Math.floor(ms)) * 1000n }
}

/** Reads its tables in turns, each to the end of what is new in it. */
class JdbcSourceTask implements SourceTask {
  readonly #address: Address
  readonly #dialect: Dialect
  readonly #settings: SourceSettings
  readonly #readers: readonly TableReader[]
  readonly #clock: Clock
  readonly #signal: AbortSignal
  /** None after the database went away, until it is asked again. */
  #session: Session | undefined
  #failures = 0

  constructor(
    { clock, signal }: SourceContext<SourceValues>,
    address: Address,
    dialect: Dialect,
    settings: SourceSettings,
    readers: readonly TableReader[],
    session: Session,
  ) {
    this.#address = address
    this.#dialect = dialect
    this.#settings = settings
    this.#readers = readers
    this.#clock = clock
    this.#signal = signal
    this.#session = session
  }

  async poll(): Promise<readonly SourceRecord[]> {
    const until = this.#clock.now() + this.#settings.lingerMs
    for (;;) {
      const reader = this.#next()
      const dueMs = (reader?.dueMs ?? until) - this.#clock.now()
      if (reader !== undefined && dueMs <= 0) {
        const records = await this.#read(reader)
        if (records.length > 0) return records
      }
      const leftMs = until - this.#clock.now()
      if (leftMs <= 0 || this.#signal.aborted) return []
      await pause(Math.min(leftMs, dueMs), { clock: this.#clock, signal: this.#signal })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.close()
  }

  /** The one whose SELECT is open, because there is one connection; else the one that waits longest. */
  #next(): TableReader | undefined {
    const open = this.#readers.find(({ isOpen }) => isOpen)
    return open ?? this.#readers.toSorted((one, other) => one.dueMs - other.dueMs)[0]
  }

  async #read(reader: TableReader): Promise<readonly SourceRecord[]> {
    try {
      this.#session ??= await this.#reconnect()
      const records = await reader.read(this.#session)
      this.#failures = 0
      return records
    } catch (error) {
      throw await this.#told(error)
    }
  }

  async #reconnect(): Promise<Session> {
    const session = await this.#dialect.connect(this.#address, this.#clock)
    await prepare(session, this.#dialect, this.#settings)
    return session
  }

  async #told(error: unknown): Promise<Error> {
    const failure = failureOf(this.#dialect, error, 'the rows', { discreet: false, retryMs })
    await this.#session?.close()
    this.#session = undefined
    for (const reader of this.#readers) reader.reset()
    if (!(failure instanceof RetriableError)) return failure
    this.#failures += 1
    if (this.#failures <= this.#settings.mostAttempts) return failure
    const attempts = this.#failures
    return jdbcError('retries-exhausted', {
      attempts,
      setting: 'query.retry.attempts',
      why: failure.message,
    })
  }
}
