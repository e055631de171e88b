/** Connect schemas as the JSON of JsonConverter's envelope, and back. */
import type { ConnectField, ConnectSchema, ConnectType } from '../kit/data.ts'
import { DataError } from '../kit/errors.ts'
import { isObject } from '../values/fields.ts'
import { type JsonOptions, readerOf } from './json-read.ts'
import { writerOf } from './json-write.ts'

const typeNames = {
  int8: 'int8',
  int16: 'int16',
  int32: 'int32',
  int64: 'int64',
  float32: 'float',
  float64: 'double',
  boolean: 'boolean',
  string: 'string',
  bytes: 'bytes',
  array: 'array',
  map: 'map',
  struct: 'struct',
} as const satisfies Record<ConnectType, string>

const typesByName: ReadonlyMap<unknown, ConnectType> = new Map(
  Object.entries(typeNames).map(([type, name]) => [name, type as ConnectType]),
)

/** The keys in the order in which Kafka's converter writes them. */
export function envelopeSchema(
  schema: ConnectSchema,
  options: JsonOptions,
  depth = 0,
): Record<string, unknown> {
  if (depth > mostNesting) throw new DataError(`Schemas are nested deeper than ${mostNesting}`)
  const inner = (one: ConnectSchema | undefined) =>
    one === undefined ? null : envelopeSchema(one, options, depth + 1)
  const { name, version, doc, parameters } = schema
  return {
    type: typeNames[schema.type],
    ...(schema.type === 'array' && { items: inner(schema.values) }),
    ...(schema.type === 'map' && { keys: inner(schema.keys), values: inner(schema.values) }),
    ...(schema.type === 'struct' && {
      fields: (schema.fields ?? []).map((field) => ({
        ...envelopeSchema(field.schema, options, depth + 1),
        field: field.name,
      })),
    }),
    optional: schema.optional,
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(doc !== undefined && { doc }),
    ...(parameters !== undefined && { parameters }),
    ...(schema.default != null && { default: writerOf(schema, options)(schema.default) }),
  }
}

/** Deeper than any real schema; a stack is not. */
const mostNesting = 100

export function connectSchema(json: unknown, options: JsonOptions, depth = 0): ConnectSchema {
  if (depth > mostNesting) throw new DataError(`Schemas are nested deeper than ${mostNesting}`)
  if (!isObject(json) || typeof json.type !== 'string') {
    throw new DataError("Schema must contain 'type' field")
  }
  const type = typesByName.get(json.type)
  if (type === undefined) throw new DataError(`Unknown schema type: ${json.type}`)
  const inner = (one: unknown) => connectSchema(one, options, depth + 1)
  const { name, version, doc } = json
  const schema: ConnectSchema = {
    type,
    optional: json.optional === true,
    ...(typeof name === 'string' && { name }),
    ...(Number.isInteger(version) && { version: version as number }),
    ...(typeof doc === 'string' && { doc }),
    ...(isObject(json.parameters) && { parameters: parametersOf(json.parameters) }),
    ...(type === 'array' && {
      values: inner(required(json.items, 'Array schema did not specify the element type')),
    }),
    ...(type === 'map' && {
      keys: inner(required(json.keys, 'Map schema did not specify the key type')),
      values: inner(required(json.values, 'Map schema did not specify the value type')),
    }),
    ...(type === 'struct' && { fields: fieldsOf(json.fields, inner) }),
  }
  return json.default == null
    ? schema
    : { ...schema, default: readerOf(schema, options)(json.default) }
}

function fieldsOf(fields: unknown, inner: (json: unknown) => ConnectSchema): ConnectField[] {
  if (!Array.isArray(fields)) {
    throw new DataError('Struct schema\'s "fields" argument is not an array.')
  }
  return fields.map((field) => {
    if (!isObject(field) || typeof field.field !== 'string') {
      throw new DataError("Struct schema's field name not specified properly")
    }
    return { name: field.field, schema: inner(field) }
  })
}

function parametersOf(parameters: object): Record<string, string> {
  for (const value of Object.values(parameters)) {
    if (typeof value !== 'string') throw new DataError('Schema parameters must have string values.')
  }
  return parameters as Record<string, string>
}

function required(json: unknown, otherwise: string): unknown {
  if (json === undefined || json === null) throw new DataError(otherwise)
  return json
}
