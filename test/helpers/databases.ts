/** Each database that leat writes to and reads from, for tests that say the same of all. */
import { describe } from 'node:test'
import { startMariadb } from './mariadb.ts'
import { withoutPeer } from './peers.ts'
import { startPostgresql } from './postgresql.ts'
import { shared } from './subject.ts'

export type Database = Awaited<ReturnType<(typeof databases)[number]['start']>>

const databases = [
  { name: 'MariaDB', system: 'mysql', peer: 'mariadb', start: startMariadb },
  { name: 'PostgreSQL', system: 'postgresql', peer: 'postgresql', start: startPostgresql },
] as const

/** For each database that is there: a suite of tests on one server, which ends with the suite. */
export function describeDatabases(
  title: string,
  tests: (place: () => Promise<Place>, system: Database['system']) => void,
  settings: { readonly log?: boolean } = {},
): void {
  for (const { name, system, peer, start } of databases) {
    describe(`${title} and ${name}`, { skip: withoutPeer(peer) }, () => {
      const server = shared<Database>((owner) => start(owner, settings))
      let count = 0
      tests(async () => await Place.make(await server(), `test${++count}`), system)
    })
  }
}

/** A connection that stays. */
export interface Conversation extends AsyncDisposable {
  ask(sql: string): Promise<Record<string, unknown>[]>
}

/** An empty database of a server. */
export class Place {
  readonly server: Database
  readonly database: string

  static async make(server: Database, database: string): Promise<Place> {
    await server.makeDatabase(database)
    return new Place(server, database)
  }

  constructor(server: Database, database: string) {
    this.server = server
    this.database = database
  }

  /** How a connector names it. */
  get config() {
    return {
      'connection.url': this.server.url(this.database),
      'connection.user': this.server.user,
      'retry.backoff.ms': '100',
    }
  }

  /** A connection of its own, for transactions. */
  async converse(): Promise<Conversation> {
    const conversation = await this.server.converse(this.database)
    return { ...conversation, ask: (sql) => conversation.ask(this.#quoted(sql)) }
  }

  /** Names in double quotes become those of this database. */
  readonly ask = async (sql: string): Promise<Record<string, unknown>[]> => {
    return await this.server.ask(this.database, this.#quoted(sql))
  }

  #quoted(sql: string): string {
    return this.server.system === 'mysql' ? sql.replaceAll('"', '`') : sql
  }
}
