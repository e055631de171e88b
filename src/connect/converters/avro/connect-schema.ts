/** Avro schemas as Connect's, as Confluent's AvroData has them. */
import type { ConnectField, ConnectSchema } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import { isObject } from '../../values/fields.ts'
import { decimalSchema, logicalSchemas } from '../../values/logical.ts'
import { avroMarks, generalized } from '../unions.ts'
import { defaultOf } from './defaults.ts'
import {
  type AvroOptions,
  attribute,
  defaultName,
  defaultPrecision,
  mapEntry,
  parameter,
  splitName,
} from './names.ts'

type Json = Readonly<Record<string, unknown>>

/** `definition` is the schema as plain JSON, with all that it refers to. */
export function connectSchemaOf(definition: unknown, options: AvroOptions): ConnectSchema {
  return new Walk(options).schema(definition, undefined, {})
}

interface Around {
  readonly optional?: boolean
  /** The default of the field, if it has one. */
  readonly fieldDefault?: unknown
}

interface Named {
  readonly json: Json
  readonly space: string | undefined
}

class Walk {
  readonly #options: AvroOptions
  readonly #named = new Map<string, Named>()
  /** Records around the present place, to which their own fields may refer. */
  readonly #open = new Map<string, ConnectSchema>()
  #unions = 0

  constructor(options: AvroOptions) {
    this.#options = options
  }

  schema(json: unknown, space: string | undefined, around: Around): ConnectSchema {
    if (Array.isArray(json)) return this.#union(json, space, around)
    const { full, ...type } = this.#resolved(json, space)
    const open = this.#open.get(full)
    if (open !== undefined) return { ...open, optional: around.optional ?? false }
    return this.#typed(type.json, type.space, full, around)
  }

