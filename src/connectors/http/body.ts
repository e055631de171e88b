import { BadRecordError, decimalText, isDecimal, type SinkRecord } from '../../connect/kit/index.ts'
import type { HttpValues } from './options.ts'

/** The body of a request with these records. Throws `BadRecordError`. */
export function bodyOf(records: readonly SinkRecord[], values: HttpValues): string | Buffer {
  const isJson = values['request.body.format'] === 'json'
  const parts = records.map(({ value }) => (isJson ? jsonOf(value) : plainOf(value)))
  const [only] = parts
  if (isJson && values['batch.json.as.array']) return `[${parts.join(',')}]`
  const { 'batch.prefix': prefix, 'batch.suffix': suffix } = values
  if (parts.length === 1 && prefix === '' && suffix === '') return only ?? ''
  return Buffer.concat(
    [prefix, ...between(parts, values['batch.separator']), suffix].map((part) => Buffer.from(part)),
  )
}

export function contentTypeOf(values: HttpValues): string {
  return values['request.body.format'] === 'json' ? 'application/json' : 'text/plain; charset=utf-8'
}

function between(parts: readonly (string | Buffer)[], separator: string) {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]))
}

function plainOf(value: unknown): string | Buffer {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value
  throw new BadRecordError(
    'the value of a record is neither a text nor bytes: set request.body.format to json',
  )
}

/** As Connect's JsonConverter writes values without a schema; decimals are numbers. */
function jsonOf(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null'
  if (Buffer.isBuffer(value)) return JSON.stringify(value.toString('base64'))
  if (value instanceof Date) return String(value.getTime())
  if (isDecimal(value)) return decimalText(value)
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  const fields = entries.map(([name, one]) => `${JSON.stringify(String(name))}:${jsonOf(one)}`)
  return `{${fields.join(',')}}`
}
