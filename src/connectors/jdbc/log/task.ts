import type { Clock } from '../../../base/clock.ts'
import type { Logger } from '../../../base/logger.ts'
import {
  RetriableError,
  type SourceContext,
  type SourceProgress,
  type SourceRecord,
  type SourceTask,
} from '../../../connect/kit/index.ts'
import type { Address } from '../address.ts'
import { connectPatiently } from '../connect.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { dialects } from '../dialects/index.ts'
import type { AdoptedTable, LogSettings, LogStream } from '../dialects/log.ts'
import { jdbcError } from '../errors.ts'
import { failureOf } from '../failures.ts'
import type { Patience } from '../options/connection.ts'
import type { LogValues } from '../options/log.ts'
import type { Session } from '../session.ts'
import { type RowSettings, rowSettings, type SourceValues } from '../source/settings.ts'
import { listTables } from '../source/tables.ts'
import { plainName, type TableName } from '../table-name.ts'
import { Changes } from './changes.ts'
import { FirstRows, mostBatchBytes, type ReadTable } from './first-rows.ts'
import {
  type LogPosition,
  logPartition,
  logPositionOf,
  type TableState,
  tableOffset,
  tablePartition,
  tableStateOf,
} from './offsets.ts'
import { deletesOf, logSettings } from './settings.ts'

/** How long to wait before the database is asked again that was away. */
const retryMs = 1_000

/** How often a table is looked at again whose first reading waits for the transactions of others. */
const waitingMs = 200

type LogContext = SourceContext<SourceValues & LogValues>

/** Reads what tables have, once, and from then on what the log tells of them. */
export class LogTask implements SourceTask {
  readonly #context: LogContext
  readonly #address: Address
  readonly #dialect: Dialect
  readonly #settings: RowSettings
  readonly #logSettings: LogSettings
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #signal: AbortSignal
  /** Tables whose changes are told, by their names. */
  readonly #followed = new Map<string, TableState>()
  readonly #asked = new Set<string>()
  /** Tables whose rows must be read first. */
  #waiting: readonly AdoptedTable[] = []
  /** What is durable; undefined before the first task of a connector has begun. */
  #position: LogPosition | undefined
  #isPlaceKept = false
  #changes: Changes | undefined
  #session: Session | undefined
  #firstRows: FirstRows | undefined
  #stream: LogStream | undefined
  #lookDueMs = 0
  #progress: SourceProgress[] = []
  #toldProgress = ''
  #failures = 0

