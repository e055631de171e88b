/** Values as text (Connect's `Values.convertToString`): JSON-like, dates as ISO 8601 says. */
import { type ConnectSchema, isDecimal } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { describe } from './describe.ts'
import { fieldValue, isObject } from './fields.ts'
import { dayMs } from './logical.ts'
import { bigDecimalText, doubleText, floatText } from './numbers.ts'

/** null stays null; a string is itself, unless it stands inside an array or a map. */
export function textOf(schema: ConnectSchema | null, value: unknown): string | null {
  if (value === null || value === undefined) return null
  return shown(schema, value, false)
}

/** A time of day below one day, a date at midnight, a timestamp otherwise: as Connect guesses. */
export function dateText(date: Date): string {
  const ms = date.getTime()
  const iso = new Date(ms).toISOString()
  if (ms < dayMs) return iso.slice(-13)
  return ms % dayMs === 0 ? iso.slice(0, -14) : iso
}

/** A number as Java prints it; without a schema, a whole one is no float. */
export function numberText(schema: ConnectSchema | null, value: number): string {
  if (schema?.type === 'float32') return floatText(value)
  return schema?.type === 'float64' || !Number.isInteger(value) ? doubleText(value) : `${value}`
}

function shown(schema: ConnectSchema | null, value: unknown, inside: boolean): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return inside ? quoted(value) : value
  if (typeof value === 'number') return numberText(schema, value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return `${value}`
  if (Buffer.isBuffer(value))
    return inside ? quoted(value.toString('base64')) : value.toString('base64')
  if (value instanceof Date) return dateText(value)
  if (isDecimal(value)) return bigDecimalText(value)
  if (Array.isArray(value)) {
    return `[${value.map((one) => shown(schema?.values ?? null, one, true)).join(',')}]`
  }
  if (value instanceof Map || isObject(value)) return shownEntries(schema, value)
  throw new DataError(`Failed to serialize unexpected value type ${describe(value)}`)
}

function shownEntries(schema: ConnectSchema | null, value: object): string {
  const entries = [...entriesOf(schema, value)].map(
    ([key, keySchema, one, oneSchema]) =>
      `${shown(keySchema, key, true)}:${shown(oneSchema, one, true)}`,
  )
  return `{${entries.join(',')}}`
}

type Shown = [unknown, ConnectSchema | null, unknown, ConnectSchema | null]

function* entriesOf(schema: ConnectSchema | null, value: object): Generator<Shown> {
  if (schema?.fields !== undefined && isObject(value)) {
    for (const field of schema.fields) {
      yield [field.name, null, fieldValue(value, field, true), field.schema]
    }
  } else {
    const entries = value instanceof Map ? value : Object.entries(value)
    for (const [key, one] of entries) yield [key, schema?.keys ?? null, one, schema?.values ?? null]
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
