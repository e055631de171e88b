/** Connect's schemas as JSON Schemas, as Confluent's JsonSchemaData has them. */
import type { ConnectSchema } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import { logicalTypeOf } from '../../values/logical.ts'
import type { JsonOptions } from '../json-read.ts'
import { writerOf } from '../json-write.ts'
import { enumSymbols, isUnion } from '../unions.ts'

export interface JsonSchemaOptions extends JsonOptions {
  readonly generalizedSums: boolean
  readonly allowsAdditional: boolean
  /** Whether properties that are not required are optional fields. */
  readonly optionalUnlessRequired: boolean
}

const namespace = 'io.confluent.connect.json'

type Json = { readonly [name: string]: unknown }

/** Schemas that refer to themselves have no end here. */
const mostNesting = 100

export function jsonSchemaOf(schema: ConnectSchema, options: JsonSchemaOptions): Json {
  return optional(schema, options, undefined, 0)
}

function optional(
  schema: ConnectSchema,
  options: JsonSchemaOptions,
  index: number | undefined,
  depth: number,
): Json {
  if (depth > mostNesting) {
    throw new DataError(
      `A schema that is nested deeper than ${mostNesting} has no JSON Schema here`,
    )
  }
  const place = index === undefined ? {} : { 'connect.index': index }
  if (isUnion(schema)) {
    const branches = (schema.fields ?? []).map((field, at) => ({
      ...present(field.schema, options, depth),
      'connect.index': at,
    }))
    return { oneOf: schema.optional ? [{ type: 'null' }, ...branches] : branches, ...place }
  }
  const type = present(schema, options, depth)
  return schema.optional ? { oneOf: [{ type: 'null' }, type], ...place } : { ...type, ...place }
}

function present(schema: ConnectSchema, options: JsonSchemaOptions, depth: number): Json {
  const { name, version, doc, parameters = {} } = schema
  const kept = Object.entries(parameters).filter(([key]) => !key.startsWith(namespace))
  return {
    ...typeOf(schema, options, depth),
    ...(name !== undefined && { title: name }),
    ...(doc !== undefined && { description: doc }),
    ...(version !== undefined && { 'connect.version': version }),
    ...(kept.length > 0 && { 'connect.parameters': Object.fromEntries(kept) }),
    ...(schema.default != null && { default: writerOf(schema, options)(schema.default) }),
  }
}

function typeOf(schema: ConnectSchema, options: JsonSchemaOptions, depth: number): Json {
  const inner = (one: ConnectSchema, index?: number) => optional(one, options, index, depth + 1)
  switch (schema.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
      return { type: 'integer', 'connect.type': schema.type }
    case 'float32':
    case 'float64':
      return { type: 'number', 'connect.type': schema.type }
    case 'boolean':
      return { type: 'boolean' }
    case 'string': {
      const symbols = enumSymbols(schema)
      return symbols === undefined ? { type: 'string' } : { enum: symbols }
    }
    case 'bytes': {
      const isNumber = logicalTypeOf(schema) === 'decimal' && options.decimals === 'NUMERIC'
      return { type: isNumber ? 'number' : 'string', 'connect.type': 'bytes' }
    }
    case 'array':
      return { type: 'array', items: inner(required(schema.values)) }
    case 'map':
      return mapType(required(schema.keys), required(schema.values), inner)
    case 'struct':
      return {
        type: 'object',
        properties: Object.fromEntries(
          (schema.fields ?? []).map((field, index) => [field.name, inner(field.schema, index)]),
        ),
        ...(!options.allowsAdditional && { additionalProperties: false }),
      }
  }
}

function mapType(
  keys: ConnectSchema,
  values: ConnectSchema,
  inner: (schema: ConnectSchema, index?: number) => Json,
): Json {
  if (keys.type === 'string' && !keys.optional) {
    return { type: 'object', 'connect.type': 'map', additionalProperties: inner(values) }
  }
  const properties = { key: inner(keys, 0), value: inner(values, 1) }
  return { type: 'array', 'connect.type': 'map', items: { type: 'object', properties } }
}

function required(schema: ConnectSchema | undefined): ConnectSchema {
  if (schema !== undefined) return schema
  throw new DataError('An array or a map needs schemas of what is in it')
}
