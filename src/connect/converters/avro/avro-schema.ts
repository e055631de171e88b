/** Connect's schemas as Avro's, as Confluent's AvroData has them. */

import { rawNumber } from '../../../base/lossless-json.ts'
import type { ConnectSchema } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import { logicalTypeOf, scaleOf } from '../../values/logical.ts'
import { avroMarks, enumSymbols, generalized, isUnion } from '../unions.ts'
import {
  type AvroOptions,
  attribute,
  defaultName,
  defaultPrecision,
  mapEntry,
  parameter,
  scrubbed,
  scrubbedFull,
  splitName,
} from './names.ts'
import { valueWriter } from './write-value.ts'

type Json = string | readonly Json[] | { readonly [name: string]: unknown }

/** The schema as plain JSON; a name that comes again stands for what was said of it before. */
export function avroDefinitionOf(schema: ConnectSchema, options: AvroOptions): Json {
  return new Walk(options).optional(schema)
}

class Walk {
  readonly #options: AvroOptions
  readonly #named = new Map<string, ConnectSchema>()
  #unnamed = 0
  #entries = 0

  constructor(options: AvroOptions) {
    this.#options = options
  }

  optional(schema: ConnectSchema): Json {
    if (isUnion(schema)) return this.#union(schema)
    const present = this.#present(schema)
    if (!schema.optional) return present
    return schema.default == null || schema.type === 'struct'
      ? ['null', present]
      : [present, 'null']
  }

  #union(schema: ConnectSchema): Json {
    const branches = (schema.fields ?? []).map((field) => this.#present(field.schema))
    return schema.optional ? ['null', ...branches] : branches
  }

  #present(schema: ConnectSchema): Json {
    if (isUnion(schema)) throw new DataError('A union cannot stand directly inside of a union')
    const name = this.#nameOf(schema)
    if (name === undefined) return { ...this.#base(schema), ...this.#annotations(schema) }
    const known = this.#named.get(name)
    if (known === undefined) {
      this.#named.set(name, schema)
      const { space, name: simple } = splitName(name)
      const named = { name: simple, ...(space !== undefined && { namespace: space }) }
      return { ...named, ...this.#base(schema), ...this.#annotations(schema) }
    }
    if (known.fields !== schema.fields && !sameFields(known, schema)) {
      throw new DataError(`Can't redefine: ${name}; give the two schemas different names`)
    }
    return name
  }

  /** Of records, enums and fixed: Avro knows names of no others. */
  #nameOf(schema: ConnectSchema): string | undefined {
    if (schema.type === 'struct' || (schema.type === 'bytes' && fixedSize(schema) !== undefined)) {
      if (schema.name !== undefined) return scrubbedFull(schema.name, this.#options)
      this.#unnamed++
      return this.#unnamed === 1 ? defaultName : `${defaultName}${this.#unnamed}`
    }
    return this.#keepsEnum(schema) ? schema.parameters?.[this.#enumMark()] : undefined
  }

  #enumMark(): string {
    return this.#options.generalizedSums ? generalized.enum : avroMarks.enum
  }

