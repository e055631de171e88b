import type { ProtobufRecord } from '../codec/message-codec.ts'
import type { FieldType, LinkedField, LinkedMessage } from '../linked/model.ts'
import type { Symbols } from '../linked/symbols.ts'
import type { OptionElement, OptionValue } from '../text/elements.ts'

/** The record of an options message as the options of a text, in the order of its definition. */
export function optionElements(
  message: string,
  record: ProtobufRecord | null,
  symbols: Symbols,
): OptionElement[] {
  const type = symbols.type(message)
  if (record === null || type?.kind !== 'message') return []
  return type.fields
    .filter(({ name }) => name !== 'uninterpreted_option')
    .flatMap((field) => elements(field, record[field.name]))
}

function elements(field: LinkedField, value: unknown): OptionElement[] {
  const extension = /^\[(.+)\]$/.exec(field.name)?.[1]
  const values = field.repeated ? (value as unknown[]) : value === null ? [] : [value]
  return values.map((one) => ({
    name: extension ?? field.name,
    parenthesized: extension !== undefined,
    value: optionValue(one, field.type),
  }))
}

function optionValue(value: unknown, type: FieldType): OptionValue {
  switch (type.kind) {
    case 'message':
      return mapOf(value as ProtobufRecord, type)
    case 'enum':
      return typeof value === 'number' ? { kind: 'number', text: String(value) } : word(value)
    case 'scalar':
      return scalarOf(value, type.name)
  }
}

function scalarOf(value: unknown, type: string): OptionValue {
  if (type === 'string') return { kind: 'string', text: String(value) }
  if (type === 'bytes') return { kind: 'string', text: (value as Buffer).toString('latin1') }
  if (type === 'bool') return word(value)
  return { kind: 'number', text: String(value).replace('Infinity', 'inf').replace('NaN', 'nan') }
}

function word(value: unknown): OptionValue {
  return { kind: 'word', text: String(value) }
}

function mapOf(record: ProtobufRecord, type: LinkedMessage): OptionValue {
  const entries = type.fields.flatMap((field): [string, OptionValue][] => {
    const value = partOf(field, record[field.name])
    return value === undefined ? [] : [[field.name, value]]
  })
  return { kind: 'map', entries: new Map(entries) }
}

/** What is empty, or as if it were, is not written. */
function partOf(field: LinkedField, value: unknown): OptionValue | undefined {
  if (value === null) return undefined
  if (value instanceof Map) return value.size === 0 ? undefined : entriesOf(field, value)
  if (field.repeated) {
    const items = (value as unknown[]).map((item) => optionValue(item, field.type))
    return items.length === 0 ? undefined : { kind: 'list', items }
  }
  const isZero = field.presence === 'implicit' && (value === '' || value === 0 || value === false)
  return isZero ? undefined : optionValue(value, field.type)
}

function entriesOf(field: LinkedField, map: ReadonlyMap<unknown, unknown>): OptionValue {
  const items = [...map].map(([key, value]): OptionValue => {
    const keyValue = scalarOf(key, field.mapKey ?? 'string')
    const entries = new Map([
      ['key', keyValue],
      ['value', optionValue(value, field.type)],
    ])
    return { kind: 'map', entries }
  })
  return { kind: 'list', items }
}
