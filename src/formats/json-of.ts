import { rawNumber } from '../base/lossless-json.ts'

/** What was read of any format as JSON: whole numbers with all their digits, times as milliseconds since 1970, bytes in base64. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value, replace)
}

/** Called with the object as `this`: what has a `toJSON` of its own has been through it already. */
function replace(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return rawNumber(`${value}`)
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  const own = (this as Readonly<Record<string, unknown>>)[key]
  if (own instanceof Date) return own.getTime()
  if (own instanceof Uint8Array) return Buffer.from(own).toString('base64')
  return value
}
