import {
  BadRecordError,
  type ConnectSchema,
  decimalText,
  isDecimal,
  logical,
} from '../../../connect/kit/index.ts'
import { dateText, dateTimeText, timeText } from './wall-texts.ts'
import type { Zone } from './zone.ts'

/** How a value is written as text, before a database's own quotes. */
export type ValueText =
  | { readonly form: 'number' | 'float' | 'boolean' | 'text'; readonly text: Text }
  | { readonly form: 'bytes'; readonly bytes: (value: unknown) => Buffer }
  | { readonly form: 'list'; readonly item: ValueText }

type Text = (value: unknown) => string

/** The time zones in which times without one are written. */
export interface ZoneSettings {
  readonly times: Zone
  readonly dates: Zone
  /** What the whole numbers of these fields count since the epoch. */
  readonly timestampFields: ReadonlySet<string>
  readonly timestampUnit: 'microseconds' | 'nanoseconds'
}

/**
 * How the values of a field are written. `times` replaces the zone of the settings where the column
 * itself keeps instants.
 */
export function valueTextOf(
  name: string,
  schema: ConnectSchema,
  settings: ZoneSettings,
  times: Zone,
): ValueText {
  const wrong = (expected: string) => (value: unknown) =>
    new BadRecordError(`Field '${name}' should hold ${expected}, and holds ${kindOf(value)}.`)
  const logicalText = logicalTexts[schema.name ?? '']
  if (logicalText !== undefined) return logicalText(wrong, times, settings.dates)
  if (settings.timestampFields.has(name) && (schema.type === 'int64' || schema.type === 'string')) {
    return countedTime(wrong, times, settings.timestampUnit)
  }
  return plainText(name, schema, settings, times, wrong)
}

type Wrong = (expected: string) => (value: unknown) => BadRecordError

function plainText(
  name: string,
  schema: ConnectSchema,
  settings: ZoneSettings,
  times: Zone,
  wrong: Wrong,
): ValueText {
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64': {
      const no = wrong('a whole number')
      const whole = (value: unknown) => {
        if (typeof value === 'bigint' || Number.isSafeInteger(value)) return `${value}`
        throw no(value)
      }
      return { form: 'number', text: whole }
    }
    case 'float32':
    case 'float64': {
      const no = wrong('a number')
      const number = (value: unknown) => {
        if (typeof value === 'number') return `${value}`
        throw no(value)
      }
      return { form: 'float', text: number }
    }
    case 'boolean': {
      const no = wrong('a boolean')
      const boolean = (value: unknown) => {
        if (typeof value === 'boolean') return `${value}`
        throw no(value)
      }
      return { form: 'boolean', text: boolean }
    }
    case 'string': {
      const no = wrong('a text')
      const text = (value: unknown) => {
        if (typeof value === 'string') return value
        throw no(value)
      }
      return { form: 'text', text }
    }
    case 'bytes': {
      const no = wrong('bytes')
      const bytes = (value: unknown) => {
        if (Buffer.isBuffer(value)) return value
        throw no(value)
      }
      return { form: 'bytes', bytes }
    }
    case 'array': {
      const items = schema.values
      if (items === undefined) throw unwritable(name, schema)
      return { form: 'list', item: valueTextOf(name, items, settings, times) }
    }
    default:
      throw unwritable(name, schema)
  }
}

/** A field that no column can hold. */
export function unwritable(name: string, schema: ConnectSchema): BadRecordError {
  return new BadRecordError(
    `Field '${name}' is of type ${schema.type}, which has no column type: flatten it by the Flatten transform, or leave it out by fields.whitelist.`,
  )
}

type LogicalText = (wrong: Wrong, times: Zone, dates: Zone) => ValueText

const logicalTexts: Readonly<Record<string, LogicalText>> = {
  [logical.timestamp]: (wrong, times) => {
    const ms = instantOf(wrong('a timestamp'))
    return { form: 'text', text: (value) => dateTimeText(times.wall(ms(value))) }
  },
  [logical.time]: (wrong, times) => {
    const ms = instantOf(wrong('a time'))
    return { form: 'text', text: (value) => timeText(times.wall(ms(value))) }
  },
  [logical.date]: (wrong, _times, dates) => {
    const ms = instantOf(wrong('a date'))
    return { form: 'text', text: (value) => dateText(dates.wall(ms(value))) }
  },
  [logical.decimal]: (wrong) => {
    const no = wrong('a decimal')
    const decimal = (value: unknown) => {
      if (isDecimal(value)) return decimalText(value)
      throw no(value)
    }
    return { form: 'number', text: decimal }
  },
}

/** Two days before the end of what a `Date` can hold, so that no zone leads beyond it. */
const mostInstantMs = 8.64e15 - 2 * 86_400_000

function instantOf(wrong: (value: unknown) => BadRecordError) {
  return (value: unknown): number => {
    const ms = value instanceof Date ? value.getTime() : Number.NaN
    if (Math.abs(ms) < mostInstantMs) return ms
    throw wrong(value)
  }
}

/** `timestamp.fields.list`: a count since the epoch, as a number or as its text, to the microsecond. */
function countedTime(wrong: Wrong, times: Zone, unit: 'microseconds' | 'nanoseconds'): ValueText {
  const no = wrong(`a count of ${unit}`)
  const perMicro = unit === 'microseconds' ? 1n : 1000n
  const text = (value: unknown) => {
    const isCount =
      typeof value === 'bigint' || (typeof value === 'string' && /^-?\d{1,25}$/.test(value))
    if (!isCount) throw no(value)
    const micros = floorDivide(BigInt(value), perMicro)
    const ms = floorDivide(micros, 1000n)
    const wall = times.wall(Number(ms))
    if (!Number.isFinite(new Date(wall).getTime())) throw no(value)
    return `${dateTimeText(wall)}${`${micros - ms * 1000n}`.padStart(3, '0')}`
  }
  return { form: 'text', text }
}

function floorDivide(count: bigint, by: bigint): bigint {
  const whole = count / by
  return count < 0n && whole * by !== count ? whole - 1n : whole
}

/** For a message: of what kind a value is, never the value itself. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return `a ${typeof value}`
}
