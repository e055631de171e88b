/** JSON as Connect's data, by a schema: one function a schema, made once. */

import { ExactNumber } from '../../base/lossless-json.ts'
import { setOwn } from '../../base/own-property.ts'
import type { ConnectSchema } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { describe } from '../values/describe.ts'
import { isObject } from '../values/fields.ts'
import {
  dateFrom,
  decimalFrom,
  type LogicalType,
  logicalTypeOf,
  rescaled,
  scaleOf,
  timeFrom,
  timestampFrom,
} from '../values/logical.ts'
import { parseDecimal } from '../values/numbers.ts'
import { isUnion } from './unions.ts'

export interface JsonOptions {
  readonly replacesNull: boolean
  readonly decimals: 'BASE64' | 'NUMERIC'
  /**
   * `tuples`, as JsonConverter does it: maps with keys that are no strings are `[[key, value]]`, and
   * every field stands there. `objects`, as JsonSchemaConverter does it: `[{ key, value }]`, and a
   * field that has no value may be left out.
   */
  readonly dialect: 'tuples' | 'objects'
}

export type JsonReader = (json: unknown) => unknown

export function readerOf(schema: ConnectSchema, options: JsonOptions): JsonReader {
  const read = presentReader(schema, options)
  const byDefault = options.replacesNull ? (schema.default ?? null) : null
  return (json) => {
    if (json !== null && json !== undefined) return read(json)
    if (byDefault !== null || schema.optional) return byDefault
    if (json === undefined && options.dialect === 'objects') return null
    throw new DataError(`Invalid null value for required ${schema.type.toUpperCase()} field`)
  }
}

function presentReader(schema: ConnectSchema, options: JsonOptions): JsonReader {
  const type = logicalTypeOf(schema)
  if (type !== undefined) return logicalReaders[type](schema)
  if (isUnion(schema)) return unionReader(schema, options)
  if (schema.type === 'struct') return structReader(schema, options)
  if (schema.type === 'map') return mapReader(schema, options)
  if (schema.type === 'array') return arrayReader(schema, options)
  return plainReaders[schema.type]
}

type PlainType = Exclude<ConnectSchema['type'], 'struct' | 'map' | 'array'>

const plainReaders: Readonly<Record<PlainType, JsonReader>> = {
  int8: (json) => integer(json, 8),
  int16: (json) => integer(json, 16),
  int32: (json) => integer(json, 32),
  int64: long,
  float32: (json) => Math.fround(float(json)),
  float64: float,
  boolean: (json) => (typeof json === 'boolean' ? json : wrong('BOOLEAN', json)),
  string: (json) => (typeof json === 'string' ? json : wrong('STRING', json)),
  bytes: (json) => (typeof json === 'string' ? Buffer.from(json, 'base64') : wrong('BYTES', json)),
}

const logicalReaders: Readonly<Record<LogicalType, (schema: ConnectSchema) => JsonReader>> = {
  timestamp: () => (json) => timestampFrom(long(json)),
  date: () => (json) => dateFrom(integer(json, 32)),
  time: () => (json) => timeFrom(integer(json, 32)),
  decimal: (schema) => {
    const scale = scaleOf(schema)
    return (json) => decimal(json, scale)
  },
}

/** A number of JSON has the schema's scale, where it can. */
function decimal(json: unknown, scale: number): unknown {
  if (typeof json === 'string') return decimalFrom(Buffer.from(json, 'base64'), scale)
  const text = json instanceof ExactNumber ? json.text : `${json}`
  const parsed = parseDecimal(text)
  if (parsed === undefined) {
    throw new DataError(
      'Invalid type for Decimal, underlying representation should be numeric or bytes ' +
        `but was ${describe(json)}`,
    )
  }
  return rescaled(parsed, scale) ?? parsed
}

function structReader(schema: ConnectSchema, options: JsonOptions): JsonReader {
  // Made at the first value: a struct may contain itself.
  let fields: { name: string; read: JsonReader }[] | undefined
  return (json) => {
    if (!isObject(json)) {
      throw new DataError(`Structs should be encoded as JSON objects, but found ${describe(json)}`)
    }
    fields ??= (schema.fields ?? []).map((field) => ({
      name: field.name,
      read: readerOf(field.schema, options),
    }))
    const struct: Record<string, unknown> = {}
    for (const { name, read } of fields) {
      const value = Object.hasOwn(json, name) ? json[name] : undefined
      setOwn(
        struct,
        name,
        at(name, () => read(value)),
      )
    }
    return struct
  }
}

/** Says in which field a wrong value stands. */
function at(name: string, read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw new DataError(`${name}: ${error.message}`, { cause: error })
  }
}

