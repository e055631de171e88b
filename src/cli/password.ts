/** A new password: from a file, the environment, a pipe or a prompt, never from the command line. */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { type Readable, Writable } from 'node:stream'
import type { OptionTable, ValuesOf } from './command.ts'
import { cliError } from './errors.ts'
import type { Terminal } from './terminal.ts'

export const passwordOptions = {
  'password-file': {
    type: 'string',
    value: 'FILE',
    about: 'Takes the password from the first line of a file, instead of asking for it.',
    example: '--password-file ./secrets/alice',
  },
  'password-env': {
    type: 'string',
    value: 'NAME',
    about: 'Takes it from a variable of the environment.',
    example: '--password-env ALICE_PASSWORD',
  },
} as const satisfies OptionTable

export async function newPassword(
  options: ValuesOf<typeof passwordOptions>,
  terminal: Terminal,
): Promise<string> {
  const password = await givenPassword(options, terminal)
  if (password !== '') return password
  throw cliError('usage', { problem: 'The password is empty; write one.' })
}

async function givenPassword(
  { 'password-file': file, 'password-env': name }: ValuesOf<typeof passwordOptions>,
  terminal: Terminal,
): Promise<string> {
  if (file !== undefined) return await firstLineOf(file)
  if (name !== undefined) {
    const value = terminal.environment[name]
    if (value !== undefined) return value
    throw cliError('usage', { problem: `The variable ${name} is not set; set it.` })
  }
  if (!isTerminal(terminal.stdin)) return firstLine(await textOf(terminal.stdin))
  const password = await ask('New password: ', terminal)
  if ((await ask('Once more: ', terminal)) === password) return password
  throw cliError('usage', { problem: 'These were two different passwords; try again.' })
}

async function firstLineOf(file: string): Promise<string> {
  try {
    return firstLine(await readFile(file, 'utf8'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw cliError('usage', { problem: `The password cannot be read: ${why}.` }, { cause: error })
  }
}

/** Shows the question, and nothing of what is typed. */
async function ask(question: string, { stdin, stderr, stopped }: Terminal): Promise<string> {
  const unseen = new Writable({ write: (_bytes, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: unseen, terminal: true })
  const interrupted = new AbortController()
  lines.once('SIGINT', () => interrupted.abort())
  stderr.write(question)
  try {
    return await lines.question('', { signal: AbortSignal.any([stopped, interrupted.signal]) })
  } catch (error) {
    throw cliError('failed', { problem: 'No password was given.' }, { cause: error })
  } finally {
    lines.close()
    stderr.write('\n')
  }
}

function isTerminal(stdin: Readable): boolean {
  return 'isTTY' in stdin && stdin.isTTY === true
}

async function textOf(stdin: Readable): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stdin)).toString()
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? ''
}
