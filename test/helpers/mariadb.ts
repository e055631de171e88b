/** A real MariaDB of a test's own, on a free port of the loopback. */
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { eventually } from './eventually.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { asUser } from './other-user.ts'
import { accepts, freePorts } from './ports.ts'
import { outputOf, RunningProgram } from './programs.ts'

/** What a server needs so that its changes can be followed. */
const logged = [
  ...['--log-bin=binlog', '--server-id=1', '--binlog-format=ROW', '--binlog-row-metadata=FULL'],
  '--sync-binlog=0',
]

export async function startMariadb(owner: Owner, { log = false } = {}): Promise<Mariadb> {
  let server: Mariadb | undefined
  owner.after(async () => await server?.kill())
  const folder = temporaryFolder(owner)
  const user = asUser('mysql', folder)
  const [port = 0] = await freePorts(1)
  // Servers that share a folder for temporary tables delete each other's.
  const folders = [`--datadir=${join(folder, 'data')}`, `--tmpdir=${folder}`]
  const install = ['--no-defaults', ...folders, '--auth-root-authentication-method=normal']
  await outputOf([...user, 'mariadb-install-db', ...install, '--skip-test-db'])
  server = new Mariadb(port, [
    ...[
      ...user,
      'mariadbd',
      '--no-defaults',
      ...folders,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
    ],
    ...[`--socket=${join(folder, 's.sock')}`, `--pid-file=${join(folder, 'pid')}`],
    ...['--innodb-buffer-pool-size=64M', ...(log ? logged : ['--skip-log-bin'])],
    ...['--performance-schema=off', '--character-set-server=utf8mb4'],
  ])
  await server.start()
  return server
}

export class Mariadb {
  readonly system = 'mysql'
  readonly port: number
  readonly user = 'root'
  readonly #command: readonly string[]
  #program: RunningProgram | undefined

  constructor(port: number, command: readonly string[]) {
    this.port = port
    this.#command = command
  }

  async start(): Promise<void> {
    this.#program = new RunningProgram(this.#command, { env: { TZ: 'UTC' } })
    await eventually('MariaDB accepts connections', () => accepts(this.port), 30_000)
  }

  async stop(): Promise<void> {
    await this.#program?.stop('SIGTERM', 30_000)
  }

  async kill(): Promise<void> {
    this.#program?.kill()
    await this.#program?.exited
  }

  url(database: string): string {
    return `jdbc:mariadb://127.0.0.1:${this.port}/${database}`
  }

  /** Makes a database, empty. */
  async makeDatabase(name: string): Promise<void> {
    await this.ask('', `CREATE DATABASE \`${name}\``)
  }

  /** What another client sees; times as texts. */
  async ask(database: string, sql: string): Promise<Record<string, unknown>[]> {
    await using conversation = await this.converse(database)
    return await conversation.ask(sql)
  }

  async converse(database: string) {
    const connection = await createConnection({
      ...{ host: '127.0.0.1', port: this.port, user: this.user, database },
      ...{ dateStrings: true, supportBigNumbers: true },
    })
    return {
      ask: async (sql: string) => (await connection.query(sql))[0] as Record<string, unknown>[],
      [Symbol.asyncDispose]: () => connection.end(),
    }
  }
}
