/** Connect's data as an encoder of Avro takes it: one function a schema, made once. */
import { setOwn } from '../../../base/own-property.ts'
import { type ConnectField, type ConnectSchema, isDecimal } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import { describe } from '../../values/describe.ts'
import { isObject } from '../../values/fields.ts'
import {
  daysOf,
  decimalBytes,
  type LogicalType,
  logicalTypeOf,
  scaleOf,
  timeOf,
} from '../../values/logical.ts'
import { isUnion } from '../unions.ts'
import { fixedSize, hasTextKeys } from './avro-schema.ts'
import { type AvroOptions, scrubbed } from './names.ts'

export type Write = (value: unknown) => unknown

export function valueWriter(schema: ConnectSchema, options: AvroOptions): Write {
  return new Compiler(options).writer(schema) ?? ((value) => value)
}

class Compiler {
  readonly #options: AvroOptions
  /** Writers of structs by their fields, which schemas that refer to themselves share. */
  readonly #structs = new Map<readonly ConnectField[], { write: Write | undefined }>()

  constructor(options: AvroOptions) {
    this.#options = options
  }

  /** Undefined where values are taken as they are; what is wrong with them the encoder says. */
  writer(schema: ConnectSchema): Write | undefined {
    const write = this.#present(schema)
    const byDefault = this.#options.ignoresDefaults ? null : (schema.default ?? null)
    if (write === undefined && byDefault === null) return undefined
    const writeValue = write ?? asItIs
    const preset = byDefault === null ? null : writeValue(byDefault)
    return (value) => (value === null || value === undefined ? preset : writeValue(value))
  }

  #present(schema: ConnectSchema): Write | undefined {
    const type = logicalTypeOf(schema)
    if (type !== undefined) return logicalWriters[type](schema)
    if (isUnion(schema)) return this.#union(schema)
    if (schema.type === 'struct') return this.#struct(schema.fields ?? [])
    if (schema.type === 'map') return this.#map(schema)
    if (schema.type !== 'array' || schema.values === undefined) return undefined
    const write = this.writer(schema.values)
    return write === undefined
      ? undefined
      : (value) => (Array.isArray(value) ? value.map(write) : wrong('an array', value))
  }

  #struct(fields: readonly ConnectField[]): Write | undefined {
    const known = this.#structs.get(fields)
    if (known !== undefined) return (value) => (known.write ?? asItIs)(value)
    const own: { write: Write | undefined } = { write: undefined }
    this.#structs.set(fields, own)
    const parts = fields.map(({ name, schema }) => ({
      name,
      written: scrubbed(name, this.#options),
      write: this.writer(schema),
    }))
    if (parts.some(({ name, written, write }) => name !== written || write !== undefined)) {
      own.write = (value) => {
        if (!isObject(value)) return wrong('a struct', value)
        const record: Record<string, unknown> = {}
        for (const { name, written, write } of parts) {
          const field = value[name] ?? null
          setOwn(record, written, write === undefined ? field : write(field))
        }
        return record
      }
    }
    return own.write
  }

  #map(schema: ConnectSchema): Write {
    const writeKey = (schema.keys && this.writer(schema.keys)) ?? asItIs
    const writeValue = (schema.values && this.writer(schema.values)) ?? asItIs
    if (hasTextKeys(schema, this.#options)) {
      return (value) => {
        const map: Record<string, unknown> = {}
        for (const [key, one] of mapOf(value)) setOwn(map, String(key), writeValue(one))
        return map
      }
    }
    return (value) =>
      [...mapOf(value)].map(([key, one]) => ({ key: writeKey(key), value: writeValue(one) }))
  }

  #union(schema: ConnectSchema): Write {
    const branches = (schema.fields ?? []).map(({ name, schema: branch }) => ({
      name,
      write: this.writer(branch) ?? asItIs,
    }))
    return (value) => {
      if (!isObject(value)) return wrong('a struct of a union', value)
      const branch = branches.find(({ name }) => (value[name] ?? null) !== null)
      return branch === undefined ? null : branch.write(value[branch.name])
    }
  }
}

const logicalWriters: Readonly<Record<LogicalType, (schema: ConnectSchema) => Write>> = {
  timestamp: () => (value) => (value instanceof Date ? value.getTime() : wrong('a date', value)),
  date: () => (value) => (value instanceof Date ? daysOf(value) : wrong('a date', value)),
  time: () => (value) => (value instanceof Date ? timeOf(value) : wrong('a date', value)),
  decimal: (schema) => {
    const [scale, size] = [scaleOf(schema), fixedSize(schema)]
    return (value) => {
      if (!isDecimal(value)) return wrong('a decimal', value)
      const bytes = decimalBytes(value, scale)
      return size === undefined ? bytes : padded(bytes, size)
    }
  },
}

/** Two's complement in so many bytes. */
function padded(bytes: Buffer, size: number): Buffer {
  if (bytes.length > size) {
    throw new DataError(
      `Unscaled value byte array length ${bytes.length} is greater than fixed size ${size}`,
    )
  }
  const sign = (bytes[0] ?? 0) & 0x80 ? 0xff : 0
  return Buffer.concat([Buffer.alloc(size - bytes.length, sign), bytes])
}

function mapOf(value: unknown): ReadonlyMap<unknown, unknown> {
  return value instanceof Map ? value : wrong('a map', value)
}

function asItIs(value: unknown): unknown {
  return value
}

function wrong(expected: string, value: unknown): never {
  throw new DataError(`The schema wants ${expected}, found: ${describe(value)}`)
}
