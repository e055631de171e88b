import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { Client } from 'pg'
import type { Clock, Timer } from '../../../../../base/clock.ts'
import { Mailbox } from '../../../../../base/mailbox.ts'
import type { OffsetJson } from '../../../../../connect/kit/index.ts'
import type { Address } from '../../../address.ts'
import { type Session, saidFarewell } from '../../../session.ts'
import { plainName } from '../../../table-name.ts'
import type { LogItem, LogStream, LogSurroundings } from '../../log.ts'
import { connected, valueSettings } from '../session.ts'
import { lsnOf, lsnText } from './lsn.ts'
import { type LogMessage, PgoutputReader, type RowMessage } from './pgoutput.ts'
import { rowOf, Shapes } from './shapes.ts'
import { isSeen } from './snapshot.ts'
import { readWireMessage, statusMessage } from './wire.ts'

/** How much waits between the connection and who reads, at most, but for the last message. */
const mostWaitingBytes = 4 * 1024 * 1024

/** How often the server is told what is safe, and asked whether it is there. */
const statusMs = 10_000

/** A server that says nothing for so many of these is gone. */
const mostSilences = 3

/** What came of the log, in order; a number is a place up to which there was nothing more. */
interface Received {
  readonly told: LogMessage | bigint
  readonly bytes: number
}

export async function followPostgresqlLog(
  address: Address,
  session: Session,
  place: OffsetJson,
  surroundings: LogSurroundings,
): Promise<LogStream> {
  const { default: pg } = await import('pg')
  const { slot, publication } = surroundings.settings
  const options = Object.entries(valueSettings).map(([name, value]) => `-c ${name}=${value}`)
  // The driver's types do not know of replication.
  const replica = { replication: 'database', options: options.join(' ') } as object
  const client = await connected(address, pg.Client, replica)
  const stream = new PostgresqlLogStream(client, session, place, surroundings)
  const quoted = `"${publication.replaceAll('"', '""')}"`.replaceAll("'", "''")
  stream.start(
    `START_REPLICATION SLOT "${slot}" LOGICAL ${place.lsn} (proto_version '1', publication_names '${quoted}')`,
  )
  return stream
}

/** The driver's connection below its client, which alone gives the messages of a COPY. */
interface Connection extends EventEmitter {
  readonly stream: Socket
  sendCopyFromChunk(chunk: Buffer): void
}

class PostgresqlLogStream implements LogStream {
  readonly #client: Client
  readonly #connection: Connection
  readonly #reader = new PgoutputReader()
  readonly #shapes: Shapes
  readonly #surroundings: LogSurroundings
  readonly #clock: Clock
  readonly #received: Mailbox<Received>
  /** What was told and is before it does not come again. */
  #reached: bigint
  #confirmed: bigint
  #silences = 0
  #timer: Timer | undefined

  constructor(
    client: Client,
    session: Session,
    { lsn }: OffsetJson,
    surroundings: LogSurroundings,
  ) {
    this.#client = client
    this.#connection = (client as unknown as { connection: Connection }).connection
    this.#shapes = new Shapes(session)
    this.#surroundings = surroundings
    this.#clock = surroundings.clock
    const scale = { weigh: ({ bytes }: Received) => bytes }
    this.#received = new Mailbox<Received>(mostWaitingBytes, this.#clock, scale)
    this.#reached = lsnOf(`${lsn}`)
    this.#confirmed = this.#reached
  }

  start(sql: string): void {
    const fail = (error: unknown) => this.#received.fail(error)
    this.#connection.on('copyData', ({ chunk }: { chunk: Buffer }) => {
      try {
        this.#receive(chunk)
      } catch (error) {
        fail(error)
      }
    })
    this.#client.on('error', fail)
    this.#client.on('end', () => fail(new Error('the connection has ended')))
    this.#connection.once('replicationStart', () => this.#tick())
    // It is answered when the log ends, which it does by failing.
    this.#client.query(sql).then(() => fail(new Error('the server has ended its log')), fail)
  }

  async next(waitMs: number): Promise<LogItem | undefined> {
    for (;;) {
      const received = await this.#received.take(waitMs)
      if (received === undefined) return undefined
      const item = await this.#item(received)
      if (item !== undefined) return item
    }
  }

  confirm({ lsn }: OffsetJson): void {
    this.#confirmed = lsnOf(`${lsn}`)
    this.#sendStatus()
  }

  async close(): Promise<void> {
    this.#timer?.cancel()
    this.#received.close()
    await saidFarewell(this.#client.end(), this.#clock)
    this.#connection.stream.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#silences = 0
    const message = readWireMessage(chunk)
    if (message.kind === 'keep-alive') {
      // It first reads again, silently, what open transactions had written before our place.
      if (message.end > this.#reached) this.#put({ told: message.end, bytes: 1 })
      if (message.wantsStatus) this.#sendStatus()
      return
    }
    this.#put({ told: this.#reader.read(message.payload), bytes: chunk.length })
  }

  #put(received: Received): void {
    const place = placeOf(received.told)
    if (place !== undefined) this.#reached = place
    const room = this.#received.put(received)
    if (!this.#received.isFull || this.#connection.stream.isPaused()) return
    this.#connection.stream.pause()
    void room.then(() => this.#connection.stream.resume())
  }

  #tick(): void {
    this.#timer = this.#clock.after(statusMs, () => {
      // Who does not listen hears nothing.
      if (!this.#connection.stream.isPaused()) this.#silences += 1
      if (this.#silences > mostSilences) {
        this.#received.fail(new Error(`nothing was heard for ${mostSilences * statusMs} ms`))
        return
      }
      this.#sendStatus()
      this.#tick()
    })
  }

  #sendStatus(): void {
    if (!this.#connection.stream.writable) return
    this.#connection.sendCopyFromChunk(statusMessage(this.#confirmed, this.#clock.now()))
  }

  async #item({ told, bytes }: Received): Promise<LogItem | undefined> {
    if (typeof told === 'bigint') return { kind: 'place', place: { lsn: lsnText(told) } }
    switch (told.tag) {
      case 'begin': {
        const { transaction, committedAt } = told
        const isIn = (snapshot: OffsetJson) => isSeen(snapshot, transaction, committedAt)
        return { kind: 'begin', transaction: { isIn } }
      }
      case 'commit':
        return { kind: 'end', place: { lsn: lsnText(told.end) } }
      case 'row':
        return await this.#change(told, bytes)
      case 'truncate': {
        const tables = told.relations.map(plainName)
        this.#surroundings.logger.warn('tables were emptied, which is not told row by row', {
          tables,
        })
        return undefined
      }
      case 'other':
        return undefined
    }
  }

  async #change({ relation, old, isOldWhole, fresh }: RowMessage, bytes: number): Promise<LogItem> {
    if (!this.#surroundings.isFollowed(plainName(relation), `${relation.number}`)) {
      return { kind: 'other' }
    }
    const shape = await this.#shapes.of(relation)
    const change = {
      ...({ kind: 'change', shape, isBeforeWhole: isOldWhole, bytes } as const),
      ...(old !== undefined && { before: rowOf(old, shape) }),
    }
    if (fresh === undefined) return change
    const known = isOldWhole
      ? fresh.map((text, place) => (text === undefined ? old?.[place] : text))
      : fresh
    const after = await this.#shapes.whole(known, shape)
    return after === undefined ? { kind: 'other' } : { ...change, after }
  }
}

function placeOf(told: LogMessage | bigint): bigint | undefined {
  if (typeof told === 'bigint') return told
  return told.tag === 'commit' ? told.end : undefined
}
