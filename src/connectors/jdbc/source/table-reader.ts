import type { Clock } from '../../../base/clock.ts'
import type { Logger } from '../../../base/logger.ts'
import type { ConnectSchema, OffsetJson, SourceRecord } from '../../../connect/kit/index.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { jdbcError } from '../errors.ts'
import type { Reading, ResultColumn, Row, Session } from '../session.ts'
import type { TableName } from '../table-name.ts'
import { flooredInstant, instantOfText, textOfInstant } from '../values/instants.ts'
import { utc, type Zone } from '../values/zone.ts'
import { isInstant, type SourceField, sourceField } from './fields.ts'
import type { OpenTransactions } from './open-transactions.ts'
import { offsetOf, type Position, partitionsOf } from './position.ts'
import { type Range, type Selected, selectRows } from './select.ts'
import type { SourceSettings } from './settings.ts'
import { Marks, type Openness, settledUntil } from './settled.ts'

/** What is read: a table, or the one query. */
export interface Readable {
  readonly table: TableName | undefined
  /** For messages. */
  readonly name: string
  readonly topic: string
  readonly selected: Selected
  readonly timestampColumns: readonly ResultColumn[]
  readonly incrementingColumn: string | undefined
}

interface Surroundings {
  readonly dialect: Dialect
  readonly transactions: OpenTransactions
  readonly settings: SourceSettings
  readonly clock: Clock
  readonly logger: Logger
}

/** An open SELECT, and what its rows become. */
interface Open {
  readonly reading: Reading
  readonly schema: ConnectSchema
  readonly fields: readonly SourceField[]
  readonly times: readonly number[]
  readonly number: number
}

/** While rows wait for transactions to end, it is looked again so soon. */
const waitingPollMs = 1_000

/** A transaction that holds rows back for so long is worth a line in the log. */
const longOpenMs = 60_000

const startNumber = -1n
const startTime = 0n

/** Reads what is new in a table, again and again, a few rows at a time. */
export class TableReader {
  readonly #readable: Readable
  readonly #surroundings: Surroundings
  readonly #partition: OffsetJson
  readonly #marks = new Marks()
  /** Where the next SELECT begins, also if the open one is lost. */
  #position: Position
  #open: Open | undefined
  /** A row whose turn has not come: it says whether the one before it was the last of its time. */
  #held: Row | undefined
  #dueMs = 0
  #toldOfHolding = false

  constructor(readable: Readable, position: Position, surroundings: Surroundings) {
    this.#readable = readable
    this.#position = position
    this.#surroundings = surroundings
    const { table } = readable
    const isBulk = surroundings.settings.mode === 'bulk'
    this.#partition = isBulk && table !== undefined ? { table: table.name } : partitionsOf(table)[0]
  }

  get isOpen(): boolean {
    return this.#open !== undefined
  }

  get dueMs(): number {
    return this.#dueMs
  }

  /** The connection is gone; what was not given out yet is read again. */
  reset(): void {
    this.#open = undefined
    this.#held = undefined
  }

  async read(session: Session): Promise<readonly SourceRecord[]> {
    const { settings } = this.#surroundings
    this.#open ??= await this.#select(session)
    const open = this.#open
    if (open === undefined) return []
    const wanted = settings.batchRows + (this.#held === undefined ? 1 : 0)
    const fresh = await open.reading.next(wanted)
    const rows = this.#held === undefined ? fresh : [this.#held, ...fresh]
    const isEnd = fresh.length < wanted
    const ready = isEnd ? rows : rows.slice(0, -1)
    this.#held = isEnd ? undefined : rows.at(-1)
    const records = ready.map((row, at) => this.#record(row, rows[at + 1], open))
    if (isEnd) {
      this.#open = undefined
      await open.reading.close()
      this.#rest()
    }
    return records
  }

  /** Until it is time to look again. */
  #rest(): void {
    const { clock, settings } = this.#surroundings
    const soon = this.#marks.areWaiting ? waitingPollMs : settings.pollIntervalMs
    this.#dueMs = clock.now() + Math.min(soon, settings.pollIntervalMs)
  }

  async #select(session: Session): Promise<Open | undefined> {
    const range = await this.#range(session)
    if (range === undefined) return undefined
    const reading = await session.read(selectRows(this.#readable.selected, range))
    const { columns } = reading
    const { table, timestampColumns, incrementingColumn } = this.#readable
    const fields = columns.map((column) => sourceField(column, this.#surroundings.settings))
    const placeOf = (name: string) =>
      columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase())
    return {
      ...{ reading, fields },
      schema: {
        ...{ type: 'struct', optional: false },
        ...(table === undefined ? {} : { name: table.name }),
        fields: fields.map(({ name, schema }) => ({ name, schema })),
      },
      times: timestampColumns.map(({ name }) => placeOf(name)),
      number: incrementingColumn === undefined ? -1 : placeOf(incrementingColumn),
    }
  }

  /** Undefined where nothing is safe to read yet. */
  async #range(session: Session): Promise<Range | undefined> {
    const { mode, safe } = this.#surroundings.settings
    const { timestamp = startTime, incrementing = startNumber } = this.#position
    const times = this.#timesOfColumns()
    const start = {
      afterTime: textOfInstant(timestamp, times.zone),
      afterNumber: `${incrementing}`,
    }
    const nowhere = { ...start, beforeTime: '', lastNumber: undefined }
    if (mode === 'bulk' || (mode === 'incrementing' && !safe)) return nowhere
    if (mode !== 'incrementing') {
      const bound = await this.#timeBound(session)
      if (bound === undefined) {
        this.#rest()
        return undefined
      }
      const before = flooredInstant(bound, times.fraction)
      return { ...nowhere, beforeTime: textOfInstant(before, times.zone) }
    }
    const last = await this.#numberBound(session)
    if (last !== undefined && last > incrementing) return { ...nowhere, lastNumber: `${last}` }
    this.#rest()
    return undefined
  }

  /** How the columns of times keep them; several are compared as the coarsest of them. */
  #timesOfColumns(): { readonly zone: Zone; readonly fraction: number } {
    const { timestampColumns } = this.#readable
    const [first] = timestampColumns
    return {
      zone: first !== undefined && isInstant(first) ? utc : this.#surroundings.settings.zone,
      fraction: Math.min(6, ...timestampColumns.map(({ fraction }) => fraction)),
    }
  }

  /** Rows of before it are all there. */
  async #timeBound(session: Session): Promise<bigint | undefined> {
    const { dialect, settings } = this.#surroundings
    const untilMs = settings.safe
      ? await this.#settledMs(session)
      : await dialect.source.nowMs(session)
    if (untilMs === undefined) return undefined
    return BigInt(Math.floor(untilMs - settings.delayMs)) * 1000n
  }

