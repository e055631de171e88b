/** Decoded Avro as Connect's data: one function a schema, made once; what is the same stays. */
import { setOwn } from '../../../base/own-property.ts'
import type { ConnectField, ConnectSchema } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import { describe } from '../../values/describe.ts'
import { isObject } from '../../values/fields.ts'
import {
  dateFrom,
  decimalFrom,
  type LogicalType,
  logicalTypeOf,
  scaleOf,
  timeFrom,
  timestampFrom,
} from '../../values/logical.ts'
import { enumSymbols, isUnion } from '../unions.ts'

export type Read = (value: unknown) => unknown

/** Records are changed in place: they were decoded for this alone. */
export function valueReader(schema: ConnectSchema): Read {
  return new Compiler().reader(schema) ?? ((value) => value)
}

class Compiler {
  /** Readers of structs by their fields, which schemas that refer to themselves share. */
  readonly #structs = new Map<readonly ConnectField[], { read: Read | undefined }>()

  /** Undefined where nothing is to be done. */
  reader(schema: ConnectSchema): Read | undefined {
    const read = this.#present(schema)
    return read === undefined ? undefined : (value) => (value === null ? null : read(value))
  }

  #present(schema: ConnectSchema): Read | undefined {
    const type = logicalTypeOf(schema)
    if (type !== undefined) return logicalReaders[type](schema)
    if (isUnion(schema)) return this.#union(schema)
    if (schema.type === 'struct') return this.#struct(schema.fields ?? [])
    if (schema.type === 'map') return this.#map(schema)
    if (schema.type !== 'array' || schema.values === undefined) return undefined
    const read = this.reader(schema.values)
    return read === undefined ? undefined : (list) => (list as unknown[]).map(read)
  }

  #struct(fields: readonly ConnectField[]): Read | undefined {
    const known = this.#structs.get(fields)
    // A struct inside of itself: whether there is something to do is not known yet.
    if (known !== undefined) return (value) => known.read?.(value) ?? value
    const own: { read: Read | undefined } = { read: undefined }
    this.#structs.set(fields, own)
    const changed = fields.flatMap(({ name, schema }) => {
      const read = this.reader(schema)
      return read === undefined ? [] : [{ name, read }]
    })
    if (changed.length > 0) {
      own.read = (value) => {
        const struct = value as Record<string, unknown>
        for (const { name, read } of changed) struct[name] = read(struct[name])
        return struct
      }
    }
    return own.read
  }

  #map(schema: ConnectSchema): Read {
    const readKey = (schema.keys && this.reader(schema.keys)) ?? asItIs
    const readValue = (schema.values && this.reader(schema.values)) ?? asItIs
    return (value) => {
      if (Array.isArray(value)) {
        return new Map(value.map((entry) => [readKey(entry.key), readValue(entry.value)]))
      }
      const entries = Object.entries(value as object)
      return new Map(entries.map(([key, one]) => [key, readValue(one)]))
    }
  }

  /** A union of several types is a struct in which one field has a value. */
  #union(schema: ConnectSchema): Read {
    const branches = (schema.fields ?? []).map((field) => ({
      name: field.name,
      takes: (value: unknown) => takes(field.schema, value),
      read: this.reader(field.schema) ?? asItIs,
    }))
    return (value) => {
      const branch = branches.find(({ takes: fits }) => fits(value))
      if (branch === undefined) {
        throw new DataError(`Did not find matching union field for data: ${describe(value)}`)
      }
      const struct: Record<string, unknown> = {}
      for (const one of branches) {
        setOwn(struct, one.name, one === branch ? branch.read(value) : null)
      }
      return struct
    }
  }
}

/** Whether a decoded value is of this branch. */
function takes(schema: ConnectSchema, value: unknown): boolean {
  switch (schema.type) {
    case 'int64':
      return typeof value === 'bigint'
    case 'int8':
    case 'int16':
    case 'int32':
      return Number.isInteger(value)
    case 'float32':
    case 'float64':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string' && (enumSymbols(schema)?.includes(value) ?? true)
    case 'bytes':
      return Buffer.isBuffer(value)
    case 'array':
      return Array.isArray(value)
    case 'map':
      return isObject(value) || (Array.isArray(value) && schema.keys?.type !== 'string')
    case 'struct':
      return isObject(value) && hasExactly(value, schema.fields ?? [])
  }
}

function hasExactly(value: object, fields: readonly ConnectField[]): boolean {
  return (
    Object.keys(value).length === fields.length &&
    fields.every(({ name }) => Object.hasOwn(value, name))
  )
}

function asItIs(value: unknown): unknown {
  return value
}

const logicalReaders: Readonly<Record<LogicalType, (schema: ConnectSchema) => Read>> = {
  timestamp: () => (value) => timestampFrom(whole(value)),
  date: () => (value) => dateFrom(Number(whole(value))),
  time: () => (value) => timeFrom(Number(whole(value))),
  decimal: (schema) => {
    const scale = scaleOf(schema)
    return (value) => {
      if (Buffer.isBuffer(value)) return decimalFrom(value, scale)
      throw new DataError(
        `Invalid type for Decimal, underlying representation should be bytes but was ${describe(value)}`,
      )
    }
  },
}

function whole(value: unknown): number | bigint {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  throw new DataError(`A date or a time is a whole number, not ${describe(value)}`)
}
