import type { default as Reader } from '@vlasky/zongji'
import type { ConnectionOptions } from 'mysql2/promise'
import { atMost, type Clock, type Timer } from '../../../../../base/clock.ts'
import { Mailbox } from '../../../../../base/mailbox.ts'
import type { OffsetJson } from '../../../../../connect/kit/index.ts'
import type { Address } from '../../../address.ts'
import type { Session } from '../../../session.ts'
import { plainName } from '../../../table-name.ts'
import type { LogItem, LogStream, LogSurroundings } from '../../log.ts'
import { reachableOptions } from '../session.ts'
import { BinlogEvents, type BinlogItem, eventsOfInterest } from './events.ts'
import { failureOfLog } from './failures.ts'
import { type BinlogPlace, isBefore, offsetOfPlace, placeOfOffset } from './places.ts'
import { MysqlShapes, rowOf } from './tables.ts'

/** How much waits between the connection and who reads, at most, but for the last event. */
const mostWaitingBytes = 4 * 1024 * 1024

/** How often a server that has nothing to tell says so. */
const heartbeatMs = 10_000

/** A server that says nothing for so many of these is gone. */
const mostSilences = 3

/** How long a polite end may take. */
const farewellMs = 1_500

export async function followMysqlLog(
  address: Address,
  session: Session,
  place: OffsetJson,
  surroundings: LogSurroundings,
): Promise<LogStream> {
  const { default: ZongJi, GtidSet, MariadbGtidPosition } = await import('@vlasky/zongji')
  const options: ConnectionOptions = await reachableOptions(address)
  // Texts as the server writes them, and instants in UTC, as every other answer.
  const reader = new ZongJi({ ...options, dateStrings: true, jsonStrings: true, timezone: 'Z' })
  const has = (gtids: string, gtid: string) =>
    reader.isMariaDb
      ? MariadbGtidPosition.parse(gtids).covers(gtid)
      : GtidSet.parse(gtids).contains(gtid)
  const stream = new MysqlLogStream(reader, has, session, surroundings)
  stream.start(placeOfOffset(place))
  return stream
}

class MysqlLogStream implements LogStream {
  readonly #reader: Reader
  readonly #has: (gtids: string, gtid: string) => boolean
  readonly #shapes: MysqlShapes
  readonly #surroundings: LogSurroundings
  readonly #clock: Clock
  readonly #received: Mailbox<BinlogItem>
  /** Of the rows that one event brought, those that were not asked for yet. */
  #rest: LogItem[] = []
  #silences = 0
  #timer: Timer | undefined

  constructor(
    reader: Reader,
    has: (gtids: string, gtid: string) => boolean,
    session: Session,
    surroundings: LogSurroundings,
  ) {
    this.#reader = reader
    this.#has = has
    this.#shapes = new MysqlShapes(session)
    this.#surroundings = surroundings
    this.#clock = surroundings.clock
    const scale = { weigh: (item: BinlogItem) => (item.kind === 'rows' ? item.bytes : 1) }
    this.#received = new Mailbox<BinlogItem>(mostWaitingBytes, this.#clock, scale)
  }

  start(place: BinlogPlace): void {
    const { serverId, database } = this.#surroundings.settings
    const events = new BinlogEvents(place, () => this.#reader.gtidSet)
    const fail = (error: unknown) => this.#received.fail(failureOfLog(error as Error))
    this.#reader.on('error', fail)
    this.#reader.on('ready', () => {
      const period = heartbeatMs * 1_000_000
      const sql = `SET @master_heartbeat_period = ${period}, @source_heartbeat_period = ${period}`
      this.#reader.connection?.query(sql, (error) => error && fail(error))
      this.#tick()
    })
    this.#reader.on('binlog', (event) => {
      this.#silences = 0
      try {
        for (const item of events.read(event)) this.#put(item)
        // Tables are described anew in each transaction, and the reader forgets none by itself.
        if (!events.isOpen) this.#reader.tableMap = {}
      } catch (error) {
        fail(error)
      }
    })
    this.#reader.start({
      ...{ serverId, includeEvents: eventsOfInterest },
      ...(database !== undefined && { includeSchema: { [database]: true } }),
      ...(place.gtids === undefined
        ? { filename: place.file, position: place.pos }
        : { gtidSet: place.gtids }),
    })
  }

  async next(waitMs: number): Promise<LogItem | undefined> {
    for (;;) {
      const waiting = this.#rest.pop()
      if (waiting !== undefined) return waiting
      const item = await this.#received.take(waitMs)
      if (item === undefined) return undefined
      this.#rest = (await this.#items(item)).reverse()
    }
  }

  /** A binlog stays as long as its server wants. */
  confirm(): void {}

  async close(): Promise<void> {
    this.#timer?.cancel()
    this.#received.close()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#reader.once('stopped', resolve)
    this.#reader.stop()
    await atMost(this.#clock, farewellMs, promise)
  }

  #put(item: BinlogItem): void {
    const room = this.#received.put(item)
    const { connection } = this.#reader
    if (!this.#received.isFull || connection === null || this.#isPaused) return
    this.#isPaused = true
    connection.pause()
    void room.then(() => {
      this.#isPaused = false
      connection.resume()
    })
  }

  #isPaused = false

  #tick(): void {
    this.#timer = this.#clock.after(heartbeatMs, () => {
      if (!this.#isPaused) this.#silences += 1
      if (this.#silences <= mostSilences) return this.#tick()
      this.#received.fail(new Error(`nothing was heard for ${mostSilences * heartbeatMs} ms`))
    })
  }

  async #items(item: BinlogItem): Promise<LogItem[]> {
    switch (item.kind) {
      case 'begin': {
        const isIn = (snapshot: OffsetJson) => this.#isSeen(item, placeOfOffset(snapshot))
        return [{ kind: 'begin', transaction: { isIn } }]
      }
      case 'end':
        return [{ kind: 'end', place: offsetOfPlace(item.place) }]
      case 'emptied': {
        const { statement } = item
        this.#surroundings.logger.warn('a table was emptied, which is not told row by row', {
          statement,
        })
        return []
      }
      case 'rows':
        return await this.#changes(item)
    }
  }

  /** What a snapshot has seen is what the server had counted then, or what stands before it. */
  #isSeen(
    { gtid, place }: { gtid: string | undefined; place: BinlogPlace },
    snapshot: BinlogPlace,
  ) {
    if (snapshot.gtids === undefined || gtid === undefined) return isBefore(place, snapshot)
    return this.#has(snapshot.gtids, gtid)
  }

  async #changes({ mapped, rows, bytes }: BinlogItem & { kind: 'rows' }): Promise<LogItem[]> {
    if (!this.#surroundings.isFollowed(plainName(mapped.table), '')) {
      return rows.map(() => ({ kind: 'other' }))
    }
    const shape = await this.#shapes.of(mapped)
    return rows.map(({ before, after }) => ({
      ...{ kind: 'change', shape, isBeforeWhole: true, bytes: bytes / rows.length },
      ...(before !== undefined && { before: rowOf(before, shape) }),
      ...(after !== undefined && { after: rowOf(after, shape) }),
    }))
  }
}
