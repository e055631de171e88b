/** Values as Java's `toString` prints them: maps as `{a=1}`, structs as `Struct{a=1}`. */
import { type ConnectSchema, isDecimal } from '../kit/data.ts'
import { isObject } from './fields.ts'
import { bigDecimalText } from './numbers.ts'
import { numberText } from './text-of.ts'

export function javaText(schema: ConnectSchema | null, value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(schema, value)
  if (isDecimal(value)) return bigDecimalText(value)
  if (value instanceof Date) return dateText(value)
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (Array.isArray(value)) {
    return `[${value.map((one) => javaText(schema?.values ?? null, one)).join(', ')}]`
  }
  if (value instanceof Map) return pairs([...value], schema)
  if (!isObject(value)) return String(value)
  if (schema?.fields === undefined) return pairs(Object.entries(value), schema)
  const fields = schema.fields
    .filter(({ name }) => (value[name] ?? null) !== null)
    .map((field) => `${field.name}=${javaText(field.schema, value[field.name])}`)
  return `Struct{${fields.join(',')}}`
}

function pairs(entries: readonly (readonly [unknown, unknown])[], schema: ConnectSchema | null) {
  const shown = entries.map(
    ([key, value]) =>
      `${javaText(schema?.keys ?? null, key)}=${javaText(schema?.values ?? null, value)}`,
  )
  return `{${shown.join(', ')}}`
}

/** `Thu Jan 01 00:00:00 UTC 1970`. */
function dateText(date: Date): string {
  const [day = '', number, month, year, time] = date.toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${number} ${time} UTC ${year}`
}
