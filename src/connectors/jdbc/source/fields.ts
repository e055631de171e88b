import {
  type ConnectSchema,
  type Decimal,
  logical,
  scaleParameter,
} from '../../../connect/kit/index.ts'
import { jdbcError } from '../errors.ts'
import type { ResultColumn } from '../session.ts'
import { instantOfText, msOf, textOfInstant } from '../values/instants.ts'
import { utc, type Zone } from '../values/zone.ts'
import type { NumericMapping, SourceSettings } from './settings.ts'

/** What a column becomes in a record. */
export interface SourceField {
  readonly name: string
  readonly schema: ConnectSchema
  /** The value of a text or of bytes; nulls do not come here. */
  readonly read: (value: string | Buffer) => unknown
}

type FieldSettings = Pick<SourceSettings, 'numericMapping' | 'granularity' | 'zone'>

/** Kafka Connect's types of a database's, which both have in common or call differently. */
export function sourceField(column: ResultColumn, settings: FieldSettings): SourceField {
  const { schema, read } = shapes[column.type]?.(column, settings) ?? text
  const { name, optional } = column
  const told = (value: string | Buffer) => {
    const result = read(`${value}`, value)
    if (result !== undefined) return result
    throw jdbcError('value-unreadable', { column: name, type: column.type })
  }
  return { name, schema: { ...schema, optional }, read: told }
}

/** Whether a column keeps instants and not times on a wall. */
export function isInstant({ type }: ResultColumn): boolean {
  return type === 'timestamptz'
}

interface Shape {
  readonly schema: Omit<ConnectSchema, 'optional'>
  /** Undefined for what Connect has no value for. */
  readonly read: (text: string, value: string | Buffer) => unknown
}

const text: Shape = { schema: { type: 'string' }, read: (value) => value }
const bytes: Shape = { schema: { type: 'bytes' }, read: (_, value) => value }
const double: Shape = { schema: { type: 'float64' }, read: Number }
const boolean: Shape = {
  schema: { type: 'boolean' },
  read: (value) => value === 't' || value === '1',
}

function whole(type: 'int8' | 'int16' | 'int32'): Shape {
  return { schema: { type }, read: Number }
}

const long: Shape = {
  schema: { type: 'int64' },
  read: (value) => {
    const exact = BigInt(value)
    return BigInt.asIntN(64, exact) === exact ? exact : undefined
  },
}

type ShapeOf = (column: ResultColumn, settings: FieldSettings) => Shape

/** By the name of the type; what is not here is read as its text. */
const shapes: Readonly<Record<string, ShapeOf>> = {
  bytes: () => bytes,
  // MySQL
  tinyint: ({ unsigned }) => whole(unsigned ? 'int16' : 'int8'),
  smallint: ({ unsigned }) => whole(unsigned ? 'int32' : 'int16'),
  int: ({ unsigned }) => (unsigned ? long : whole('int32')),
  bigint: () => long,
  float: () => ({ schema: { type: 'float32' }, read: Number }),
  double: () => double,
  decimal,
  datetime: timestamp,
  date: () => date,
  year: () => ({ ...date, read: (value) => date.read(`${value}-01-01`, value) }),
  time,
  flag: () => ({ schema: { type: 'int8' }, read: (_, value) => (value as Buffer)[0] ?? 0 }),
  // PostgreSQL
  bool: () => boolean,
  int2: () => whole('int16'),
  int4: () => whole('int32'),
  int8: () => long,
  oid: () => long,
  float4: () => ({ schema: { type: 'float32' }, read: Number }),
  float8: () => double,
  numeric: decimal,
  timestamp,
  timestamptz: timestamp,
  timetz: time,
  bit: ({ precision }) => (precision === 1 ? boolean : text),
}

const date: Shape = {
  schema: { type: 'int32', name: logical.date, version: 1 },
  read: (value) => {
    const instant = instantOfText(value, utc)
    return instant === undefined ? undefined : new Date(msOf(instant))
  },
}

