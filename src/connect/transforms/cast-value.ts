/** One value as another type, as the Cast transform of Kafka does it. */
import { type ConnectSchema, type ConnectType, type Decimal, isDecimal } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { describe } from '../values/describe.ts'
import { daysOf, logicalTypeOf, timeOf } from '../values/logical.ts'
import { bigDecimalText, narrowed, parseFloatText, parseInteger } from '../values/numbers.ts'
import { dateText, numberText } from '../values/text-of.ts'

export const castTypes = [
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'boolean',
  'string',
] as const

export type CastType = (typeof castTypes)[number]

export function castValue(schema: ConnectSchema | null, value: unknown, to: CastType): unknown {
  if (value === null || value === undefined) return null
  requireSource(schema, value)
  const plain = to === 'string' ? value : withoutLogicalType(schema, value)
  return casters[to](plain, schema)
}

function requireSource(schema: ConnectSchema | null, value: unknown): void {
  const type = schema === null ? typeWithoutSchema(value) : schema.type
  if (type === 'bytes' || castTypes.includes(type as CastType)) return
  throw new DataError(
    `Cast transformation does not support casting to/from ${type.toUpperCase()}; ` +
      `supported types are ${castTypes.map((one) => one.toUpperCase()).join(', ')}, BYTES`,
  )
}

/** What has no schema has a type only if JSON knows such values. */
function typeWithoutSchema(value: unknown): ConnectType {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'bigint' || typeof value === 'number') return 'float64'
  if (Buffer.isBuffer(value)) return 'bytes'
  if (value instanceof Date || isDecimal(value)) {
    throw new DataError(
      `Cast transformation was passed a value of type ${describe(value)} ` +
        "which is not supported by Connect's data API",
    )
  }
  return Array.isArray(value) ? 'array' : 'map'
}

function withoutLogicalType(schema: ConnectSchema | null, value: unknown): unknown {
  if (schema === null || !(value instanceof Date)) return value
  const type = logicalTypeOf(schema)
  if (type === 'date') return daysOf(value)
  return type === 'time' ? timeOf(value) : BigInt(value.getTime())
}

type Caster = (value: unknown, schema: ConnectSchema | null) => unknown

const casters: Readonly<Record<CastType, Caster>> = {
  int8: (value) => Number(integer(value, 8)),
  int16: (value) => Number(integer(value, 16)),
  int32: (value) => Number(integer(value, 32)),
  int64: (value) => integer(value, 64),
  float32: (value) => Math.fround(float(value)),
  float64: float,
  boolean: truth,
  string: text,
}

function integer(value: unknown, bits: 8 | 16 | 32 | 64): bigint {
  if (isNumber(value)) return narrowed(value, bits)
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value !== 'string') throw unexpected(value)
  return parseInteger(value, bits) ?? outOfRange(value)
}

function float(value: unknown): number {
  if (isDecimal(value)) return Number(bigDecimalText(value))
  if (isNumber(value)) return Number(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string') throw unexpected(value)
  return parseFloatText(value) ?? outOfRange(value)
}

function truth(value: unknown): boolean {
  if (isNumber(value)) return narrowed(value, 64) !== 0n
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return /^true$/i.test(value)
  throw unexpected(value)
}

function text(value: unknown, schema: ConnectSchema | null): string {
  if (value instanceof Date) return dateText(value)
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (typeof value === 'number') return numberText(schema, value)
  return isDecimal(value) ? bigDecimalText(value) : String(value)
}

function isNumber(value: unknown): value is number | bigint | Decimal {
  return typeof value === 'number' || typeof value === 'bigint' || isDecimal(value)
}

function unexpected(value: unknown): DataError {
  return new DataError(`Unexpected type in Cast transformation: ${describe(value)}`)
}

function outOfRange(value: string): never {
  throw new DataError(`Value (${value}) was out of range for requested data type`)
}
