import { once } from 'node:events'
import type { Readable } from 'node:stream'
import type { Connection as CoreConnection } from 'mysql2'
import type { Connection, ConnectionOptions, FieldPacket, ResultSetHeader } from 'mysql2/promise'
import type { Clock } from '../../../../base/clock.ts'
import type { Address } from '../../address.ts'
import {
  answerOf,
  type Reading,
  type ResultColumn,
  type Row,
  type Session,
  type Statement,
  saidFarewell,
} from '../../session.ts'
import { type Tls, tlsOptions } from '../../tls.ts'
import { resultColumn } from './result-columns.ts'

/**
 * What is written is what the record says, or an error: nothing is cut, and a 0 in a counting column
 * is a 0. Backslashes escape, as our literals expect.
 */
const modes = [
  'STRICT_ALL_TABLES',
  'STRICT_TRANS_TABLES',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_AUTO_VALUE_ON_ZERO',
  'NO_ENGINE_SUBSTITUTION',
]

/** What of a packet is not the statement itself. */
const packetOverheadBytes = 1024

export async function connectMysql(address: Address, clock: Clock): Promise<Session> {
  const connection = await connected(address)
  const session = new MysqlSession(connection, clock)
  try {
    await session.run({ sql: `SET SESSION sql_mode='${modes.join()}', time_zone='+00:00'` })
    const [row] = await session.ask({ sql: 'SELECT @@max_allowed_packet' })
    session.mostStatementBytes = Number(row?.[0]) - packetOverheadBytes
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

async function connected(address: Address): Promise<Connection> {
  const { createConnection } = await import('mysql2/promise')
  const { tls } = address
  const secured = tlsOf(tls)
  try {
    return await createConnection(optionsOf(address, secured))
  } catch (error) {
    const refused = (error as { code?: string }).code === 'HANDSHAKE_NO_SSL_SUPPORT'
    if (tls.mode !== 'preferred' || !refused) throw error
    return await createConnection(optionsOf(address, undefined))
  }
}

/** What the driver is told of an address, with TLS if the server has it or must have it. */
export async function reachableOptions(address: Address): Promise<ConnectionOptions> {
  const connection = await connected(address)
  const { ssl } = connection.config
  await connection.end()
  return optionsOf(address, ssl ? tlsOf(address.tls) : undefined)
}

function optionsOf(address: Address, ssl: ConnectionOptions['ssl'] | undefined): ConnectionOptions {
  const { user, password, database } = address
  return {
    ...{ host: address.host, port: address.port, charset: 'utf8mb4', enableKeepAlive: true },
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === '' ? {} : { database }),
    ...(ssl === undefined ? {} : { ssl }),
    connectTimeout: address.connectTimeoutMs,
    // A stack for each statement, which our own errors make up for.
    trace: false,
  }
}

function tlsOf(tls: Tls) {
  if (tls.mode === 'off') return undefined
  return { ...tlsOptions(tls), verifyIdentity: tls.mode === 'verify-host' }
}

class MysqlSession implements Session {
  mostStatementBytes = 1024 * 1024
  readonly #connection: Connection
  readonly #clock: Clock
  /** Why the connection broke; the driver does not tell it to those who read rows as they come. */
  #broken: Error | undefined
  #rows: Readable | undefined

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection
    this.#clock = clock
    connection.on('error', (error: Error) => {
      this.#broken ??= error
      this.#rows?.destroy(error)
    })
  }

  async run({ sql, values }: Statement): Promise<number> {
    const running = this.#connection.query<ResultSetHeader>({ sql, values: driverValues(values) })
    const [result] = await answerOf(running, this.#clock)
    return result.affectedRows
  }

  async ask(statement: Statement): Promise<readonly Row[]> {
    const [rows] = await answerOf(this.#connection.query(queryOf(statement)), this.#clock)
    return (rows as unknown as Bytes[]).map((row) => row.map((value) => value?.toString() ?? null))
  }

  async read(statement: Statement): Promise<Reading> {
    if (this.#broken !== undefined) throw this.#broken
    const query = coreOf(this.#connection).query(queryOf(statement))
    let columns: readonly ResultColumn[] = []
    query.once('fields', (fields: FieldPacket[]) => {
      columns = fields.map(resultColumn)
    })
    const rows = query.stream({ highWaterMark: rowsAhead })
    this.#rows = rows
    // Whoever reads meets the error; nobody need be reading when it comes.
    rows.on('error', () => {})
    // The columns come before the first row, or before the end.
    await answerOf(once(rows, 'readable'), this.#clock)
    return new MysqlReading(columns, rows, () => this.#connection.destroy())
  }

  async close(): Promise<void> {
    if (!(await saidFarewell(this.#connection.end(), this.#clock))) this.#connection.destroy()
  }
}

function queryOf({ sql, values }: Statement) {
  return {
    ...{ sql, values: driverValues(values), rowsAsArray: true },
    typeCast: (field: { buffer(): Buffer | null }) => field.buffer(),
  }
}

/** Without null, the driver looks through the whole statement for places of values. */
function driverValues(values: Statement['values']): string[] | null {
  return (values ?? null) as string[] | null
}

/** The connection below the promises, which alone gives rows as they come; its types do not say so. */
function coreOf(connection: Connection): CoreConnection {
  return (connection as unknown as { connection: CoreConnection }).connection
}

type Bytes = readonly (Buffer | null)[]

/** How many rows wait in memory between the connection and who reads them. */
const rowsAhead = 1000

const asBytes: ReadonlySet<string | undefined> = new Set(['bytes', 'flag'])

class MysqlReading implements Reading {
  readonly columns: readonly ResultColumn[]
  readonly #rows: AsyncIterator<Bytes>
  readonly #abandon: () => void
  #ended = false

  constructor(columns: readonly ResultColumn[], rows: Readable, abandon: () => void) {
    this.columns = columns
    this.#rows = rows[Symbol.asyncIterator]() as AsyncIterator<Bytes>
    this.#abandon = abandon
  }

  async next(count: number): Promise<readonly Row[]> {
    const batch: Row[] = []
    while (batch.length < count && !this.#ended) {
      const { done, value } = await this.#rows.next()
      if (done === true) this.#ended = true
      else batch.push(this.#row(value))
    }
    return batch
  }

  #row(values: Bytes): Row {
    return values.map((value, at) => {
      // A value is a view of what the network brought.
      if (value !== null && asBytes.has(this.columns[at]?.type)) return Buffer.from(value)
      return value?.toString() ?? null
    })
  }

  async close(): Promise<void> {
    // MySQL sends an answer to its end; the only way not to hear it is to hang up.
    if (!this.#ended) this.#abandon()
  }
}