/** Maps with keys that are no strings are lists of pairs. */
function mapReader(schema: ConnectSchema, options: JsonOptions): JsonReader {
  const readKey = schema.keys === undefined ? asItIs : readerOf(schema.keys, options)
  const readValue = schema.values === undefined ? asItIs : readerOf(schema.values, options)
  if (schema.keys?.type === 'string') {
    return (json) => {
      if (!isObject(json)) {
        throw new DataError(
          `Maps with string fields should be encoded as JSON objects, but found ${describe(json)}`,
        )
      }
      return new Map(Object.entries(json).map(([key, value]) => [key, readValue(value)]))
    }
  }
  return (json) => {
    if (!Array.isArray(json)) {
      throw new DataError(
        'Maps with non-string fields should be encoded as JSON array of tuples, ' +
          `but found ${describe(json)}`,
      )
    }
    return new Map(
      json.map((pair) => {
        const [key, value] = options.dialect === 'tuples' ? tuple(pair) : keyAndValue(pair)
        return [readKey(key), readValue(value)]
      }),
    )
  }
}

function tuple(pair: unknown): readonly unknown[] {
  if (!Array.isArray(pair)) {
    throw new DataError(`Found invalid map entry instead of array tuple: ${describe(pair)}`)
  }
  if (pair.length !== 2) {
    throw new DataError(`Found invalid map entry, expected length 2 but found :${pair.length}`)
  }
  return pair
}

function keyAndValue(pair: unknown): readonly unknown[] {
  if (isObject(pair)) return [pair.key, pair.value]
  throw new DataError(`Found invalid map entry instead of object: ${describe(pair)}`)
}

/** A value of several possible schemas is a struct in which one field has a value. */
function unionReader(schema: ConnectSchema, options: JsonOptions): JsonReader {
  const branches = (schema.fields ?? []).map((field) => ({
    ...field,
    read: readerOf(field.schema, options),
  }))
  return (json) => {
    const taken = branches.find((branch) => isOf(branch.schema, json)) ?? closest(branches, json)
    if (taken === undefined) throw new DataError('Did not find matching oneof field for data')
    const struct: Record<string, unknown> = {}
    for (const branch of branches) {
      setOwn(struct, branch.name, branch === taken ? branch.read(json) : null)
    }
    return struct
  }
}

/** Whether a value is of this schema, where that can be told by its kind. */
function isOf(schema: ConnectSchema, json: unknown): boolean {
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return Number.isInteger(json) || typeof json === 'bigint'
    case 'float32':
    case 'float64':
      return typeof json === 'number' || json instanceof ExactNumber
    case 'boolean':
      return typeof json === 'boolean'
    case 'string':
    case 'bytes':
      return typeof json === 'string'
    case 'array':
      return Array.isArray(json)
    case 'map':
      return isObject(json) || Array.isArray(json)
    case 'struct':
      return false
  }
}

/** The struct that shares the most names with the object, if any. */
function closest<Branch extends { readonly schema: ConnectSchema }>(
  branches: readonly Branch[],
  json: unknown,
): Branch | undefined {
  const shared = branches.map((branch) => ({ branch, names: sharedNames(branch.schema, json) }))
  const most = Math.max(...shared.map(({ names }) => names))
  return most > 0 ? shared.find(({ names }) => names === most)?.branch : undefined
}

function sharedNames(schema: ConnectSchema, json: unknown): number {
  if (!isObject(json)) return 0
  const fields = (schema.fields ?? []).filter(({ name }) => Object.hasOwn(json, name))
  const inside = fields.map((field) => sharedNames(field.schema, json[field.name]))
  return fields.length + inside.reduce((sum, names) => sum + names, 0)
}

function arrayReader(schema: ConnectSchema, options: JsonOptions): JsonReader {
  const read = schema.values === undefined ? asItIs : readerOf(schema.values, options)
  return (json) => (Array.isArray(json) ? json.map(read) : wrong('ARRAY', json))
}

function asItIs(json: unknown): unknown {
  return json
}

function integer(json: unknown, bits: 8 | 16 | 32): number {
  const most = 2 ** (bits - 1)
  const number = json instanceof ExactNumber ? Number(json.text) : json
  if (typeof number === 'number' && Number.isInteger(number) && number >= -most && number < most) {
    return number
  }
  return wrong(`INT${bits}`, json)
}

function long(json: unknown): bigint {
  if (typeof json === 'bigint' && BigInt.asIntN(64, json) === json) return json
  const number = json instanceof ExactNumber ? Number(json.text) : json
  return typeof number === 'number' && Number.isInteger(number)
    ? BigInt(number)
    : wrong('INT64', json)
}

function float(json: unknown): number {
  if (typeof json === 'number') return json
  if (json instanceof ExactNumber) return Number(json.text)
  if (typeof json === 'bigint') return Number(json)
  return json === 'NaN' || json === 'Infinity' || json === '-Infinity'
    ? Number(json)
    : wrong('FLOAT', json)
}

function wrong(type: string, json: unknown): never {
  throw new DataError(`Invalid value for ${type} field: found ${describe(json)}`)
}

/** Whether numbers are to be read exactly. */
export function hasDecimals(schema: ConnectSchema, met = new Set<unknown>()): boolean {
  if (met.has(schema.fields ?? schema)) return false
  met.add(schema.fields ?? schema)
  const inner = [schema.keys, schema.values, ...(schema.fields ?? []).map((field) => field.schema)]
  return (
    logicalTypeOf(schema) === 'decimal' ||
    inner.some((one) => one !== undefined && hasDecimals(one, met))
  )
}
