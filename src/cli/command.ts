/**
 * A command as data: from its options come the parser (Node's own `parseArgs`), the types of their
 * values and the help.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearest } from '../base/nearest.ts'
import { cliError } from './errors.ts'
import type { Terminal } from './terminal.ts'

export interface Option {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  /** Whether it may be given more than once. */
  readonly multiple?: boolean
  /** What stands for the value in the help. */
  readonly value?: string
  readonly about: string
  readonly example: string
}

export type OptionTable = Readonly<Record<string, Option>>

export type ValuesOf<Options extends OptionTable> = {
  readonly [Name in keyof Options]?: Options[Name]['multiple'] extends true
    ? Single<Options[Name]>[]
    : Single<Options[Name]>
}
type Single<One extends Option> = One['type'] extends 'boolean' ? boolean : string

export interface Description<Options extends OptionTable> {
  /** What follows the name, such as `TOPIC [VALUE…]`; nothing may follow where it is absent. */
  readonly operands?: string
  readonly options: Options
  /** What else there is to know, in whole sentences. */
  readonly about?: string
  readonly examples: readonly string[]
  run(input: Input<Options>): Promise<void>
}

export interface Input<Options extends OptionTable> {
  readonly options: ValuesOf<Options>
  readonly operands: readonly string[]
  readonly terminal: Terminal
}

/** A command whose options are known to itself alone. */
export interface Command extends Omit<Description<OptionTable>, 'run'> {
  run(args: readonly string[], terminal: Terminal): Promise<void>
}

/** Commands under one name, such as `topics list` and `topics create`. */
export interface Group {
  readonly actions: Readonly<Record<string, Action>>
}

export interface Action {
  readonly summary: string
  readonly command: Command
}

export function command<const Options extends OptionTable>(
  description: Description<Options>,
): Command {
  return {
    ...description,
    async run(args, terminal) {
      const { values, positionals } = parse(args, description)
      await description.run({
        options: values as ValuesOf<Options>,
        operands: positionals,
        terminal,
      })
    },
  }
}

function parse(args: readonly string[], { options, operands }: Description<OptionTable>) {
  try {
    return parseArgs({
      args: joinNegativeValues(args, options),
      options: options as NonNullable<ParseArgsConfig['options']>,
      allowPositionals: operands !== undefined,
      strict: true,
    })
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw cliError('usage', { problem: explain(error, options) }, { cause: error })
  }
}

/** `--offset -5` is a value, not an option: no option of ours begins with a digit. */
function joinNegativeValues(args: readonly string[], options: OptionTable): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const before = joined.at(-1)
    const takesValue = before?.startsWith('--') && options[before.slice(2)]?.type === 'string'
    if (takesValue && /^-\d/.test(arg)) joined.splice(-1, 1, `${before}=${arg}`)
    else joined.push(arg)
  }
  return joined
}

function explain(error: Error, options: OptionTable): string {
  const unknown = /^Unknown option '--([^']+)'/.exec(error.message)?.[1]
  if (unknown === undefined) return `${error.message.split('. ')[0]?.replace(/\.$/, '')}.`
  const meant = nearest(unknown, Object.keys(options))
  const cure = meant === undefined ? "'--help' lists them" : `did you mean '--${meant}'?`
  return `There is no option '--${unknown}'; ${cure}`
}

/** The operands by position, where exactly so many are wanted. */
export function operandsOf(operands: readonly string[], ...names: string[]): string[] {
  if (operands.length !== names.length) {
    const problem = `Write ${names.join(' ') || 'no operand'} here; ${operands.length} were given.`
    throw cliError('usage', { problem })
  }
  return [...operands]
}

/** A whole number that an option gives; the default where it is not given. */
export function wholeNumber(
  name: string,
  given: string | undefined,
  fallback: number,
  from = 0,
): number {
  if (given === undefined) return fallback
  const value = Number(given)
  if (Number.isSafeInteger(value) && value >= from) return value
  throw cliError('usage', {
    problem: `'--${name}' is '${given}'; write a whole number of at least ${from}.`,
  })
}

export function oneOf<const Choice extends string>(
  name: string,
  given: string | undefined,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  if (given === undefined) return fallback
  const choice = choices.find((one) => one === given)
  if (choice !== undefined) return choice
  throw cliError('usage', { problem: `'--${name}' is '${given}'; write ${choices.join(' or ')}.` })
}
