/** What `leat write`, `read` and `ping` are told, in the words of SINETStream's own command line. */
import { parseDocument } from 'yaml'
import { setOwn } from '../../base/own-property.ts'
import {
  type Command,
  command,
  type Description,
  type OptionTable,
  type ValuesOf,
} from '../command.ts'
import { cliError } from '../errors.ts'

export const serviceOptions = {
  'no-config-file': {
    type: 'boolean',
    about: 'Reads no service file: all is given as KEY=VALUE. Also -nc.',
    example: '-nc type=kafka brokers=127.0.0.1:9092 topic=test',
  },
  service: {
    type: 'string',
    short: 's',
    value: 'SERVICE',
    about: 'The service of the file; may be left out where the file has one only.',
    example: '-s temperatures',
  },
  config: {
    type: 'string',
    short: 'c',
    value: 'CONFIG',
    about: 'The configuration on the server of ~/.config/sinetstream/auth.json, instead of a file.',
    example: '-c plant',
  },
  text: {
    type: 'boolean',
    short: 't',
    about: 'Messages are text: as value_type=text.',
    example: '-t',
  },
  verbose: {
    type: 'boolean',
    short: 'v',
    multiple: true,
    about: 'Says more on stderr; twice says all.',
    example: '-vv',
  },
  'keep-going': {
    type: 'boolean',
    short: 'k',
    about: 'Goes on after a message that fails.',
    example: '-k',
  },
} as const satisfies OptionTable

export const serviceOperands = '[KEY=VALUE…]'

export const aboutServices =
  "KEY=VALUE is a parameter of SINETStream: dots nest, values are YAML ('crypto.mode=GCM').\n" +
  'Services stand in ./.sinetstream_config.yml or ~/.config/sinetstream/config.yml.'

/** A command that also understands what only SINETStream's command line writes. */
export function messageCommand<const Options extends OptionTable>(
  description: Description<Options>,
): Command {
  const inner = command(description)
  return { ...inner, run: (args, terminal) => inner.run(rewritten(args), terminal) }
}

/**
 * `-nc` is one word. What follows `-m` is a message even where it begins as an option does: a
 * negative number, or words.
 */
export function rewritten(args: readonly string[]): string[] {
  const result: string[] = []
  for (const arg of args) {
    const before = result.at(-1)
    const isMessage = before === '-m' || before === '--message'
    if (isMessage && /^-(\d|\.\d|.*\s)/.test(arg)) result.splice(-1, 1, `--message=${arg}`)
    else result.push(arg === '-nc' ? '--no-config-file' : arg)
  }
  return result
}

/** What a Reader or a Writer is opened with. Their errors name what is wrong in it. */
export type Parameters = Readonly<Record<string, unknown>>

/** Throws 'usage'; never tells a value, which may be a password. */
export function parametersOf(
  options: Pick<ValuesOf<typeof serviceOptions>, 'no-config-file' | 'service' | 'config' | 'text'>,
  operands: readonly string[],
): Parameters {
  const parameters: Record<string, unknown> = { no_config: options['no-config-file'] ?? false }
  if (options.service !== undefined) parameters.service = options.service
  if (options.config !== undefined) parameters.config = options.config
  for (const [index, operand] of operands.entries()) {
    const at = operand.indexOf('=')
    if (at <= 0) {
      throw usage(`Parameter ${index + 1} has no '='; write KEY=VALUE, such as topic=test.`)
    }
    const key = operand.slice(0, at)
    setAt(parameters, key, yamlValue(key, operand.slice(at + 1)))
  }
  if (options.text) parameters.value_type = 'text'
  if (parameters.no_config && parameters.config !== undefined) {
    throw usage("'-nc' asks for no configuration, '-c' names one; leave one of them out.")
  }
  return parameters
}

function setAt(parameters: Record<string, unknown>, key: string, value: unknown): void {
  const names = key.split('.')
  const last = names.pop() ?? ''
  let place = parameters
  for (const name of names) {
    const below = Object.hasOwn(place, name) ? place[name] : {}
    if (typeof below !== 'object' || below === null || Array.isArray(below)) {
      throw usage(`'${key}' would stand under '${name}', which has a value of its own.`)
    }
    setOwn(place, name, below)
    place = below as Record<string, unknown>
  }
  setOwn(place, last, value)
}

/** YAML 1.1, as service files are. */
function yamlValue(key: string, text: string): unknown {
  const wrong = () => usage(`The value of '${key}' is no YAML; put it in quotes: '${key}="…"'.`)
  const document = parseDocument(text, { version: '1.1', logLevel: 'silent' })
  if (document.errors.length > 0 || document.warnings.length > 0) throw wrong()
  try {
    return document.toJS()
  } catch {
    // An alias without its anchor is found only here.
    throw wrong()
  }
}

function usage(problem: string) {
  return cliError('usage', { problem })
}
