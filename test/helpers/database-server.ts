import { RunningProgram } from './programs.ts'

/** PostgreSQL waits for whoever follows its log, for a minute where that one is silent. */
const longestEndMs = 90_000

/** What another client sees. */
export interface Answers extends AsyncDisposable {
  ask(sql: string): Promise<Record<string, unknown>[]>
}

/** What tests need of a real database of their own, whichever it is. */
export abstract class DatabaseServer {
  readonly port: number
  readonly #command: readonly string[]
  #program: RunningProgram | undefined

  constructor(port: number, command: readonly string[]) {
    this.port = port
    this.#command = command
  }

  /** A connection that stays, to the database of this name. */
  abstract converse(database: string): Promise<Answers>

  async ask(database: string, sql: string): Promise<Record<string, unknown>[]> {
    await using conversation = await this.converse(database)
    return await conversation.ask(sql)
  }

  protected run(options: {
    readonly cwd?: string
    readonly env?: Record<string, string>
  }): RunningProgram {
    this.#program = new RunningProgram(this.#command, options)
    return this.#program
  }

  protected async end(signal: NodeJS.Signals): Promise<void> {
    await this.#program?.stop(signal, longestEndMs)
  }
}
