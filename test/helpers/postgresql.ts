/** A real PostgreSQL of a test's own, on a free port of the loopback. */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { DatabaseServer } from './database-server.ts'
import { eventually } from './eventually.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { asUser } from './other-user.ts'
import { freePorts } from './ports.ts'
import { outputOf } from './programs.ts'

/** With `log`, its changes can be followed. */
export async function startPostgresql(owner: Owner, { log = false } = {}): Promise<Postgresql> {
  let server: Postgresql | undefined
  owner.after(async () => await server?.kill())
  const folder = temporaryFolder(owner)
  const user = asUser('postgres', folder)
  const [port = 0] = await freePorts(1)
  const data = join(folder, 'data')
  const options = ['--username=postgres', '--auth=trust', '--no-sync', '--encoding=UTF8']
  await outputOf([...user, program('initdb'), '-D', data, ...options], { cwd: '/' })
  server = new Postgresql(port, [
    ...[...user, program('postgres'), '-D', data, '-p', `${port}`, '-k', folder],
    ...['-c', 'listen_addresses=127.0.0.1', '-c', 'max_prepared_transactions=4'],
    ...(log ? ['-c', 'wal_level=logical', '-c', 'max_replication_slots=40'] : []),
    ...(log ? ['-c', 'max_wal_senders=40'] : []),
  ])
  await server.start()
  return server
}

/** Debian keeps a folder for each version, and none of it on the path. */
function program(name: string): string {
  return globSync(`/usr/lib/postgresql/*/bin/${name}`).toSorted().at(-1) ?? name
}

export class Postgresql extends DatabaseServer {
  readonly system = 'postgresql'
  readonly user = 'postgres'

  async start(): Promise<void> {
    const program = this.run({ cwd: '/' })
    const answers = async () => {
      if (!program.running) throw new Error(`It has ended: ${program.story()}`)
      return await this.ask('postgres', 'SELECT 1').catch(() => undefined)
    }
    await eventually(() => `PostgreSQL answers: ${program.story()}`, answers)
  }

  /** At once, as an administrator who does not wait for clients. */
  async stop(): Promise<void> {
    await this.end('SIGINT')
  }

  /** All of its processes at once, without a word on disk: what a crash leaves behind. */
  async kill(): Promise<void> {
    await this.end('SIGQUIT')
  }

  url(database: string): string {
    return `jdbc:postgresql://127.0.0.1:${this.port}/${database}`
  }

  /** Makes a database, empty. */
  async makeDatabase(name: string): Promise<void> {
    await this.ask('postgres', `CREATE DATABASE "${name}"`)
  }

  /** Times and big numbers are texts. */
  async converse(database: string) {
    const client = new pg.Client({
      ...{ host: '127.0.0.1', port: this.port, user: this.user, database },
      types: { getTypeParser: (type: number) => parsers.get(type) ?? asText } as never,
    })
    client.on('error', () => {})
    await client.connect()
    return {
      ask: async (sql: string): Promise<Record<string, unknown>[]> =>
        (await client.query(sql)).rows,
      [Symbol.asyncDispose]: () => client.end(),
    }
  }
}

const asText = (text: string) => text

/** PostgreSQL's own numbers of its types. */
const parsers = new Map<number, (text: string) => unknown>([
  [16, (text) => text === 't'],
  [20, Number],
  [21, Number],
  [23, Number],
  [700, Number],
  [701, Number],
])
