/** Other people's programs, run as a person would: arguments, input, output, an exit code. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { eventually } from './eventually.ts'
import type { Owner } from './folders.ts'
import { accepts } from './ports.ts'

export interface ProgramOptions {
  readonly env?: Record<string, string>
  readonly cwd?: string
  /** Everything that the program may read; without it, its input is empty. */
  readonly input?: string
  /** Keeps the input open, to be written through `RunningProgram.input`. */
  readonly interactive?: boolean
}

export interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. One that takes longer than the deadline is ended, and that is a failure. */
export async function runProgram(
  command: readonly string[],
  options: ProgramOptions & { deadlineMs?: number } = {},
): Promise<Finished> {
  const program = new RunningProgram(command, options)
  const deadlineMs = options.deadlineMs ?? 120_000
  const timer = setTimeout(() => program.kill(), deadlineMs)
  const exitCode = await program.exited
  clearTimeout(timer)
  if (program.killedByUs) throw new Error(`not ended within ${deadlineMs} ms: ${program.story()}`)
  return { exitCode, stdout: program.stdout, stderr: program.stderr }
}

/** As `runProgram`, for a program that must succeed; returns its standard output. */
export async function outputOf(
  command: readonly string[],
  options: ProgramOptions & { deadlineMs?: number } = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram(command, options)
  if (exitCode === 0) return stdout
  throw new Error(`${command.join(' ')}\nended with ${exitCode}\n${stdout}\n${stderr}`)
}

/** Starts a program that runs beside the test and ends with its owner at the latest. */
export function startProgram(
  owner: Owner,
  command: readonly string[],
  options: ProgramOptions = {},
): RunningProgram {
  const program = new RunningProgram(command, options)
  owner.after(async () => {
    program.kill()
    await program.exited
  })
  return program
}

export class RunningProgram {
  stdout = ''
  stderr = ''
  killedByUs = false
  /** The exit code, or null when a signal ended it; a program that cannot start rejects. */
  readonly exited: Promise<number | null>
  readonly #command: readonly string[]
  readonly #child: ChildProcess

  constructor(command: readonly string[], options: ProgramOptions) {
    const [file = '', ...args] = command
    this.#command = command
    this.#child = spawn(file, args, {
      env: { ...process.env, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdio: 'pipe',
    })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    // A program that ends before it has read everything is no failure of the test's.
    this.#child.stdin?.on('error', () => {})
    if (!options.interactive) this.#child.stdin?.end(options.input ?? '')
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('close', resolve)
      this.#child.once('error', reject)
    })
    this.exited.catch(() => {})
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get input(): Writable {
    if (this.#child.stdin === null) throw new Error('the program has no input')
    return this.#child.stdin
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Waits until the output (both streams) has this text or pattern. */
  async says(expected: string | RegExp, deadlineMs = 60_000): Promise<void> {
    const heard = () =>
      [this.stdout, this.stderr].some((text) =>
        typeof expected === 'string' ? text.includes(expected) : expected.test(text),
      )
    const failed = await eventually(
      'an answer',
      () => (heard() ? 'heard' : !this.running && 'ended'),
      deadlineMs,
    ).catch(() => 'silent')
    // What it said last may be on its way when it has ended.
    if (failed === 'ended') await this.exited
    if (failed !== 'heard' && !heard()) {
      throw new Error(`${expected} was expected (${failed}): ${this.story()}`)
    }
  }

  /** Waits until somebody listens on this port of the loopback; fails at once where the program has ended. */
  async listensOn(port: number, deadlineMs = 60_000): Promise<void> {
    await eventually(
      `${this.#command[0]} accepts connections at port ${port}`,
      async () => {
        if (!this.running) throw new Error(`It has ended, and does not listen: ${this.story()}`)
        return await accepts(port)
      },
      deadlineMs,
    )
  }

  signal(name: NodeJS.Signals): void {
    if (this.running) this.#child.kill(name)
  }

  kill(): void {
    if (!this.running) return
    this.killedByUs = true
    this.#child.kill('SIGKILL')
  }

  /** Asks the program to end and waits until it did. */
  async stop(name: NodeJS.Signals = 'SIGTERM', deadlineMs = 60_000): Promise<number | null> {
    this.signal(name)
    return await this.ends(deadlineMs)
  }

  /** Waits until the program has ended by itself; resolves to the exit code. */
  async ends(deadlineMs = 120_000): Promise<number | null> {
    await eventually(
      () => `the end of ${this.story()}`,
      () => !this.running,
      deadlineMs,
    )
    return await this.exited
  }

  /** What it was and what it said, for a failure's message. */
  story(): string {
    return `${this.#command.join(' ')}\n${this.stdout.slice(-4000)}\n${this.stderr.slice(-4000)}`
  }
}
