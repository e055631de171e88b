import type { ProtobufRecord } from '../codec/message-codec.ts'
import { invalidSchema } from '../errors.ts'
import type { FieldType, LinkedField, LinkedMessage } from '../linked/model.ts'
import type { Symbols } from '../linked/symbols.ts'
import type { OptionElement, OptionValue } from '../text/elements.ts'

/**
 * The options of a part as the record of their message. Options that nothing defines, as those of a
 * file that was not referred to, are left out, as Confluent's registry does.
 */
export function optionsRecord(
  message: string,
  options: readonly OptionElement[],
  symbols: Symbols,
  scope: string,
): ProtobufRecord | null {
  const type = symbols.type(message)
  if (type?.kind !== 'message' || options.length === 0) return null
  const record: ProtobufRecord = {}
  for (const option of options) setOption(record, option, type, { symbols, scope })
  return record
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
  const extension = parenthesized ? names.symbols.resolveExtension(name, names.scope) : undefined
  const key = extension === undefined ? name : `[${extension.fullName}]`
  if (parenthesized && extension === undefined) return
  const field = message.fields.find((one) => one.name === key)
  if (field !== undefined) setValue(record, field, value, names)
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
      const inside = type.fields.find((one) => one.name === name)
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
  return invalidSchema(`the value of the option '${name}' does not fit its type`)
}
