/** JSON Schemas as Connect's, as Confluent's JsonSchemaData has them. */
import type { ConnectField, ConnectSchema } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import { isObject } from '../../values/fields.ts'
import { readerOf } from '../json-read.ts'
import { generalized, jsonMarks } from '../unions.ts'
import type { JsonSchemaOptions } from './json-schema.ts'
import type { SchemaTexts } from './schema-texts.ts'

type Json = { readonly [name: string]: unknown }

export function connectSchemaOf(texts: SchemaTexts, options: JsonSchemaOptions): ConnectSchema {
  return new Walk(texts, options).schema(texts.root, false)
}

class Walk {
  readonly #texts: SchemaTexts
  readonly #options: JsonSchemaOptions
  /** Objects around the present place, to which their own properties may refer. */
  readonly #open = new Map<Json, ConnectSchema>()
  #unions = 0

  constructor(texts: SchemaTexts, options: JsonSchemaOptions) {
    this.#texts = texts
    this.#options = options
  }

  schema(given: unknown, forceOptional: boolean): ConnectSchema {
    const json = this.#texts.resolved(given)
    const open = this.#open.get(json)
    if (open !== undefined) return { ...open, optional: forceOptional }
    const branches = branchesOf(json)
    if (branches !== undefined) return this.#combined(json, branches, forceOptional)
    const merged = Array.isArray(json.allOf) ? this.#merged(json, json.allOf) : json
    const { title, description } = merged
    const version = merged['connect.version']
    const parameters = merged['connect.parameters']
    const base = this.#typed(merged)
    const schema: ConnectSchema = {
      ...base,
      optional: forceOptional,
      ...(typeof title === 'string' && { name: title }),
      ...(typeof version === 'number' && { version }),
      ...(typeof description === 'string' && { doc: description }),
      ...(isObject(parameters) && {
        parameters: { ...base.parameters, ...(parameters as Record<string, string>) },
      }),
    }
    if (schema.type === 'struct') this.#fill(schema, json, merged)
    return merged.default == null
      ? schema
      : { ...schema, default: readerOf(schema, this.#options)(merged.default) }
  }

  #typed(json: Json): ConnectSchema {
    const plain = (type: ConnectSchema['type']): ConnectSchema => ({ type, optional: false })
    const connectType = json['connect.type']
    if (Array.isArray(json.enum)) return this.#enum(json.enum)
    if ('const' in json) return this.#enum([json.const])
    switch (json.type ?? (json.properties === undefined ? undefined : 'object')) {
      case 'boolean':
        return plain('boolean')
      case 'integer':
      case 'number':
        return plain(numberType(json))
      case 'string':
        return plain(connectType === 'bytes' ? 'bytes' : 'string')
      case 'array':
        return this.#array(json)
      case 'object':
        if (connectType !== 'map') return { ...plain('struct'), fields: [] }
        return {
          ...plain('map'),
          keys: plain('string'),
          values: this.schema(json.additionalProperties, false),
        }
      default:
        throw new DataError(`Unsupported schema type ${JSON.stringify(json).slice(0, 200)}`)
    }
  }

  #array(json: Json): ConnectSchema {
    if (!isObject(json.items)) throw new DataError('Array schema did not specify the items type')
    if (json['connect.type'] !== 'map') {
      return { type: 'array', optional: false, values: this.schema(json.items, false) }
    }
    const { key, value } = propertiesOf(this.#texts.resolved(json.items))
    return {
      type: 'map',
      optional: false,
      keys: this.schema(key, false),
      values: this.schema(value, false),
    }
  }

  #enum(values: readonly unknown[]): ConnectSchema {
    const mark = this.#options.generalizedSums ? generalized.enum : jsonMarks.enum
    const symbols = values.map((value, index) => [
      `${mark}.${value === null ? '<NULL>' : value}`,
      this.#options.generalizedSums ? `${index}` : String(value),
    ])
    return {
      type: 'string',
      optional: values.includes(null),
      parameters: { [mark]: '', ...Object.fromEntries(symbols) },
    }
  }

  /** `oneOf` and `anyOf`: with null, an optional schema; otherwise a struct with a field for each. */
  #combined(json: Json, branches: readonly unknown[], forceOptional: boolean): ConnectSchema {
    const present = branches.filter((branch) => this.#texts.resolved(branch).type !== 'null')
    const hasNull = present.length < branches.length
    if (branches.length === 1) return this.schema(branches[0], forceOptional)
    if (present.length === 1 && hasNull) return this.schema(present[0], true)
    const { generalizedSums } = this.#options
    const name = generalizedSums ? `${generalized.unionName}${this.#unions++}` : jsonMarks.union
    const prefix = generalizedSums ? generalized.unionField : `${jsonMarks.union}.field.`
    const fields = present.map(
      (branch, index): ConnectField => ({
        name: `${prefix}${index}`,
        schema: this.schema(branch, true),
      }),
    )
    return {
      type: 'struct',
      optional: hasNull || forceOptional,
      name,
      ...(generalizedSums && { parameters: { [generalized.union]: name } }),
      ...(typeof json.description === 'string' && { doc: json.description }),
      fields,
    }
  }

  /** What all of several schemas say together. */
  #merged(json: Json, all: readonly unknown[]): Json {
    const { allOf: _, ...own } = json
    let merged: Json = {}
    for (const part of [...all.map((one) => this.#texts.resolved(one)), own]) {
      const whole: Json = Array.isArray(part.allOf) ? this.#merged(part, part.allOf) : part
      merged = {
        ...merged,
        ...whole,
        ...((merged.properties !== undefined || whole.properties !== undefined) && {
          properties: { ...propertiesOf(merged), ...propertiesOf(whole) },
          required: [...requiredOf(merged), ...requiredOf(whole)],
        }),
      }
    }
    return merged
  }

  #fill(schema: ConnectSchema, key: Json, json: Json): void {
    const fields = schema.fields as ConnectField[]
    const needed = new Set(requiredOf(json))
    this.#open.set(key, schema)
    for (const [name, property] of inOrder(propertiesOf(json))) {
      const optional = this.#options.optionalUnlessRequired && !needed.has(name)
      fields.push({ name, schema: this.schema(property, optional) })
    }
    this.#open.delete(key)
  }
}

/** The branches of `oneOf`, of `anyOf`, or of a list of types. */
function branchesOf(json: Json): readonly unknown[] | undefined {
  if (Array.isArray(json.oneOf)) return json.oneOf
  if (Array.isArray(json.anyOf)) return json.anyOf
  if (!Array.isArray(json.type)) return undefined
  return json.type.map((type) => (type === 'null' ? { type } : { ...json, type }))
}

function propertiesOf(json: Json): Json {
  return isObject(json.properties) ? json.properties : {}
}

function requiredOf(json: Json): readonly string[] {
  return Array.isArray(json.required) ? json.required : []
}

/** By `connect.index`, those without one as they stand. */
function inOrder(properties: Json): [string, unknown][] {
  return Object.entries(properties)
    .map((entry, index) => ({ entry, index: indexOf(entry[1]) ?? index }))
    .sort((left, right) => left.index - right.index)
    .map(({ entry }) => entry)
}

function indexOf(json: unknown): number | undefined {
  const index = isObject(json) ? json['connect.index'] : undefined
  return typeof index === 'number' ? index : undefined
}

const numberTypes = ['int8', 'int16', 'int32', 'int64', 'float32', 'float64', 'bytes'] as const

function numberType(json: Json): ConnectSchema['type'] {
  const named = numberTypes.find((type) => type === json['connect.type'])
  return named ?? (json.type === 'integer' ? 'int64' : 'float64')
}
