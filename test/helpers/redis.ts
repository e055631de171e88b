/** A real Redis of a test's own, on a free port of the loopback. */
import { type Owner, temporaryFolder } from './folders.ts'
import { freePorts } from './ports.ts'
import { outputOf, RunningProgram } from './programs.ts'

export async function startRedis(owner: Owner): Promise<Redis> {
  let redis: Redis | undefined
  owner.after(async () => await redis?.kill())
  const folder = temporaryFolder(owner)
  const [port = 0] = await freePorts(1)
  redis = new Redis(port, folder)
  await redis.start()
  return redis
}

export class Redis {
  readonly port: number
  readonly password = 'a-secret'
  readonly #folder: string
  #program: RunningProgram | undefined

  constructor(port: number, folder: string) {
    this.port = port
    this.#folder = folder
  }

  async start(): Promise<void> {
    const options = ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.#folder]
    // What it has answered is there after a kill: otherwise it may put its writes off for some seconds.
    const log = ['--appendonly', 'yes', '--appendfsync', 'always']
    const durable = ['--save', '', ...log, '--requirepass', this.password]
    this.#program = new RunningProgram(['redis-server', ...options, ...durable], {})
    await this.#program.listensOn(this.port)
  }

  async kill(): Promise<void> {
    this.#program?.kill()
    await this.#program?.exited
  }

  /** What redis-cli prints, without its last line end. */
  async ask(database: number, ...command: string[]): Promise<string> {
    const place = ['-p', String(this.port), '-n', String(database), '-a', this.password]
    const said = await outputOf(['redis-cli', '--no-auth-warning', ...place, ...command])
    return said.replace(/\n$/, '')
  }
}