  /** Numbers up to it are all there. */
  async #numberBound(session: Session): Promise<bigint | undefined> {
    const { transactions } = this.#surroundings
    const { from, incrementing } = this.#readable.selected
    const [row] = await session.ask({ sql: `SELECT MAX(${incrementing}) FROM ${from}` })
    const greatest = row?.[0]
    const openness = await transactions.known(session)
    const { nowMs } = transactions
    if (openness === undefined || nowMs === undefined) return undefined
    if (greatest !== null && greatest !== undefined) this.#marks.add(nowMs, BigInt(`${greatest}`))
    return this.#marks.settled(this.#settled(openness))
  }

  async #settledMs(session: Session): Promise<number | undefined> {
    const openness = await this.#surroundings.transactions.known(session)
    return openness && this.#settled(openness)
  }

  #settled(openness: Openness): number {
    const { settings, logger } = this.#surroundings
    const heldBackMs = openness.nowMs - (openness.openSinceMs ?? openness.nowMs)
    if (heldBackMs < longOpenMs) this.#toldOfHolding = false
    else if (!this.#toldOfHolding) {
      const facts = { of: this.#readable.name, openForMs: heldBackMs }
      logger.warn('rows wait for a transaction that is open; end it, or set leat.safe=false', facts)
      this.#toldOfHolding = true
    }
    return settledUntil(openness, settings.safeDelayMs)
  }

  #record(row: Row, next: Row | undefined, open: Open): SourceRecord {
    const value: Record<string, unknown> = {}
    for (const [at, { name, read }] of open.fields.entries()) {
      const given = row[at]
      value[name] = given === null || given === undefined ? null : read(given)
    }
    this.#position = this.#positionAfter(row, next, open)
    return {
      ...{ topic: this.#readable.topic, partition: undefined, headers: [], timestamp: undefined },
      ...{ key: null, keySchema: null, value, valueSchema: open.schema },
      ...{ sourcePartition: this.#partition, sourceOffset: offsetOf(this.#position) },
    }
  }

  #positionAfter(row: Row, next: Row | undefined, open: Open): Position {
    const { mode } = this.#surroundings.settings
    if (mode === 'bulk') return this.#position
    const incrementing = open.number < 0 ? undefined : this.#numberOf(row, open)
    const timestamp = this.#timeOf(row, open)
    if (mode === 'timestamp') {
      // Rows of one time are done together: one that is left behind would not be read again.
      const isLast = next === undefined || this.#timeOf(next, open) !== timestamp
      return isLast && timestamp !== undefined ? { timestamp } : this.#position
    }
    return {
      ...(timestamp === undefined ? {} : { timestamp }),
      ...(incrementing === undefined ? {} : { incrementing }),
    }
  }

  #numberOf(row: Row, { number, reading }: Open): bigint {
    const text = `${row[number]}`
    if (/^-?\d+$/.test(text)) return BigInt(text)
    const { name: column = '', type = '' } = reading.columns[number] ?? {}
    throw jdbcError('value-unreadable', { column, type })
  }

  #timeOf(row: Row, { times }: Open): bigint | undefined {
    for (const [at, place] of times.entries()) {
      const text = row[place]
      const column = this.#readable.timestampColumns[at]
      if (text === null || text === undefined || column === undefined) continue
      const zone = isInstant(column) ? utc : this.#surroundings.settings.zone
      return instantOfText(`${text}`, zone)
    }
    return undefined
  }
}
