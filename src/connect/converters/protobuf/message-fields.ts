/**
 * The fields of a message as Connect's: what each becomes, and how its values go there and back. One
 * description, from which the schema, the reader and the writer are made.
 */
import { setOwn } from '../../../base/own-property.ts'
import type {
  LinkedField,
  LinkedMessage,
  ScalarName,
} from '../../../formats/protobuf/linked/model.ts'
import type { OptionElement, OptionValue } from '../../../formats/protobuf/text/elements.ts'
import type { ConnectField, ConnectSchema } from '../../kit/data.ts'
import { isObject } from '../../values/fields.ts'
import { decimalSchema, logicalSchemas } from '../../values/logical.ts'
import { generalized, protobufMarks } from '../unions.ts'
import { logicalReaders } from './logical-values.ts'
import {
  connectType,
  logicalMessages,
  type ProtobufOptions,
  parameter,
  wrappers,
} from './options.ts'

export type Read = (value: unknown) => unknown

export interface MappedMessage {
  readonly schema: ConnectSchema
  readonly read: Read
}

export function mappedMessage(message: LinkedMessage, options: ProtobufOptions): MappedMessage {
  return new Mapping(options).message(message)
}

interface MappedField {
  readonly name: string
  readonly schema: ConnectSchema
  readonly read: Read
}

class Mapping {
  readonly #options: ProtobufOptions
  /** Messages around the present place, in which they may stand themselves. */
  readonly #open = new Map<LinkedMessage, { schema: ConnectSchema; read: Read }>()

  constructor(options: ProtobufOptions) {
    this.#options = options
  }

  message(message: LinkedMessage): MappedMessage {
    const open = this.#open.get(message)
    if (open !== undefined) return { schema: open.schema, read: (value) => open.read(value) }
    const name = this.#options.enhanced ? message.fullName : simpleName(message.fullName)
    const fields: ConnectField[] = []
    const own = {
      schema: { type: 'struct', optional: false, name, fields } as ConnectSchema,
      read: asItIs as Read,
    }
    this.#open.set(message, own)
    const parts = [
      ...oneofsOf(message).map((oneof, index) => this.#oneof(message, oneof, index)),
      ...message.fields
        .filter(({ oneof }) => oneof === undefined)
        .map((field) => this.#part(field)),
    ]
    fields.push(...parts.map((part) => ({ name: part.name, schema: part.schema })))
    own.read = (record) => {
      const struct: Record<string, unknown> = {}
      for (const part of parts) setOwn(struct, part.name, part.read(record))
      return struct
    }
    this.#open.delete(message)
    return own
  }

  /** A field by itself, read from the record that it stands in. */
  #part(field: LinkedField): MappedField {
    const { name, schema, read } = this.#field(field, false)
    return { name, schema, read: (record) => read((record as Record<string, unknown>)[name]) }
  }

  /** A oneof is a struct in which one field has a value. */
  #oneof(message: LinkedMessage, oneof: string, index: number): MappedField {
    const { generalizedSums, enhanced } = this.#options
    const members = message.fields
      .filter((field) => field.oneof === oneof)
      .map((field) => this.#field(field, true))
    const name = enhanced ? `${message.fullName}.${oneof}` : oneof
    const schema: ConnectSchema = {
      type: 'struct',
      optional: true,
      name: generalizedSums ? oneof : `${protobufMarks.union}${name}`,
      ...(generalizedSums && { parameters: { [generalized.union]: oneof } }),
      fields: members.map(({ name: member, schema: inner }) => ({ name: member, schema: inner })),
    }
    const read: Read = (value) => {
      const record = value as Record<string, unknown>
      if (members.every((member) => record[member.name] === null)) return null
      return Object.fromEntries(members.map((one) => [one.name, one.read(record[one.name])]))
    }
    return { name: `${oneof}_${index}`, schema, read }
  }

  #field(field: LinkedField, isMember: boolean): MappedField {
    const { wrapperForNullables, optionalForNullables } = this.#options
    const { schema: single, read: readOne } = this.#single(field)
    const read = nullOr(readOne)
    const tag = { [parameter.tag]: `${field.number}` }
    const optional =
      isMember ||
      single.optional ||
      field.repeated ||
      (optionalForNullables ? field.element.label === 'optional' : !wrapperForNullables)
    if (field.mapKey !== undefined) {
      const keys = this.#scalar(field.mapKey, {})
      const schema = { ...mapSchema(keys.schema, single), optional, parameters: tag }
      const readMap: Read = (value) =>
        new Map(
          [...(value as Map<unknown, unknown>)].map(([key, one]) => [keys.read(key), read(one)]),
        )
      return { name: field.name, schema, read: nullOr(readMap) }
    }
    if (field.repeated) {
      const values = { ...single, optional: true }
      const schema: ConnectSchema = { type: 'array', optional: true, parameters: tag, values }
      return { name: field.name, schema, read: nullOr((list) => (list as unknown[]).map(read)) }
    }
    const parameters = { ...single.parameters, ...tag }
    return { name: field.name, schema: { ...single, optional, parameters }, read }
  }

