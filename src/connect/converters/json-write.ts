/** Connect's data as what JSON.stringify takes, by a schema: one function a schema, made once. */
import { rawNumber, wholeNumber } from '../../base/lossless-json.ts'
import { setOwn } from '../../base/own-property.ts'
import { type ConnectSchema, decimalText, isDecimal } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { describe } from '../values/describe.ts'
import { isObject } from '../values/fields.ts'
import {
  daysOf,
  decimalBytes,
  type LogicalType,
  logicalTypeOf,
  scaleOf,
  timeOf,
} from '../values/logical.ts'
import { shortestFloat } from '../values/numbers.ts'
import type { JsonOptions } from './json-read.ts'
import { isUnion } from './unions.ts'

export type JsonWriter = (value: unknown) => unknown

export function writerOf(schema: ConnectSchema, options: JsonOptions): JsonWriter {
  const write = presentWriter(schema, options)
  const byDefault = options.replacesNull && schema.default != null ? write(schema.default) : null
  return (value) => {
    if (value !== null && value !== undefined) return write(value)
    if (byDefault !== null || schema.optional) return byDefault
    if (options.dialect === 'objects') return undefined
    throw new DataError(
      'Conversion error: null value for field that is required and has no default value',
    )
  }
}

/** Without a schema: maps with keys that are no strings become lists of pairs. */
export function writeSchemaless(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (Array.isArray(value)) return value.map(writeSchemaless)
  if (value instanceof Date || isDecimal(value)) {
    throw new DataError(`A ${describe(value)} does not have corresponding schema type.`)
  }
  if (value instanceof Map) {
    const entries = [...value].map(([key, one]) => [key, writeSchemaless(one)])
    return entries.every(([key]) => typeof key === 'string') ? Object.fromEntries(entries) : entries
  }
  if (typeof value === 'bigint') return wholeNumber(value)
  if (!isObject(value)) return typeof value === 'number' ? finite(value) : value
  const json: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(value)) setOwn(json, name, writeSchemaless(one))
  return json
}

function presentWriter(schema: ConnectSchema, options: JsonOptions): JsonWriter {
  const type = logicalTypeOf(schema)
  if (type !== undefined) return logicalWriters[type](schema, options)
  if (isUnion(schema)) return unionWriter(schema, options)
  if (schema.type === 'struct') return structWriter(schema, options)
  if (schema.type === 'map') return mapWriter(schema, options)
  if (schema.type === 'array') {
    const write = schema.values === undefined ? writeSchemaless : writerOf(schema.values, options)
    return (value) => (Array.isArray(value) ? value.map(write) : wrong(schema, value))
  }
  const { accepts, json } = plainWriters[schema.type]
  return (value) => (accepts(value) ? json(value as never) : wrong(schema, value))
}

type PlainType = Exclude<ConnectSchema['type'], 'struct' | 'map' | 'array'>

interface PlainWriter {
  readonly accepts: (value: unknown) => boolean
  readonly json: (value: never) => unknown
}

const small: PlainWriter = { accepts: Number.isInteger, json: asItIs }

const plainWriters: Readonly<Record<PlainType, PlainWriter>> = {
  int8: small,
  int16: small,
  int32: small,
  int64: {
    accepts: (value) => typeof value === 'bigint' || Number.isInteger(value),
    json: wholeNumber,
  },
  float32: { accepts: isNumber, json: floatJson },
  float64: { accepts: isNumber, json: finite },
  boolean: { accepts: (value) => typeof value === 'boolean', json: asItIs },
  string: { accepts: (value) => typeof value === 'string', json: asItIs },
  bytes: { accepts: Buffer.isBuffer, json: (value: Buffer) => value.toString('base64') },
}

type LogicalWriter = (schema: ConnectSchema, options: JsonOptions) => JsonWriter

const logicalWriters: Readonly<Record<LogicalType, LogicalWriter>> = {
  timestamp: (schema) => (value) =>
    value instanceof Date ? value.getTime() : wrongLogical('Timestamp', schema, value),
  date: (schema) => (value) =>
    value instanceof Date ? daysOf(value) : wrongLogical('Date', schema, value),
  time: (schema) => (value) =>
    value instanceof Date ? timeOf(value) : wrongLogical('Time', schema, value),
  decimal:
    (schema, { decimals }) =>
    (value) => {
      if (!isDecimal(value)) return wrongLogical('Decimal', schema, value)
      return decimals === 'NUMERIC'
        ? rawNumber(decimalText(value))
        : decimalBytes(value, scaleOf(schema)).toString('base64')
    },
}

function structWriter(schema: ConnectSchema, options: JsonOptions): JsonWriter {
  // Made at the first value: a struct may contain itself.
  let fields: { name: string; write: JsonWriter }[] | undefined
  return (value) => {
    if (!isObject(value)) return wrong(schema, value)
    fields ??= (schema.fields ?? []).map((field) => ({
      name: field.name,
      write: writerOf(field.schema, options),
    }))
    const json: Record<string, unknown> = {}
    for (const { name, write } of fields) setOwn(json, name, write(value[name]))
    return json
  }
}

function unionWriter(schema: ConnectSchema, options: JsonOptions): JsonWriter {
  const branches = (schema.fields ?? []).map(({ name, schema: inner }) => ({
    name,
    write: writerOf(inner, options),
  }))
  return (value) => {
    if (!isObject(value)) return wrong(schema, value)
    const branch = branches.find(({ name }) => (value[name] ?? null) !== null)
    return branch === undefined ? null : branch.write(value[branch.name])
  }
}

function mapWriter(schema: ConnectSchema, options: JsonOptions): JsonWriter {
  const writeKey = schema.keys === undefined ? writeSchemaless : writerOf(schema.keys, options)
  const writeValue =
    schema.values === undefined ? writeSchemaless : writerOf(schema.values, options)
  return (value) => {
    if (!(value instanceof Map)) return wrong(schema, value)
    const entries = [...value].map(([key, one]) => [writeKey(key), writeValue(one)])
    if (schema.keys?.type === 'string') return Object.fromEntries(entries)
    return options.dialect === 'tuples'
      ? entries
      : entries.map(([key, one]) => ({ key, value: one }))
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number'
}

/** What is no number for JSON is a text, as in Java. */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

function asItIs(value: unknown): unknown {
  return value
}

function wrong(schema: ConnectSchema, value: unknown): never {
  throw new DataError(`Invalid type for ${schema.type.toUpperCase()}: ${describe(value)}`)
}

function wrongLogical(type: string, schema: ConnectSchema, value: unknown): never {
  const expected = schema.type === 'bytes' ? 'BigDecimal' : 'Date'
  throw new DataError(`Invalid type for ${type}, expected ${expected} but was ${describe(value)}`)
}

/** A 32-bit float with no more digits than it has; what is no number is a text, as in Java. */
function floatJson(value: number): number | string {
  return Number.isFinite(value) ? Number(shortestFloat(value)) : String(value)
}