  #typed(json: Json, space: string | undefined, full: string, around: Around): ConnectSchema {
    const base = this.#base(json, space, full)
    const frame = { ...base, ...this.#annotations(json, base, full) }
    const { fieldDefault } = around
    const written = fieldDefault ?? json[attribute.default]
    const marks = fieldDefault !== undefined && json[attribute.default] === undefined
    const schema: ConnectSchema = {
      ...frame,
      optional: around.optional ?? false,
      ...(marks &&
        this.#options.metaData && {
          parameters: { ...frame.parameters, [parameter.fieldDefault]: 'true' },
        }),
    }
    if (json.type === 'record') this.#fill(schema, json, space, full)
    const value = written == null ? undefined : defaultOf(schema, written)
    return value === undefined ? schema : { ...schema, default: value }
  }

  /** Fills the fields of a record, in which it may stand itself. */
  #fill(schema: ConnectSchema, json: Json, space: string | undefined, full: string): void {
    const fields = schema.fields as ConnectField[]
    this.#open.set(full, schema)
    for (const field of listOf(json.fields)) {
      const inner = this.schema(field.type, space, { fieldDefault: field.default })
      fields.push({ name: String(field.name), schema: this.#withFieldParameters(inner, field) })
    }
    this.#open.delete(full)
  }

  #withFieldParameters(schema: ConnectSchema, field: Json): ConnectSchema {
    const given = field[attribute.parameters]
    if (!this.#options.metaData || !isObject(given)) return schema
    return { ...schema, parameters: { ...schema.parameters, ...textsOf(given) } }
  }

  #base(json: Json, space: string | undefined, full: string): ConnectSchema {
    const plain = (type: ConnectSchema['type']): ConnectSchema => ({ type, optional: false })
    switch (json.type) {
      case 'boolean':
      case 'string':
        return plain(json.type)
      case 'double':
        return plain('float64')
      case 'float':
        return plain('float32')
      case 'int':
        return intSchema(json)
      case 'long':
        return json.logicalType === 'timestamp-millis' ? logicalSchemas.timestamp : plain('int64')
      case 'bytes':
      case 'fixed':
        return bytesSchema(json)
      case 'array':
        return this.#array(json, space)
      case 'map': {
        const values = this.schema(json.values, space, {})
        return { ...plain('map'), keys: plain('string'), values }
      }
      case 'enum':
        return { ...plain('string'), parameters: this.#enumParameters(json, full) }
      case 'record':
        return { ...plain('struct'), ...this.#recordParameters(json), fields: [] }
      default:
        throw new DataError(
          json.type === 'null'
            ? 'Standalone null schemas are not supported by this converter'
            : `Couldn't translate unsupported schema type ${json.type}.`,
        )
    }
  }

  /** Maps with keys that are no strings are arrays of records with a key and a value. */
  #array(json: Json, space: string | undefined): ConnectSchema {
    if (!Array.isArray(json.items)) {
      const item = this.#resolved(json.items, space)
      const isEntry =
        item.full === `${mapEntry.space}.${mapEntry.name}` ||
        item.json[attribute.internalType] === mapEntry.name
      const [key, value] = listOf(item.json.fields)
      if (isEntry && key?.name === 'key' && value?.name === 'value') {
        const keys = this.schema(key.type, item.space, {})
        const values = this.schema(value.type, item.space, {})
        const named = !item.full.startsWith(`${mapEntry.space}.${mapEntry.name}`) && {
          name: item.full,
        }
        return { type: 'map', optional: false, ...named, keys, values }
      }
    }
    return { type: 'array', optional: false, values: this.schema(json.items, space, {}) }
  }

  #union(branches: readonly unknown[], space: string | undefined, around: Around): ConnectSchema {
    const present = branches.filter((branch) => !isNull(branch))
    const hasNull = present.length < branches.length
    const [only] = present
    if (branches.length === 1 && this.#options.flattensSingletons) {
      return this.schema(only, space, {})
    }
    if (branches.length === 2 && hasNull) return this.schema(only, space, { optional: true })
    const { generalizedSums } = this.#options
    const name = generalizedSums ? `${generalized.unionName}${this.#unions++}` : avroMarks.union
    const fields = branches.flatMap((branch, index): ConnectField[] => {
      if (isNull(branch)) return []
      const schema = this.schema(branch, space, { optional: true })
      return [{ name: this.#branchName(branch, space, index), schema }]
    })
    const twice = fields.find(
      (field, index) => fields.findIndex((f) => f.name === field.name) < index,
    )
    if (twice !== undefined) {
      throw new DataError('Multiple union schemas map to the Connect union field name')
    }
    return {
      type: 'struct',
      optional: hasNull || (around.optional ?? false),
      name,
      ...(generalizedSums && { parameters: { [generalized.union]: name } }),
      fields,
    }
  }

  #branchName(branch: unknown, space: string | undefined, index: number): string {
    if (this.#options.generalizedSums) return `${generalized.unionField}${index}`
    const { json, full } = this.#resolved(branch, space)
    if (full === '') return String(json.type)
    return this.#options.enhanced ? full : splitName(full).name
  }

  #annotations(json: Json, base: ConnectSchema, full: string): Partial<ConnectSchema> {
    const { metaData } = this.#options
    const version = json[attribute.version]
    const doc = json[attribute.doc]
    const given = json[attribute.parameters]
    const avro = Object.entries(json).filter(([key]) => key.startsWith('avro'))
    const parameters = {
      ...base.parameters,
      ...(metaData && isObject(given) && textsOf(given)),
      ...Object.fromEntries(avro.map(([key, value]) => [key, String(value)])),
    }
    const name = this.#nameOf(json, base, full)
    return {
      ...(metaData && typeof doc === 'string' && { doc }),
      ...(typeof version === 'number' && { version }),
      ...(Object.keys(parameters).length > 0 && { parameters }),
      ...(name !== undefined && { name }),
    }
  }

  #nameOf(json: Json, base: ConnectSchema, full: string): string | undefined {
    const given = json[attribute.name]
    const name = typeof given === 'string' ? given : full === '' ? undefined : full
    if (base.name !== undefined && (name === undefined || typeof given !== 'string'))
      return base.name
    return name?.startsWith(defaultName) ? undefined : name
  }

  #enumParameters(json: Json, full: string): Record<string, string> {
    const { generalizedSums, metaData } = this.#options
    const mark = generalizedSums ? generalized.enum : avroMarks.enum
    const { name } = splitName(full)
    return {
      ...(metaData &&
        typeof json.doc === 'string' && { [`${parameter.enumDoc}${name}`]: json.doc }),
      ...(metaData &&
        typeof json.default === 'string' && { [`${parameter.enumDefault}${name}`]: json.default }),
      [mark]: full,
      ...Object.fromEntries(
        (json.symbols as readonly string[]).map((symbol, index) => [
          `${mark}.${symbol}`,
          generalizedSums ? `${index}` : symbol,
        ]),
      ),
    }
  }

  #recordParameters(json: Json): Partial<ConnectSchema> {
    if (!this.#options.metaData) return {}
    const docs = listOf(json.fields)
      .filter(({ doc }) => typeof doc === 'string')
      .map(({ name, doc }) => [`${parameter.fieldDoc}${name}`, String(doc)])
    const all = [
      ...(typeof json.doc === 'string' ? [[parameter.recordDoc, json.doc]] : []),
      ...docs,
    ]
    return all.length === 0 ? {} : { parameters: Object.fromEntries(all) }
  }

  /** A type by its JSON or its name; `full` is empty for what has no name. */
  #resolved(json: unknown, space: string | undefined): Named & { readonly full: string } {
    if (typeof json === 'string') {
      const known = this.#named.get(json.includes('.') ? json : fullName(json, space))
      const found = known ?? this.#named.get(json)
      if (found !== undefined) return { ...found, full: fullNameOf(found) }
      return { json: { type: json }, space, full: '' }
    }
    if (!isObject(json)) throw new DataError('A schema of Avro is a name, a list or an object')
    if (typeof json.name !== 'string') {
      return isNamedOrBare(json.type) ? { json, space, full: '' } : this.#resolved(json.type, space)
    }
    const given = typeof json.namespace === 'string' ? json.namespace : space
    const inner = json.name.includes('.') ? splitName(json.name).space : given
    const named = { json, space: inner }
    const full = fullNameOf(named)
    this.#named.set(full, named)
    return { ...named, full }
  }
}