function time(_column: ResultColumn, { zone }: FieldSettings): Shape {
  return {
    schema: { type: 'int32', name: logical.time, version: 1 },
    read: (value) => {
      const instant = instantOfText(`1970-01-01 ${value}`, zone)
      const ms = instant === undefined ? -1 : msOf(instant)
      // MySQL's times can be longer than a day, and less than nothing.
      return ms < -dayMs || ms >= 2 * dayMs || instant === undefined ? undefined : new Date(ms)
    },
  }
}

const dayMs = 86_400_000

function timestamp(column: ResultColumn, { granularity, zone }: FieldSettings): Shape {
  const zoneOfColumn = isInstant(column) ? utc : zone
  const { type, logicalName, of } = granularities[granularity] ?? milliseconds
  return {
    schema: { type, ...(logicalName === undefined ? {} : { name: logicalName, version: 1 }) },
    read: (value) => {
      const instant = instantOfText(value, zoneOfColumn)
      return instant === undefined ? undefined : of(instant, zone)
    },
  }
}

interface Granularity {
  readonly type: 'int64' | 'string'
  readonly logicalName?: string
  readonly of: (micros: bigint, zone: Zone) => unknown
}

const milliseconds: Granularity = {
  ...{ type: 'int64', logicalName: logical.timestamp },
  of: (micros) => new Date(msOf(micros)),
}

const isoText = (micros: bigint, zone: Zone) => textOfInstant(micros, zone).replace(' ', 'T')

const granularities: Readonly<Record<string, Granularity>> = {
  connect_logical: milliseconds,
  micros_long: { type: 'int64', of: (micros) => micros },
  micros_string: { type: 'string', of: (micros) => `${micros}` },
  micros_iso_datetime_string: { type: 'string', of: isoText },
  nanos_long: { type: 'int64', of: (micros) => micros * 1000n },
  nanos_string: { type: 'string', of: (micros) => `${micros * 1000n}` },
  nanos_iso_datetime_string: {
    type: 'string',
    of: (micros, zone) => `${isoText(micros, zone)}000`,
  },
}

/** The most digits that an int64 holds. */
const mostDigits = 18

/** Of a number whose column does not say; a value with more is refused, not cut. */
const scaleOfAny = 18

function decimal({ precision, scale }: ResultColumn, { numericMapping }: FieldSettings): Shape {
  const mapped = precision === undefined || scale === undefined ? undefined : numericMapping
  const plain = mapped === undefined ? undefined : plainNumber(mapped, precision ?? 0, scale ?? 0)
  if (plain !== undefined) return plain
  const kept = scale ?? scaleOfAny
  const parameters = {
    [scaleParameter]: `${kept}`,
    ...(precision === undefined ? {} : { 'connect.decimal.precision': `${precision}` }),
  }
  return {
    schema: { type: 'bytes', name: logical.decimal, version: 1, parameters },
    read: (value) => decimalOf(value, kept),
  }
}

function plainNumber(mapping: NumericMapping, precision: number, scale: number): Shape | undefined {
  if (mapping === 'none') return undefined
  if (scale <= 0 && precision <= mostDigits && (scale === 0 || mapping !== 'precision_only')) {
    return wholeOf(precision)
  }
  if (scale <= 0 || mapping === 'precision_only') return undefined
  return mapping === 'best_fit_eager_double' || precision <= mostDigits ? double : undefined
}

function wholeOf(precision: number): Shape {
  if (precision > 9) return long
  if (precision > 4) return whole('int32')
  return whole(precision > 2 ? 'int16' : 'int8')
}

/** A decimal's text at a scale, if it has no more digits than that. */
function decimalOf(value: string, scale: number): Decimal | undefined {
  const match = /^(-?\d+)(?:\.(\d*))?$/.exec(value)
  if (match === null) return undefined
  const [, integer = '', fraction = ''] = match
  const digits = fraction.padEnd(Math.max(scale, 0), '0')
  if (/[1-9]/.test(digits.slice(Math.max(scale, 0)))) return undefined
  const unscaled = BigInt(integer + digits.slice(0, Math.max(scale, 0)))
  return { unscaled: scale < 0 ? unscaled / 10n ** BigInt(-scale) : unscaled, scale }
}
