/**
 * Connect's data model (Kafka Connect's `org.apache.kafka.connect.data`) as plain values. Converters
 * make them from bytes, transforms change them, connectors read and write them.
 *
 * | schema | value |
 * |---|---|
 * | int8, int16, int32, float32, float64 | `number` |
 * | int64 | `bigint` |
 * | boolean, string | `boolean`, `string` |
 * | bytes | `Buffer` |
 * | array, map | `unknown[]`, `Map` |
 * | struct | an object with the fields as its own properties |
 * | `logical.timestamp`, `.date`, `.time` | `Date` |
 * | `logical.decimal` | `Decimal` |
 *
 * An absent value of an optional schema is `null`. A value without a schema is what JSON can say,
 * and a `bigint` where an integer exceeds 2^53.
 */
export type ConnectType =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float32'
  | 'float64'
  | 'boolean'
  | 'string'
  | 'bytes'
  | 'array'
  | 'map'
  | 'struct'

export interface ConnectSchema {
  readonly type: ConnectType
  readonly optional: boolean
  /** Of a struct, or the Java name of a logical type. */
  readonly name?: string
  readonly version?: number
  readonly doc?: string
  readonly parameters?: Readonly<Record<string, string>>
  /** Absent where there is none; a default of null is `null`. */
  readonly default?: unknown
  /** Of a struct, in order. */
  readonly fields?: readonly ConnectField[]
  /** Of a map. */
  readonly keys?: ConnectSchema
  /** Of an array or a map. */
  readonly values?: ConnectSchema
}

export interface ConnectField {
  readonly name: string
  readonly schema: ConnectSchema
}

/** The value of a struct. */
export type Struct = Readonly<Record<string, unknown>>

/** Names of the logical types that every converter knows. */
export const logical = {
  timestamp: 'org.apache.kafka.connect.data.Timestamp',
  date: 'org.apache.kafka.connect.data.Date',
  time: 'org.apache.kafka.connect.data.Time',
  decimal: 'org.apache.kafka.connect.data.Decimal',
} as const

/** The parameter of a decimal's schema that gives its scale. */
export const scaleParameter = 'scale'

/** A number of any size: `unscaled` × 10^-`scale`. */
export interface Decimal {
  readonly unscaled: bigint
  readonly scale: number
}

export function isDecimal(value: unknown): value is Decimal {
  return typeof value === 'object' && value !== null && 'unscaled' in value && 'scale' in value
}

/** A decimal as people write it: `-12.50`. */
export function decimalText({ unscaled, scale }: Decimal): string {
  if (scale <= 0) return `${unscaled}${unscaled === 0n ? '' : '0'.repeat(-scale)}`
  const sign = unscaled < 0n ? '-' : ''
  const digits = `${unscaled < 0n ? -unscaled : unscaled}`.padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
