/** Connect's schemas as .proto files, with the encoder of their values, as Confluent's ProtobufData. */
import { setOwn } from '../../../base/own-property.ts'
import { type ConnectField, type ConnectSchema, isDecimal } from '../../kit/data.ts'
import { DataError } from '../../kit/errors.ts'
import { describe } from '../../values/describe.ts'
import { isObject } from '../../values/fields.ts'
import { logicalTypeOf, scaleOf } from '../../values/logical.ts'
import { splitName } from '../avro/names.ts'
import { enumSymbols, generalized, isUnion, protobufMarks } from '../unions.ts'
import { logicalWriters } from './logical-values.ts'
import {
  connectType,
  logicalMessages,
  metaFile,
  type ProtobufOptions,
  parameter,
  wrappers,
  wrappersFile,
} from './options.ts'

export type Write = (value: unknown) => unknown

export interface ProtoFile {
  readonly text: string
  readonly messageName: string
  /** Makes a record for the codec of the message. */
  readonly write: Write
}

/** Schemas that contain themselves have no end here. */
const mostNesting = 100

export function protoFileOf(schema: ConnectSchema, options: ProtobufOptions): ProtoFile {
  if (schema.type !== 'struct') {
    throw new DataError(`only structs are messages of Protobuf, a ${schema.type} is not`)
  }
  const file = new File(options)
  const { space, name } = splitName(schema.name ?? 'ConnectDefault1')
  const { lines, write } = file.message(scrubbed(name, options), schema, '')
  const text = [
    'syntax = "proto3";',
    ...(space === undefined ? [] : [`package ${space};`]),
    '',
    ...[...file.imports].sort().map((path) => `import "${path}";`),
    '',
    ...lines,
    '',
  ].join('\n')
  const simple = scrubbed(name, options)
  return { text, messageName: space === undefined ? simple : `${space}.${simple}`, write }
}

interface Message {
  readonly lines: readonly string[]
  readonly write: Write
}

/** A field's line, the types that it brings along, and how its value is written. */
interface Declared {
  readonly line: string
  readonly inner: readonly string[]
  readonly write: Write
}

/** What a field of the struct is in the message: a field, or a oneof. */
interface Part {
  readonly lines: readonly string[]
  /** The texts of types, each with its lines. */
  readonly inner: readonly (readonly string[])[]
  readonly put: (record: Record<string, unknown>, struct: Readonly<Record<string, unknown>>) => void
}

interface FieldText {
  readonly type: string
  readonly label?: string
  readonly meta?: Readonly<Record<string, string>>
  /** Types that are defined within the message. */
  readonly inner?: readonly string[]
  readonly write: Write
}

class File {
  readonly imports = new Set<string>()
  readonly #options: ProtobufOptions

  constructor(options: ProtobufOptions) {
    this.#options = options
  }

  message(name: string, schema: ConnectSchema, indent: string): Message {
    if (indent.length > mostNesting) {
      throw new DataError(
        `a schema that is nested deeper than ${mostNesting / 2} is no message here`,
      )
    }
    let next = 1
    const declare = (field: ConnectField, isMember: boolean): Declared => {
      const text = this.#field(field, `${indent}  `, isMember)
      const number = field.schema.parameters?.[parameter.tag] ?? `${next++}`
      const label = text.label === undefined ? '' : `${text.label} `
      const declared = `${label}${text.type} ${this.#name(field)} = ${number}${this.#meta(text.meta)};`
      return { line: `${indent}  ${declared}`, inner: text.inner ?? [], write: text.write }
    }
    const parts = (schema.fields ?? []).map((field) =>
      isUnion(field.schema)
        ? this.#oneof(field, indent, (member) => declare(member, true))
        : this.#plain(field, declare(field, false)),
    )
    const types = new Map(parts.flatMap(({ inner }) => inner).map((type) => [type[0], type]))
    return {
      lines: [
        `${indent}message ${name} {`,
        ...[...types.values()].flat(),
        ...parts.flatMap(({ lines }) => lines),
        `${indent}}`,
      ],
      write: (value) => {
        if (!isObject(value)) return wrong('a struct', value)
        const record: Record<string, unknown> = {}
        for (const { put } of parts) put(record, value)
        return record
      },
    }
  }

