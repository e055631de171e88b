import assert from 'node:assert'
import { isError } from '../../../base/errors.ts'
import type { Codecs, ProtobufRecord } from '../codec/message-codec.ts'
import { wrongValue } from '../errors.ts'
import type { FieldType, LinkedField, LinkedMessage } from '../linked/model.ts'
import type { Symbols } from '../linked/symbols.ts'
import type { OptionElement, OptionValue } from '../text/elements.ts'

/** What the names in options mean, and what their messages may hold. */
export interface OptionNames {
  readonly symbols: Symbols
  readonly codecs: Codecs
}

/**
 * The options of a part as the record of their message. What a text says there is any text: options
 * that nothing defines, or whose value does not fit, are left out, as Confluent's registry does.
 */
export function optionsRecord(
  message: string,
  options: readonly OptionElement[],
  { symbols, codecs }: OptionNames,
  scope: string,
): ProtobufRecord | null {
  const type = symbols.type(`google.protobuf.${message}`)
  assert(type?.kind === 'message')
  if (options.length === 0) return null
  const codec = codecs.of(type)
  const recordOf = (some: readonly OptionElement[]): ProtobufRecord | undefined => {
    const record: ProtobufRecord = {}
    try {
      for (const option of some) setOption(record, option, type, { symbols, scope })
      codec.encode(record)
      return record
    } catch (error) {
      if (isError(error, 'wrong-value')) return undefined
      throw error
    }
  }
  const fitting = () => options.filter((option) => recordOf([option]) !== undefined)
  return recordOf(options) ?? recordOf(fitting()) ?? null
}

interface Names {
  readonly symbols: Symbols
  readonly scope: string
}

function setOption(
  record: ProtobufRecord,
  { name, parenthesized, value }: OptionElement,
  message: LinkedMessage,
  names: Names,
): void {
  const field = fieldOf(message, parenthesized ? `[${name}]` : name, names)
  if (field !== undefined) setValue(record, field, value, names)
}

/** `[name]` is an extension, looked for from where it is written. */
function fieldOf(
  message: LinkedMessage,
  name: string,
  { symbols, scope }: Names,
): LinkedField | undefined {
  const extension = /^\[(.+)\]$/.exec(name)?.[1]
  const found = extension === undefined ? undefined : symbols.resolveExtension(extension, scope)
  const key = found === undefined ? name : `[${found.fullName}]`
  return message.fields.find((field) => field.name === key)
}

/** Repeated ones are added to, messages merged. */
function setValue(
  record: ProtobufRecord,
  field: LinkedField,
  value: OptionValue,
  names: Names,
): void {
  const { name, type } = field
  if (field.mapKey !== undefined) {
    const map = (record[name] ?? new Map()) as Map<unknown, unknown>
    record[name] = map
    for (const item of itemsOf(value)) addEntry(map, field, item, names)
  } else if (field.repeated) {
    const items = (record[name] ?? []) as unknown[]
    record[name] = items
    for (const item of itemsOf(value)) items.push(valueFor(item, type, undefined, names, field))
  } else {
    record[name] = valueFor(value, type, record[name], names, field)
  }
}

function addEntry(
  map: Map<unknown, unknown>,
  field: LinkedField,
  item: OptionValue,
  names: Names,
): void {
  if (item.kind !== 'map' || field.mapKey === undefined) throw unfitting(field)
  const [key, value] = [item.entries.get('key'), item.entries.get('value')]
  const keyType = { kind: 'scalar', name: field.mapKey } as const
  const entryKey = key === undefined ? '' : valueFor(key, keyType, undefined, names, field)
  map.set(entryKey, value === undefined ? '' : valueFor(value, field.type, undefined, names, field))
}

function valueFor(
  value: OptionValue,
  type: FieldType,
  before: unknown,
  names: Names,
  field: LinkedField,
): unknown {
  if (type.kind === 'message') return messageOf(value, type, before, names, field)
  if (!('text' in value)) throw unfitting(field)
  const { kind, text } = value
  if (type.kind === 'enum') return kind === 'number' ? Number(text) : text
  switch (type.name) {
    case 'string':
      return text
    case 'bytes':
      return Buffer.from(text, 'latin1')
    case 'bool':
      return text === 'true'
    case 'double':
    case 'float':
      return Number(text.replace(/^(-?)inf$/, '$1Infinity'))
    default:
      if (!/^-?(?:0[xX][0-9A-Fa-f]{1,16}|\d{1,20})$/.test(text)) throw unfitting(field)
      return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
  }
}

function messageOf(
  value: OptionValue,
  type: LinkedMessage,
  before: unknown,
  names: Names,
  field: LinkedField,
): ProtobufRecord {
  const record = (before ?? {}) as ProtobufRecord
  if (value.kind === 'option') {
    setOption(record, value.option, type, names)
  } else if (value.kind === 'map') {
    for (const [name, entry] of value.entries) {
      const inside = fieldOf(type, name, names)
      if (inside === undefined) throw unfitting(field)
      setValue(record, inside, entry, names)
    }
  } else {
    throw unfitting(field)
  }
  return record
}

function itemsOf(value: OptionValue): readonly OptionValue[] {
  return value.kind === 'list' ? value.items : [value]
}

function unfitting({ name }: LinkedField): Error {
  return wrongValue(name, 'a value of its type', 'another')
}
