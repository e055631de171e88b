/** The command line: finds the command, runs it, and turns its end into an exit code. */
import { LeatError } from '../base/errors.ts'
import { nearest } from '../base/nearest.ts'
import type { Command, Group } from './command.ts'
import { commands } from './commands/index.ts'
import { cliError, exitCode, exitCodeOf } from './errors.ts'
import { helpOfAll, helpOfCommand, helpOfGroup } from './help.ts'
import { printLine, type Terminal } from './terminal.ts'

/** Runs the command line of this process. */
export async function main(): Promise<void> {
  const { argv, env } = process
  // `npm run leat` runs in the folder of the package; the user's paths mean the user's folder.
  if (env.npm_lifecycle_event === 'leat' && env.INIT_CWD !== undefined) process.chdir(env.INIT_CWD)
  endWithReader()
  const { stdin, stdout, stderr } = process
  const terminal = { stdin, stdout, stderr, environment: env, stopped: stopSignal() }
  process.exitCode = await run(argv.slice(2), terminal)
}

/** Runs one command line; resolves to the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await dispatch(args, terminal)
    return exitCode.done
  } catch (error) {
    // An error that no catalogue has is a bug of ours: its stack is for whoever mends it.
    const known = error instanceof LeatError
    const text = known ? error.message : error instanceof Error ? error.stack : String(error)
    await printLine(terminal.stderr, `leat: ${text}`)
    return exitCodeOf(error)
  }
}

async function dispatch([name, ...rest]: readonly string[], terminal: Terminal): Promise<void> {
  if (name === undefined || isHelp(name)) {
    await printLine(name === undefined ? terminal.stderr : terminal.stdout, helpOfAll(commands))
    if (name === undefined) throw cliError('usage', { problem: 'A command is missing.' })
    return
  }
  if (name === '--version' || name === '-v') return await dispatch(['version'], terminal)
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (entry === undefined) throw unknown('command', name, Object.keys(commands), 'leat --help')
  const loaded = await entry.load()
  if ('actions' in loaded) return await runAction(name, entry.summary, loaded, rest, terminal)
  await runCommand(name, entry.summary, loaded, rest, terminal)
}

async function runAction(
  group: string,
  summary: string,
  { actions }: Group,
  [name, ...rest]: readonly string[],
  terminal: Terminal,
): Promise<void> {
  if (name === undefined || isHelp(name)) {
    const help = helpOfGroup(group, summary, { actions })
    await printLine(name === undefined ? terminal.stderr : terminal.stdout, help)
    if (name === undefined) throw cliError('usage', { problem: 'An action is missing.' })
    return
  }
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action === undefined) {
    throw unknown('action', name, Object.keys(actions), `leat ${group} --help`)
  }
  await runCommand(`${group} ${name}`, action.summary, action.command, rest, terminal)
}

async function runCommand(
  name: string,
  summary: string,
  command: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<void> {
  if (args.some(isHelp)) {
    await printLine(terminal.stdout, helpOfCommand(name, summary, command))
    return
  }
  await command.run(args, terminal)
}

function isHelp(arg: string): boolean {
  return arg === '--help' || arg === '-h'
}

function unknown(kind: string, name: string, known: readonly string[], help: string): LeatError {
  const meant = nearest(name, known)
  const cure = meant === undefined ? `'${help}' lists them.` : `did you mean '${meant}'?`
  return cliError('usage', { problem: `There is no ${kind} '${name}'; ${cure}` })
}

/** npm and timeout send one wish to stop twice, at once: so soon it is still the same wish. */
const sameWishMs = 1000

/** The first signal asks for an end, a later one is one. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  let askedAt = 0
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => {
      const now = performance.now()
      if (!controller.signal.aborted) {
        askedAt = now
        controller.abort()
      } else if (now - askedAt > sameWishMs) process.exit(128 + number)
    })
  }
  return controller.signal
}

/** `leat consume … | head` ends when head has enough. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCode.done)
    throw error
  })
}
