/** Logical types and the plain values that carry them (Connect's Date, Time, Timestamp, Decimal). */
import { type ConnectSchema, type Decimal, logical, scaleParameter } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'

export const dayMs = 86_400_000

/** How far a `Date` reaches from the epoch, to both sides. */
const mostMs = 8.64e15

export function timestampFrom(ms: number | bigint): Date {
  const number = Number(ms)
  if (Math.abs(number) > mostMs) {
    throw new DataError(
      `${ms} ms since the epoch is beyond the year 275760, the last of a timestamp`,
    )
  }
  return new Date(number)
}

export function dateFrom(days: number): Date {
  return timestampFrom(days * dayMs)
}

export function daysOf(date: Date): number {
  const days = date.getTime() / dayMs
  if (!Number.isInteger(days)) {
    throw new DataError(
      'Kafka Connect Date type should not have any time fields set to non-zero values.',
    )
  }
  return days
}

export function timeFrom(ms: number): Date {
  if (ms < 0 || ms > dayMs) {
    throw new DataError(
      'Time values must use number of milliseconds greater than 0 and less than 86400000',
    )
  }
  return new Date(ms)
}

export function timeOf(date: Date): number {
  const ms = date.getTime()
  if (ms < 0 || ms > dayMs) {
    throw new DataError(
      'Kafka Connect Time type should not have any date fields set to non-zero values.',
    )
  }
  return ms
}

export function scaleOf(schema: ConnectSchema): number {
  const text = schema.parameters?.[scaleParameter]
  if (text === undefined) {
    throw new DataError('Invalid Decimal schema: scale parameter not found.')
  }
  if (!/^-?\d{1,5}$/.test(text)) {
    throw new DataError('Invalid scale parameter found in Decimal schema: ')
  }
  return Number(text)
}

/** A decimal from its unscaled number in two's complement, big-endian. */
export function decimalFrom(bytes: Uint8Array, scale: number): Decimal {
  let unscaled = 0n
  for (const byte of bytes) unscaled = (unscaled << 8n) | BigInt(byte)
  return { unscaled: BigInt.asIntN(bytes.length * 8, unscaled), scale }
}

/** The shortest two's complement of the unscaled number; the scale must be that of the schema. */
export function decimalBytes({ unscaled, scale }: Decimal, schemaScale: number): Buffer {
  if (scale !== schemaScale) {
    throw new DataError(
      'Decimal value has mismatching scale for given Decimal schema. ' +
        `Schema has scale ${schemaScale}, value has scale ${scale}.`,
    )
  }
  const length = Math.floor(bitLength(unscaled) / 8) + 1
  const hex = BigInt.asUintN(length * 8, unscaled).toString(16)
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex')
}

/** The same number with more digits behind the point, or undefined where digits would be lost. */
export function rescaled({ unscaled, scale }: Decimal, wanted: number): Decimal | undefined {
  if (wanted >= scale) return { unscaled: unscaled * 10n ** BigInt(wanted - scale), scale: wanted }
  const factor = 10n ** BigInt(scale - wanted)
  return unscaled % factor === 0n ? { unscaled: unscaled / factor, scale: wanted } : undefined
}

/** Bits that a number needs besides its sign. */
function bitLength(value: bigint): number {
  const size = value < 0n ? -value - 1n : value
  return size === 0n ? 0 : size.toString(2).length
}

/** The logical type that a schema names, if it is one of Connect's own. */
export type LogicalType = keyof typeof logical

const byName: ReadonlyMap<string, LogicalType> = new Map(
  (Object.keys(logical) as LogicalType[]).map((type) => [logical[type], type]),
)

export function logicalTypeOf(schema: ConnectSchema): LogicalType | undefined {
  return schema.name === undefined ? undefined : byName.get(schema.name)
}

export const logicalSchemas = {
  timestamp: { type: 'int64', optional: false, name: logical.timestamp, version: 1 },
  date: { type: 'int32', optional: false, name: logical.date, version: 1 },
  time: { type: 'int32', optional: false, name: logical.time, version: 1 },
} as const satisfies Record<string, ConnectSchema>

export function decimalSchema(scale: number): ConnectSchema {
  return {
    type: 'bytes',
    optional: false,
    name: logical.decimal,
    version: 1,
    parameters: { [scaleParameter]: `${scale}` },
  }
}
