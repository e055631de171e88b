/** DuckDB, which is not part of leat: its users install it, since it has 60 MB of machine code. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cliError } from '../errors.ts'

/** What of the library is used. */
interface Library {
  readonly DuckDBInstance: { create(path: string): Promise<Instance> }
}

interface Instance {
  connect(): Promise<Connection>
  closeSync(): void
}

interface Connection {
  run(sql: string): Promise<unknown>
  stream(sql: string): Promise<Result>
  interrupt(): void
  closeSync(): void
}

export interface Result {
  deduplicatedColumnNames(): string[]
  columnTypes(): { toString(): string }[]
  /** Rows, some at a time, as JSON has them; what JSON's numbers cannot hold is text. */
  yieldRowsJson(): AsyncIterable<Json[][]>
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

const packageName = '@duckdb/node-api'

/** A database in memory; throws 'duckdb-missing'. */
export class DuckDb {
  readonly #instance: Instance
  readonly #connection: Connection

  private constructor(instance: Instance, connection: Connection) {
    this.#instance = instance
    this.#connection = connection
  }

  static async open(stopped: AbortSignal): Promise<DuckDb> {
    const { DuckDBInstance } = (await import(pathToFileURL(find()).href)) as Library
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    stopped.addEventListener('abort', () => connection.interrupt(), { once: true })
    return new DuckDb(instance, connection)
  }

  /** Throws 'failed' with DuckDB's own words. */
  async run(sql: string): Promise<void> {
    await said(() => this.#connection.run(sql))
  }

  async ask(sql: string): Promise<Result> {
    return await said(() => this.#connection.stream(sql))
  }

  [Symbol.dispose](): void {
    this.#connection.closeSync()
    this.#instance.closeSync()
  }
}

/** In the user's folder, or beside leat. */
function find(): string {
  for (const from of [join(process.cwd(), 'here.js'), import.meta.filename]) {
    try {
      return createRequire(from).resolve(packageName)
    } catch {
      // The next place may have it.
    }
  }
  throw cliError('duckdb-missing', {})
}

async function said<Value>(ask: () => Promise<Value>): Promise<Value> {
  try {
    return await ask()
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw cliError('failed', { problem }, { cause })
  }
}