  #plain(field: ConnectField, { line, inner, write }: Declared): Part {
    const name = this.#name(field)
    const preset = this.#options.ignoresDefaults ? null : (field.schema.default ?? null)
    return {
      lines: [line],
      inner: [inner],
      put: (record, struct) => {
        const value = struct[field.name] ?? preset
        setOwn(record, name, value === null ? null : write(value))
      },
    }
  }

  /** A struct in which one field has a value. */
  #oneof(
    { name, schema }: ConnectField,
    indent: string,
    declare: (field: ConnectField) => Declared,
  ): Part {
    const named =
      schema.parameters?.[generalized.union] ?? schema.name?.replace(protobufMarks.union, '')
    const members = (schema.fields ?? []).map((field) => ({ field, ...declare(field) }))
    return {
      lines: [
        `${indent}  oneof ${splitName(named ?? name).name} {`,
        ...members.map(({ line }) => `  ${line}`),
        `${indent}  }`,
      ],
      inner: members.map(({ inner }) => inner),
      put: (record, struct) => {
        const union = struct[name]
        if (!isObject(union)) return
        for (const { field, write } of members) {
          const value = union[field.name] ?? null
          if (value !== null) setOwn(record, this.#name(field), write(value))
        }
      },
    }
  }

  #name({ name }: ConnectField): string {
    return scrubbed(name, this.#options)
  }

  #field(field: ConnectField, indent: string, isMember: boolean): FieldText {
    const { schema } = field
    if (schema.type === 'array') return this.#array(field, indent)
    if (schema.type === 'map') return this.#map(field, indent)
    const isNullable = schema.optional && !isMember
    const single = this.#single(field, indent, isNullable)
    const hasLabel = this.#options.optionalForNullables && isNullable
    return hasLabel ? { ...single, label: 'optional' } : single
  }

  #array({ name, schema }: ConnectField, indent: string): FieldText {
    const values = schema.values
    if (values === undefined || values.type === 'array' || values.type === 'map') {
      throw new DataError(`${name}: Array cannot be nested`)
    }
    const single = this.#single({ name, schema: values }, indent, false)
    return { ...single, label: 'repeated', write: (list) => (list as unknown[]).map(single.write) }
  }

  #map({ name, schema }: ConnectField, indent: string): FieldText {
    const [keys, values] = [schema.keys, schema.values]
    if (keys === undefined || values === undefined || !mapKeys.includes(keys.type)) {
      throw new DataError(
        `${name}: a map of Protobuf has keys that are texts, integers or booleans`,
      )
    }
    const key = this.#single({ name, schema: keys }, indent, false)
    const value = this.#single({ name, schema: values }, indent, false)
    return {
      ...value,
      type: `map<${key.type}, ${value.type}>`,
      write: (map) =>
        new Map(
          [...(map as Map<unknown, unknown>)].map(([k, v]) => [key.write(k), value.write(v)]),
        ),
    }
  }

  #single({ name, schema }: ConnectField, indent: string, isNullable: boolean): FieldText {
    const logicalType = logicalTypeOf(schema)
    if (logicalType === 'decimal') return this.#decimal(schema)
    if (logicalType !== undefined) {
      const { name: type, file } = logicalMessages[logicalType]
      this.imports.add(file)
      const write = logicalWriters[logicalType]
      return {
        type,
        write: (value) => (value instanceof Date ? write(value) : wrong('a date', value)),
      }
    }
    const symbols = enumSymbols(schema)
    if (symbols !== undefined) return enumField(schema, symbols, indent)
    if (schema.type === 'struct') {
      const own = scrubbed(splitName(schema.name ?? `${name}Message`).name, this.#options)
      const type = own === name ? `${own}Message` : own
      const { lines, write } = this.message(type, schema, indent)
      return { type, inner: lines, write }
    }
    return this.#scalar(schema, isNullable)
  }

  #decimal(schema: ConnectSchema): FieldText {
    const { name: type, file } = logicalMessages.decimal
    const precision = schema.parameters?.[parameter.precision]
    const meta = { ...(precision !== undefined && { precision }), scale: `${scaleOf(schema)}` }
    this.imports.add(file)
    return {
      type,
      meta,
      write: (value) =>
        isDecimal(value)
          ? logicalWriters.decimal(value, Number(precision ?? 0))
          : wrong('a decimal', value),
    }
  }

  #scalar(schema: ConnectSchema, isNullable: boolean): FieldText {
    const scalar = scalars[schema.type]
    if (scalar === undefined) throw new DataError(`there is no scalar for a ${schema.type}`)
    const type = schema.parameters?.[parameter.type] ?? scalar
    const isNarrow = schema.type === 'int8' || schema.type === 'int16'
    const meta = isNarrow ? { meta: { [connectType]: schema.type } } : {}
    const write = type === 'uint32' || type === 'fixed32' ? Number : unsigned(type)
    const wrapper = wrappers[type.replace('fixed', 'uint')]
    if (isNullable && this.#options.wrapperForNullables && wrapper !== undefined) {
      this.imports.add(wrappersFile)
      return { type: wrapper, ...meta, write: (value) => ({ value: write(value) }) }
    }
    return { type, ...meta, write }
  }

  #meta(meta: Readonly<Record<string, string>> | undefined): string {
    if (meta === undefined) return ''
    this.imports.add(metaFile)
    const pairs = Object.entries(meta).map(([key, value]) => `{ value: "${value}", key: "${key}" }`)
    return ` [(confluent.field_meta) = { params: [${pairs.join(', ')}] }]`
  }
}

const scalars: Readonly<Partial<Record<ConnectSchema['type'], string>>> = {
  int8: 'int32',
  int16: 'int32',
  int32: 'int32',
  int64: 'int64',
  float32: 'float',
  float64: 'double',
  boolean: 'bool',
  string: 'string',
  bytes: 'bytes',
}

const mapKeys: readonly string[] = ['string', 'int8', 'int16', 'int32', 'int64', 'boolean']

function unsigned(type: string): Write {
  if (type !== 'uint64' && type !== 'fixed64') return (value) => value
  return (value) => BigInt.asUintN(64, BigInt(value as bigint))
}

function enumField(schema: ConnectSchema, symbols: readonly string[], indent: string): FieldText {
  const { parameters = {} } = schema
  const mark = parameters[generalized.enum] === undefined ? protobufMarks.enum : generalized.enum
  const type = splitName(parameters[mark] || schema.name || 'Enum').name
  const constants = symbols.map((symbol, index) => {
    const number = parameters[`${mark}.${symbol}`]
    return `${indent}  ${symbol} = ${/^-?\d+$/.test(number ?? '') ? number : index};`
  })
  return {
    type,
    inner: [`${indent}enum ${type} {`, ...constants, `${indent}}`],
    write: (value) => value,
  }
}

function scrubbed(name: string, { scrubsNames }: ProtobufOptions): string {
  if (!scrubsNames) return name
  const clean = name.replace(/\W/g, '_')
  return /^[A-Za-z]/.test(clean) ? clean : `x${clean}`
}

function wrong(expected: string, value: unknown): never {
  throw new DataError(`${expected} is expected, found: ${describe(value)}`)
}