  #keepsEnum(schema: ConnectSchema): boolean {
    const { enhanced, generalizedSums } = this.#options
    return (enhanced || generalizedSums) && enumSymbols(schema) !== undefined
  }

  #base(schema: ConnectSchema): { readonly [name: string]: unknown } {
    switch (schema.type) {
      case 'int8':
      case 'int16':
      case 'int32':
        return { type: 'int' }
      case 'int64':
        return { type: 'long' }
      case 'float32':
        return { type: 'float' }
      case 'float64':
        return { type: 'double' }
      case 'boolean':
        return { type: 'boolean' }
      case 'string':
        return this.#keepsEnum(schema) ? this.#enum(schema) : { type: 'string' }
      case 'bytes': {
        const size = fixedSize(schema)
        return size === undefined ? { type: 'bytes' } : { type: 'fixed', size }
      }
      case 'array':
        return { type: 'array', items: this.optional(inner(schema, 'values')) }
      case 'map':
        return this.#map(schema)
      case 'struct':
        return this.#record(schema)
    }
  }

  #enum(schema: ConnectSchema) {
    const { parameters = {} } = schema
    const name = splitName(schema.name ?? '').name
    const doc = parameters[`${parameter.enumDoc}${name}`]
    const byDefault = parameters[`${parameter.enumDefault}${name}`]
    return {
      type: 'enum',
      ...(doc !== undefined && { doc }),
      symbols: enumSymbols(schema),
      ...(byDefault !== undefined && { default: byDefault }),
    }
  }

  #map(schema: ConnectSchema) {
    const [keys, values] = [inner(schema, 'keys'), inner(schema, 'values')]
    if (hasTextKeys(schema, this.#options)) return { type: 'map', values: this.optional(values) }
    const { space, name } = splitName(this.#entryName(schema))
    const fields = [
      { name: 'key', type: this.optional(keys) },
      { name: 'value', type: this.optional(values) },
    ]
    const marked = (name !== mapEntry.name || space !== mapEntry.space) && {
      [attribute.internalType]: mapEntry.name,
    }
    const entry = { type: 'record', name, ...(space !== undefined && { namespace: space }) }
    return { type: 'array', items: { ...entry, fields, ...marked } }
  }

  /** Of the records that a map without a name is a list of, each has its own. */
  #entryName(schema: ConnectSchema): string {
    if (schema.name !== undefined) return scrubbedFull(schema.name, this.#options)
    this.#entries++
    const { space, name } = mapEntry
    return `${space}.${name}${this.#entries === 1 ? '' : this.#entries}`
  }

  #record(schema: ConnectSchema) {
    const { parameters = {} } = schema
    const doc = parameters[parameter.recordDoc]
    return {
      type: 'record',
      ...(doc !== undefined && { doc }),
      fields: (schema.fields ?? []).map((field) => {
        const said = parameters[`${parameter.fieldDoc}${field.name}`]
        return {
          name: scrubbed(field.name, this.#options),
          type: this.optional(field.schema),
          ...(said !== undefined && { doc: said }),
          ...this.#fieldDefault(field.schema),
        }
      }),
    }
  }

  #fieldDefault(schema: ConnectSchema): object {
    if (schema.default != null) {
      // A default is of the first branch, and null is the first one here.
      const nullFirst = schema.optional && (schema.type === 'struct' || isUnion(schema))
      return nullFirst ? {} : { default: this.#defaultJson(schema) }
    }
    return schema.optional ? { default: null } : {}
  }

  #defaultJson(schema: ConnectSchema): unknown {
    const json = jsonOf(valueWriter(schema, this.#options)(schema.default))
    // Some readers of schemas want a float to look like one.
    const isFloat = schema.type === 'float32' || schema.type === 'float64'
    return isFloat && Number.isSafeInteger(json) ? rawNumber(`${json}.0`) : json
  }

  #annotations(schema: ConnectSchema): object {
    const { parameters = {}, doc, version, name } = schema
    const kept = Object.entries(parameters).filter(([key]) => key !== parameter.fieldDefault)
    const keepsDefault = schema.default != null && parameters[parameter.fieldDefault] === undefined
    return {
      ...(schema.name !== undefined && decimalFacts(schema)),
      ...(this.#options.metaData && {
        ...(doc !== undefined && { [attribute.doc]: doc }),
        ...(version !== undefined && { [attribute.version]: version }),
        ...(kept.length > 0 && { [attribute.parameters]: Object.fromEntries(kept) }),
        ...(keepsDefault && { [attribute.default]: this.#defaultJson(schema) }),
        ...(name !== undefined && { [attribute.name]: name }),
        ...((schema.type === 'int8' || schema.type === 'int16') && {
          [attribute.type]: schema.type,
        }),
      }),
      ...logicalFacts(schema),
      ...Object.fromEntries(Object.entries(parameters).filter(([key]) => key.startsWith('avro'))),
    }
  }
}

const logicalNames = {
  timestamp: 'timestamp-millis',
  date: 'date',
  time: 'time-millis',
  decimal: 'decimal',
} as const

function logicalFacts(schema: ConnectSchema): object {
  const type = logicalTypeOf(schema)
  return type === undefined ? {} : { logicalType: logicalNames[type] }
}

function decimalFacts(schema: ConnectSchema): object {
  if (logicalTypeOf(schema) !== 'decimal') return {}
  const precision = Number(schema.parameters?.[parameter.precision] ?? defaultPrecision)
  return { scale: scaleOf(schema), precision }
}

export function fixedSize(schema: ConnectSchema): number | undefined {
  const size = schema.name === undefined ? undefined : schema.parameters?.[parameter.fixedSize]
  return size === undefined ? undefined : Number(size)
}

export function hasTextKeys(schema: ConnectSchema, options: AvroOptions): boolean {
  const { type, optional } = inner(schema, 'keys')
  return type === 'string' && (!optional || options.allowsOptionalMapKeys)
}

function inner(schema: ConnectSchema, part: 'keys' | 'values'): ConnectSchema {
  const found = schema[part]
  if (found !== undefined) return found
  throw new DataError(`The schema of a ${schema.type} does not say what its ${part} are`)
}

function sameFields(left: ConnectSchema, right: ConnectSchema): boolean {
  const { optional: _, default: __, ...known } = left
  const { optional: ___, default: ____, ...again } = right
  return JSON.stringify(known, textOfBigint) === JSON.stringify(again, textOfBigint)
}

function textOfBigint(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value
}

/** The encoder's value as the JSON of a default. */
function jsonOf(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('latin1')
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, jsonOf(one)]))
}
