import { BadRecordError, decimalText, isDecimal, type SinkRecord } from '../../connect/kit/index.ts'
import { type Charset, charsets } from './bytes.ts'

/** Field, value, field, value …: of a struct or a map; fields without a value are left out. */
export function fieldsOf({ value }: SinkRecord, charset: Charset): Buffer[] {
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    Buffer.isBuffer(value)
  ) {
    throw new BadRecordError(
      'the value of a record is neither a struct nor a map: use a converter of AVRO, JSON or PROTOBUF',
    )
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  const encoding = charsets[charset]
  const fields = entries.flatMap(([name, one]) =>
    one === null || one === undefined
      ? []
      : [
          Buffer.from(String(name), encoding),
          Buffer.isBuffer(one) ? one : Buffer.from(textOf(one), encoding),
        ],
  )
  if (fields.length === 0) throw new BadRecordError('the value of a record has no fields')
  return fields
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Date) return value.toISOString()
  if (isDecimal(value)) return decimalText(value)
  if (typeof value !== 'object') return String(value)
  const plain = (_: string, one: unknown) => (typeof one === 'bigint' ? String(one) : one)
  return JSON.stringify(value instanceof Map ? Object.fromEntries(value) : value, plain)
}