  #single(field: LinkedField): MappedMessage {
    const { type } = field
    if (type.kind === 'scalar') return this.#scalar(type.name, metaOf(field.element.options))
    if (type.kind === 'enum') {
      const constants = type.element.constants
      const schema = this.#enumSchema(type.fullName, constants)
      if (!this.#options.intForEnums) return { schema, read: String }
      const numbers = new Map(constants.map(({ name, number }) => [name, number]))
      return { schema, read: (value) => numbers.get(value as string) ?? value }
    }
    const meta = metaOf(field.element.options)
    if (type.fullName === logicalMessages.decimal.name) {
      const scale = Number(meta.scale ?? 0)
      const bare = decimalSchema(scale)
      const precision = meta.precision !== undefined && { [parameter.precision]: meta.precision }
      const schema = { ...bare, optional: true, parameters: { ...bare.parameters, ...precision } }
      return { schema, read: (value) => logicalReaders.decimal(value, scale) }
    }
    for (const kind of ['timestamp', 'date', 'time'] as const) {
      if (type.fullName !== logicalMessages[kind].name) continue
      return { schema: { ...logicalSchemas[kind], optional: true }, read: logicalReaders[kind] }
    }
    const wrapped = scalarNames.find((name) => wrappers[name] === type.fullName)
    if (wrapped !== undefined && this.#options.wrapperForNullables) {
      const { schema, read } = this.#scalar(wrapped, {})
      const readWrapped: Read = (value) => read((value as { value: unknown }).value)
      return { schema: { ...schema, optional: true }, read: readWrapped }
    }
    const { schema, read } = this.message(type)
    return { schema: { ...schema, optional: true }, read }
  }

  #scalar(name: ScalarName, meta: Readonly<Record<string, string>>): MappedMessage {
    const { type, read } = scalars[name]
    const given = meta[connectType]
    const narrow = type === 'int32' && (given === 'int8' || given === 'int16') ? given : type
    const isUsual = ['int32', 'int64', 'float', 'double', 'bool', 'string', 'bytes'].includes(name)
    const parameters = isUsual || narrow !== type ? {} : { parameters: { [parameter.type]: name } }
    return { schema: { type: narrow, optional: false, ...parameters }, read }
  }

  #enumSchema(
    fullName: string,
    constants: readonly { readonly name: string; readonly number: number }[],
  ): ConnectSchema {
    const { generalizedSums, intForEnums, enhanced } = this.#options
    const mark = generalizedSums ? generalized.enum : protobufMarks.enum
    return {
      type: intForEnums ? 'int32' : 'string',
      optional: true,
      name: enhanced ? fullName : simpleName(fullName),
      parameters: {
        [mark]: simpleName(fullName),
        ...Object.fromEntries(
          constants.map(({ name, number }) => [`${mark}.${name}`, `${number}`]),
        ),
      },
    }
  }
}

function mapSchema(keys: ConnectSchema, values: ConnectSchema): ConnectSchema {
  const inner = { keys: { ...keys, optional: true }, values: { ...values, optional: true } }
  return { type: 'map', optional: true, ...inner }
}

function oneofsOf(message: LinkedMessage): readonly string[] {
  const names = message.fields.flatMap(({ oneof }) => (oneof === undefined ? [] : [oneof]))
  return [...new Set(names)]
}

function simpleName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1)
}

function nullOr(read: Read): Read {
  return (value) => (value === null || value === undefined ? null : read(value))
}

function asItIs(value: unknown): unknown {
  return value
}

interface Scalar {
  readonly type: ConnectSchema['type']
  readonly read: Read
}

const small: Scalar = { type: 'int32', read: asItIs }
const large: Scalar = { type: 'int64', read: asItIs }
/** Java has no numbers without a sign: the highest bit is one. */
const unsigned: Scalar = { type: 'int64', read: (value) => BigInt.asIntN(64, value as bigint) }
const unsignedSmall: Scalar = { type: 'int64', read: (value) => BigInt(value as number) }

const scalars: Readonly<Record<ScalarName, Scalar>> = {
  double: { type: 'float64', read: asItIs },
  float: { type: 'float32', read: asItIs },
  int32: small,
  sint32: small,
  sfixed32: small,
  int64: large,
  sint64: large,
  sfixed64: large,
  uint32: unsignedSmall,
  fixed32: unsignedSmall,
  uint64: unsigned,
  fixed64: unsigned,
  bool: { type: 'boolean', read: asItIs },
  string: { type: 'string', read: asItIs },
  bytes: { type: 'bytes', read: asItIs },
}

const scalarNames = Object.keys(scalars) as ScalarName[]

/** What `(confluent.field_meta)` says in its params, as a list of pairs. */
function metaOf(options: readonly OptionElement[]): Readonly<Record<string, string>> {
  const meta = options.find(({ name }) => name.replace(/^\./, '') === 'confluent.field_meta')
  const params = meta?.value.kind === 'map' ? meta.value.entries.get('params') : undefined
  const items = params?.kind === 'list' ? params.items : params === undefined ? [] : [params]
  return Object.fromEntries(items.flatMap(pairOf))
}

function pairOf(item: OptionValue): [string, string][] {
  if (item.kind !== 'map') return []
  const [key, value] = [item.entries.get('key'), item.entries.get('value')]
  return isObject(key) && isObject(value) && 'text' in key && 'text' in value
    ? [[String(key.text), String(value.text)]]
    : []
}