function fullNameOf({ json, space }: Named): string {
  return fullName(splitName(String(json.name)).name, space)
}

function fullName(name: string, space: string | undefined): string {
  return space === undefined || space === '' ? name : `${space}.${name}`
}

const bareTypes = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
  'array',
  'map',
]

function isNamedOrBare(type: unknown): boolean {
  return typeof type === 'string' && bareTypes.includes(type)
}

function isNull(json: unknown): boolean {
  return json === 'null' || (isObject(json) && json.type === 'null')
}

function listOf(json: unknown): readonly Json[] {
  return Array.isArray(json) ? json : []
}

function textsOf(json: Json): Record<string, string> {
  for (const value of Object.values(json)) {
    if (typeof value !== 'string') {
      throw new DataError(`Expected schema parameter values to be strings but found: ${value}`)
    }
  }
  return json as Record<string, string>
}

function intSchema(json: Json): ConnectSchema {
  if (json.logicalType === 'date') return logicalSchemas.date
  if (json.logicalType === 'time-millis') return logicalSchemas.time
  const type = json[attribute.type]
  if (json.logicalType === undefined && type !== undefined && type !== 'int8' && type !== 'int16') {
    throw new DataError('Connect type annotation for Avro int field is null')
  }
  return { type: type === 'int8' || type === 'int16' ? type : 'int32', optional: false }
}

function bytesSchema(json: Json): ConnectSchema {
  const size = json.type === 'fixed' && { [parameter.fixedSize]: String(json.size) }
  if (json.logicalType !== 'decimal') {
    return { type: 'bytes', optional: false, ...(size && { parameters: size }) }
  }
  const decimal = decimalSchema(typeof json.scale === 'number' ? json.scale : 0)
  const { precision } = json
  const isDefault = precision === undefined || precision === defaultPrecision
  return {
    ...decimal,
    parameters: {
      ...decimal.parameters,
      ...(!isDefault && { [parameter.precision]: String(precision) }),
      ...size,
    },
  }
}
