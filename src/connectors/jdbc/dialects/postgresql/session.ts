import type { Client, ClientConfig, QueryResult } from 'pg'
import type Cursor from 'pg-cursor'
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
import { tlsOptions } from '../../tls.ts'
import { resultColumns, valueOfText } from './result-columns.ts'

/** A statement's values lie in memory a few times while it is sent. */
const mostStatementBytes = 64 * 1024 * 1024

/** How values are written for us to read. */
export const valueSettings: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO',
  IntervalStyle: 'iso_8601',
  bytea_output: 'hex',
  standard_conforming_strings: 'on',
}

export async function connectPostgresql(address: Address, clock: Clock): Promise<Session> {
  const [{ default: pg }, { default: cursor }] = await Promise.all([
    import('pg'),
    import('pg-cursor'),
  ])
  const client = await connected(address, pg.Client)
  const session = new PostgresqlSession(client, cursor, clock)
  try {
    for (const [name, value] of Object.entries(valueSettings)) {
      await session.run({ sql: `SET ${name} = '${value}'` })
    }
    const { searchPath } = address
    if (searchPath !== undefined) {
      const values = [searchPath]
      await session.ask({ sql: "SELECT set_config('search_path', $1, false)", values })
    }
    return session
  } catch (error) {
    await session.close()
    throw error
  }
}

/** A connection of the driver's; `more` are options of its own. */
export async function connected(
  address: Address,
  PgClient: typeof Client,
  more: ClientConfig = {},
): Promise<Client> {
  const { user, password, database, tls } = address
  const options = {
    ...{ host: address.host, port: address.port, application_name: 'leat', keepAlive: true },
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === '' ? {} : { database }),
    connectionTimeoutMillis: address.connectTimeoutMs,
  }
  const attempt = async (ssl: object | false) => {
    const client = new PgClient({ ...options, ...more, ssl })
    // A connection that breaks while nobody asks tells it at the next statement.
    client.on('error', () => {})
    await client.connect()
    return client
  }
  if (tls.mode === 'off') return await attempt(false)
  const verified = tls.mode === 'verify-host' ? {} : { checkServerIdentity: () => undefined }
  try {
    return await attempt({ ...tlsOptions(tls), ...verified })
  } catch (error) {
    const refused = error instanceof Error && error.message.includes('does not support SSL')
    if (tls.mode !== 'preferred' || !refused) throw error
    return await attempt(false)
  }
}

/** Every value as the text that the server sends. */
const asTexts = { getTypeParser: () => (text: string | Buffer) => text }

class PostgresqlSession implements Session {
  readonly mostStatementBytes = mostStatementBytes
  readonly #client: Client
  readonly #cursor: typeof Cursor
  readonly #clock: Clock

  constructor(client: Client, cursor: typeof Cursor, clock: Clock) {
    this.#client = client
    this.#cursor = cursor
    this.#clock = clock
  }

  async run({ sql, values }: Statement): Promise<number> {
    const running = this.#client.query(sql, values as string[] | undefined)
    const result = await answerOf(running, this.#clock)
    return result.rowCount ?? 0
  }

  async ask({ sql, values = [] }: Statement): Promise<readonly Row[]> {
    return (await this.#query({ sql, values })).rows
  }

  async read(statement: Statement): Promise<Reading> {
    const { sql, values = [] } = statement
    // What is said of columns takes questions of its own, which wait while a cursor is open.
    const head = await this.#query({ sql: `SELECT * FROM (${sql}) AS head LIMIT 0`, values })
    const columns = await resultColumns(this, head.fields)
    const cursor = new this.#cursor<Row>(sql, values as string[], {
      ...{ rowMode: 'array', types: asTexts },
    })
    return new PostgresqlReading(columns, this.#client.query(cursor))
  }

  async close(): Promise<void> {
    // Whatever becomes of it, the driver cuts the line by itself.
    await saidFarewell(this.#client.end(), this.#clock)
  }

  async #query({ sql, values = [] }: Statement): Promise<QueryResult> {
    const query = { text: sql, values: values as string[], rowMode: 'array', types: asTexts }
    return await answerOf(this.#client.query(query), this.#clock)
  }
}

class PostgresqlReading implements Reading {
  readonly columns: readonly ResultColumn[]
  readonly #cursor: Cursor<Row>

  constructor(columns: readonly ResultColumn[], cursor: Cursor<Row>) {
    this.columns = columns
    this.#cursor = cursor
  }

  async next(count: number): Promise<readonly Row[]> {
    const rows = await this.#cursor.read(count)
    return rows.map((row) =>
      row.map((value, at) =>
        typeof value === 'string' ? valueOfText(value, this.columns[at] as ResultColumn) : value,
      ),
    )
  }

  async close(): Promise<void> {
    await this.#cursor.close()
  }
}