  static async open(context: LogContext, address: Address, patience: Patience): Promise<LogTask> {
    const task = new LogTask(context, address)
    const [stored] = await context.offsets([logPartition(address.database)])
    if (stored !== undefined) {
      task.#position = logPositionOf(stored)
      task.#isPlaceKept = true
    }
    const session = await connectPatiently(task.#dialect, address, patience, context)
    try {
      await task.#prepare(session)
    } catch (error) {
      await session.close()
      throw failureOf(task.#dialect, error, 'a first look at its log', { discreet: false })
    }
    return task
  }

  private constructor(context: LogContext, address: Address) {
    this.#context = context
    this.#address = address
    this.#dialect = dialects[address.system]
    this.#settings = rowSettings(context.values)
    this.#logSettings = logSettings(context.values, context.connector, address)
    this.#clock = context.clock
    this.#logger = context.logger
    this.#signal = context.signal
    this.#signal.addEventListener('abort', () => void this.#stream?.close(), { once: true })
  }

  async poll(): Promise<readonly SourceRecord[]> {
    try {
      const records = await this.#poll()
      this.#failures = 0
      return records
    } catch (error) {
      throw await this.#told(error)
    }
  }

  progress(): readonly SourceProgress[] {
    const told = this.#progress.splice(0)
    const reached = this.#changes?.progress
    const text = JSON.stringify(reached)
    if (reached !== undefined && text !== this.#toldProgress) told.push(reached)
    this.#toldProgress = text
    return told
  }

  async committed(): Promise<void> {
    if (this.#changes === undefined) return
    this.#position = this.#changes.position
    this.#stream?.confirm(this.#position.place)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#disconnect()
  }

  async #poll(): Promise<readonly SourceRecord[]> {
    const until = this.#clock.now() + this.#settings.lingerMs
    const session = this.#session ?? (await this.#reconnect())
    if (!this.#isPlaceKept) {
      // Where the log began must be durable before any table is said to be read.
      this.#isPlaceKept = true
      return []
    }
    if (this.#clock.now() >= this.#lookDueMs) await this.#look(session)
    this.#firstRows ??= await this.#beginFirstRows(session)
    if (this.#firstRows !== undefined) return await this.#readFirstRows(this.#firstRows)
    const soon = this.#clock.now() + waitingMs
    return await this.#follow(session, this.#waiting.length > 0 ? Math.min(until, soon) : until)
  }

  async #reconnect(): Promise<Session> {
    const session = await this.#dialect.connect(this.#address, this.#clock)
    await this.#prepare(session)
    return session
  }

  async #prepare(session: Session): Promise<void> {
    this.#session = session
    const { log } = this.#dialect
    const place = await log.prepare(session, this.#logSettings, this.#position?.place)
    this.#position ??= { place, changes: 0 }
    this.#changes = new Changes(this.#position, {
      ...{ database: this.#address.database, settings: this.#settings, logger: this.#logger },
      ...{ deletes: deletesOf(this.#context.values), followed: this.#followed },
    })
  }

  /** Which tables there are, and which of them are new. */
  async #look(session: Session): Promise<void> {
    const { values } = this.#context
    const tables = await listTables(session, this.#dialect, { ...values, 'table.types': ['TABLE'] })
    await this.#recall(tables)
    const adopted = await this.#dialect.log.adopt(session, tables, this.#logSettings)
    const before = this.#waiting
    this.#waiting = adopted
      .filter(({ table, identity }) => this.#followed.get(plainName(table))?.identity !== identity)
      .map((fresh) => before.find((known) => isSame(known, fresh)) ?? fresh)
    const held = this.#waiting.filter((table) => before.includes(table))
    if (held.length > 0) {
      const facts = { tables: held.map(({ table }) => plainName(table)) }
      this.#logger.warn('tables are read when transactions end that are open for long', facts)
    }
    this.#lookDueMs = this.#clock.now() + values['table.poll.interval.ms']
  }

  /** What earlier tasks have stored of tables. */
  async #recall(tables: readonly TableName[]): Promise<void> {
    const unasked = tables.filter((table) => !this.#asked.has(plainName(table)))
    if (unasked.length === 0) return
    const { database } = this.#address
    const offsets = await this.#context.offsets(
      unasked.map((table) => tablePartition(database, table)),
    )
    for (const [at, table] of unasked.entries()) {
      this.#asked.add(plainName(table))
      const state = tableStateOf(offsets[at])
      if (state !== undefined) this.#followed.set(plainName(table), state)
    }
  }

  async #beginFirstRows(session: Session): Promise<FirstRows | undefined> {
    const complete = new Set<string>()
    for (const since of new Set(this.#waiting.map((table) => table.since))) {
      if (await this.#dialect.log.isComplete(session, since)) complete.add(since)
    }
    const ready = this.#waiting.filter(({ since }) => complete.has(since))
    if (ready.length === 0) return undefined
    const connection = await this.#dialect.connect(this.#address, this.#clock)
    const rows = new FirstRows(connection, this.#dialect, this.#settings, this.#address.database)
    try {
      await rows.begin(ready)
    } catch (error) {
      await rows.close()
      throw error
    }
    if (this.#context.values['snapshot.mode'] === 'initial') return rows
    for (const table of rows.unread()) this.#nowFollow(table)
    await rows.close()
    return undefined
  }

  async #readFirstRows(rows: FirstRows): Promise<readonly SourceRecord[]> {
    const { records, done } = await rows.next()
    if (done !== undefined) this.#nowFollow(done)
    if (rows.isEnd) {
      this.#firstRows = undefined
      await rows.close()
    }
    return records
  }

  #nowFollow({ adopted, state }: ReadTable): void {
    const { table } = adopted
    this.#followed.set(plainName(table), state)
    this.#waiting = this.#waiting.filter((one) => one !== adopted)
    this.#progress.push({
      sourcePartition: tablePartition(this.#address.database, table),
      sourceOffset: tableOffset(state),
    })
  }

  async #follow(session: Session, until: number): Promise<readonly SourceRecord[]> {
    const changes = this.#changes as Changes
    this.#stream ??= await this.#dialect.log.follow(
      this.#address,
      session,
      changes.position.place,
      {
        ...{ settings: this.#logSettings, clock: this.#clock, logger: this.#logger },
        isFollowed: (name, identity) => this.#followed.get(name)?.identity === identity,
      },
    )
    const records: SourceRecord[] = []
    let bytes = 0
    while (records.length < this.#settings.batchRows && bytes < mostBatchBytes) {
      const leftMs = until - this.#clock.now()
      if (leftMs <= 0 || this.#signal.aborted) break
      const item = await this.#stream.next(records.length > 0 ? 0 : leftMs)
      if (item === undefined) break
      if (item.kind === 'change') bytes += item.bytes
      records.push(...changes.take(item))
    }
    return records
  }

  async #told(error: unknown): Promise<Error> {
    const failure = failureOf(this.#dialect, error, 'its log', { discreet: false, retryMs })
    await this.#disconnect()
    if (!(failure instanceof RetriableError)) return failure
    this.#failures += 1
    if (this.#failures <= this.#settings.mostAttempts) return failure
    const attempts = this.#failures
    return jdbcError('retries-exhausted', {
      ...{ attempts, setting: 'query.retry.attempts', why: failure.message },
    })
  }

  /** What was not told whole is told again. */
  async #disconnect(): Promise<void> {
    await Promise.all([this.#stream?.close(), this.#firstRows?.close(), this.#session?.close()])
    this.#stream = undefined
    this.#firstRows = undefined
    this.#session = undefined
    this.#lookDueMs = 0
  }
}

function isSame(one: AdoptedTable, other: AdoptedTable): boolean {
  return one.identity === other.identity && plainName(one.table) === plainName(other.table)
}
