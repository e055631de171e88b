/** A real MariaDB of a test's own, on a free port of the loopback. */
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { DatabaseServer } from './database-server.ts'
import { type Owner, temporaryFolder } from './folders.ts'
import { asUser } from './other-user.ts'
import { freePorts } from './ports.ts'
import { outputOf } from './programs.ts'

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

export class Mariadb extends DatabaseServer {
  readonly system = 'mysql'
  readonly user = 'root'

  async start(): Promise<void> {
    await this.run({ env: { TZ: 'UTC' } }).listensOn(this.port)
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM')
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  url(database: string): string {
    return `jdbc:mariadb://127.0.0.1:${this.port}/${database}`
  }

  /** Makes a database, empty. */
  async makeDatabase(name: string): Promise<void> {
    await this.ask('', `CREATE DATABASE \`${name}\``)
  }

  /** Times are texts. */
  async converse(database: string) {
    const connection = await createConnection({
      ...{ host: '127.0.0.1', port: this.port, user: this.user, database },
      ...{ dateStrings: true, supportBigNumbers: true, connectTimeout: 60_000 },
    })
    return {
      ask: async (sql: string) => (await connection.query(sql))[0] as Record<string, unknown>[],
      [Symbol.asyncDispose]: () => connection.end(),
    }
  }
}
