/**
 * Reads a configuration through a table of options, as Kafka's `ConfigDef` does: the same texts are
 * accepted, and what is wrong is said in the same words, because tools show them as they are.
 */
import type { Option, Options, OptionType, ValuesOf } from './options.ts'

/** The values are there only if nothing is wrong; `errors` has sentences by the option's name. */
export type OptionsRead<Of extends Options> =
  | { readonly values: ValuesOf<Of>; readonly errors: Readonly<Record<string, never>> }
  | { readonly values: undefined; readonly errors: Readonly<Record<string, readonly string[]>> }

/** Names that the table lacks are left to others: one configuration serves connector and worker. */
export function readOptions<const Of extends Options>(
  options: Of,
  given: Readonly<Record<string, string | null | undefined>>,
): OptionsRead<Of> {
  const values: Record<string, unknown> = {}
  const errors: Record<string, readonly string[]> = {}
  for (const [name, option] of Object.entries<Option>(options)) {
    const text = given[name] ?? option.default
    if (text === undefined) {
      errors[name] = [`Missing required configuration "${name}" which has no default value.`]
    } else if (text !== null) {
      const read = readOption(option, text)
      if ('wrong' in read) errors[name] = [invalidOption(name, option, text, read.wrong)]
      else values[name] = read.value
    }
  }
  return Object.keys(errors).length === 0
    ? { values: values as ValuesOf<Of>, errors: {} }
    : { values: undefined, errors }
}

/** `why` in Kafka's frame; a password is not repeated. */
function invalidOption(name: string, option: Option, text: string, why: string): string {
  const shown = option.type === 'password' ? '[hidden]' : text
  return `Invalid value ${shown} for configuration ${name}: ${why}`
}

type Read = { readonly value: unknown } | { readonly wrong: string }

function readOption(option: Option, text: string): Read {
  const read = readers[option.type](text.trim())
  if ('wrong' in read) return read
  const value = option.oneOf === undefined ? read.value : asListed(option.oneOf, read.value)
  const wrong = whatIsWrong(option, value)
  return wrong === undefined ? { value } : { wrong }
}

const readers: Readonly<Record<OptionType, (text: string) => Read>> = {
  string: (value) => ({ value }),
  password: (value) => ({ value }),
  class: (value) => ({ value }),
  list: (text) => ({ value: text === '' ? [] : text.split(/\s*,\s*/) }),
  boolean: readBoolean,
  short: (text) => readInteger(text, 16, 'SHORT'),
  int: (text) => readInteger(text, 32, 'INT'),
  long: (text) => readInteger(text, 64, 'LONG'),
  double: readDouble,
}

function readBoolean(text: string): Read {
  if (/^true$/i.test(text)) return { value: true }
  if (/^false$/i.test(text)) return { value: false }
  return { wrong: 'Expected value to be either true or false' }
}

function readInteger(text: string, bits: number, type: string): Read {
  const wrong = `Not a number of type ${type}`
  if (!/^[+-]?\d{1,40}$/.test(text)) return { wrong }
  const exact = BigInt(text.replace('+', ''))
  return BigInt.asIntN(bits, exact) === exact ? { value: Number(exact) } : { wrong }
}

function readDouble(text: string): Read {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? { value: Number(text) }
    : { wrong: 'Not a number of type DOUBLE' }
}

/** The listed spelling of a value, so that whoever compares need not think of its case. */
function asListed(oneOf: readonly string[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => asListed(oneOf, one))
  const lower = String(value).toLowerCase()
  return oneOf.find((one) => one.toLowerCase() === lower) ?? value
}

function whatIsWrong(option: Option, value: unknown): string | undefined {
  const { oneOf, least, most, check } = option
  if (oneOf !== undefined) {
    const each = Array.isArray(value) ? value : [value]
    if (each.some((one) => !oneOf.includes(one))) {
      return `String must be one of (case insensitive): ${oneOf.join(', ')}`
    }
  }
  if (least !== undefined && Number(value) < least) return `Value must be at least ${least}`
  if (most !== undefined && Number(value) > most) return `Value must be no more than ${most}`
  return check?.(value as never)
}
