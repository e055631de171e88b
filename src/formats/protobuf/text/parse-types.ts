import { limits } from '../limits.ts'
import type {
  ConstantElement,
  EnumElement,
  ExtendElement,
  ExtensionsElement,
  FieldElement,
  GroupElement,
  Label,
  MessageElement,
  OneofElement,
  OptionElement,
  Range,
  ReservedElement,
  TypeElement,
} from './elements.ts'
import { optionList, optionStatement, takeSpecial } from './parse-options.ts'
import type { TextReader } from './text-reader.ts'

const highestInt32 = 2 ** 31 - 1
const lowestInt32 = -(2 ** 31)

/** `message NAME { … }` behind its first word. */
export function messageOf(reader: TextReader, depth: number): MessageElement {
  return bodyOf(reader, reader.word('the name of a message'), depth)
}

/** `enum NAME { … }` behind its first word. */
export function enumOf(reader: TextReader): EnumElement {
  const name = reader.word('the name of an enum')
  const reserved: ReservedElement[] = []
  const options: OptionElement[] = []
  const constants: ConstantElement[] = []
  reader.needs('{')
  while (!reader.takes('}')) {
    if (reader.takes(';')) continue
    const word = reader.word('the name of a constant')
    if (reader.isNext('=')) constants.push(constantOf(reader, word))
    else if (word === 'option') options.push(optionStatement(reader))
    else if (word === 'reserved') reserved.push(reservedOf(reader, lowestInt32, highestInt32))
    else throw reader.unexpected("'='")
  }
  return { kind: 'enum', name, reserved, options, constants }
}

/** `extend NAME { … }` behind its first word. */
export function extendOf(reader: TextReader): ExtendElement {
  const name = reader.name('the name of a message', { full: true })
  const fields: FieldElement[] = []
  reader.needs('{')
  while (!reader.takes('}')) {
    if (!reader.takes(';')) fields.push(fieldOf(reader, labelOf(reader)))
  }
  return { name, fields }
}

function bodyOf(reader: TextReader, name: string, depth: number): MessageElement {
  if (depth >= limits.deepestMessage) {
    throw reader.wrong(`messages are nested deeper than ${limits.deepestMessage}`)
  }
  const parts: Parts = {
    reserved: [],
    options: [],
    fields: [],
    oneofs: [],
    groups: [],
    extensions: [],
    extends: [],
    types: [],
  }
  reader.needs('{')
  while (!reader.takes('}')) if (!reader.takes(';')) part(reader, parts, depth)
  return { kind: 'message', name, ...parts }
}

interface Parts {
  readonly reserved: ReservedElement[]
  readonly options: OptionElement[]
  readonly fields: FieldElement[]
  readonly oneofs: OneofElement[]
  readonly groups: GroupElement[]
  readonly extensions: ExtensionsElement[]
  readonly extends: ExtendElement[]
  readonly types: TypeElement[]
}

function part(reader: TextReader, parts: Parts, depth: number): void {
  if (reader.takes('message')) parts.types.push(messageOf(reader, depth + 1))
  else if (reader.takes('enum')) parts.types.push(enumOf(reader))
  else if (reader.takes('oneof')) parts.oneofs.push(oneofOf(reader, depth))
  else if (reader.takes('option')) parts.options.push(optionStatement(reader))
  else if (reader.takes('extend')) parts.extends.push(extendOf(reader))
  else if (reader.takes('extensions')) parts.extensions.push(extensionsOf(reader))
  else if (reader.takes('reserved')) {
    parts.reserved.push(reservedOf(reader, 1, limits.highestFieldNumber))
  } else {
    const label = labelOf(reader)
    if (reader.takes('group')) parts.groups.push(groupOf(reader, label, depth))
    else parts.fields.push(fieldOf(reader, label))
  }
}

function oneofOf(reader: TextReader, depth: number): OneofElement {
  const name = reader.word('the name of a oneof')
  const options: OptionElement[] = []
  const fields: FieldElement[] = []
  const groups: GroupElement[] = []
  reader.needs('{')
  while (!reader.takes('}')) {
    if (reader.takes(';')) continue
    if (reader.takes('option')) options.push(optionStatement(reader))
    else if (reader.takes('group')) groups.push(groupOf(reader, undefined, depth))
    else fields.push(fieldOf(reader, undefined))
  }
  return { name, options, fields, groups }
}

function labelOf(reader: TextReader): Label | undefined {
  for (const label of ['optional', 'required', 'repeated'] as const) {
    if (reader.takes(label)) return label
  }
  return undefined
}

function fieldOf(reader: TextReader, label: Label | undefined): FieldElement {
  const first = reader.name('the type of a field', { full: true })
  const isMap = first === 'map' && reader.takes('<')
  const [mapKey, type] = isMap ? mapTypes(reader) : [undefined, first]
  if (isMap && label !== undefined) throw reader.wrong(`a map has no label, such as '${label}'`)
  const name = reader.word('the name of a field')
  reader.needs('=')
  const number = fieldNumber(reader)
  const written = optionList(reader)
  reader.needs(';')
  const [defaultValue, afterDefault] = takeSpecial(written, 'default')
  const [jsonName, options] = takeSpecial(afterDefault, 'json_name')
  return { label, type, mapKey, name, number, defaultValue, jsonName, options }
}

function mapTypes(reader: TextReader): [key: string, value: string] {
  const key = reader.word('the type of the keys')
  reader.needs(',')
  const value = reader.name('the type of the values', { full: true })
  reader.needs('>')
  return [key, value]
}

function groupOf(reader: TextReader, label: Label | undefined, depth: number): GroupElement {
  const name = reader.word('the name of a group')
  reader.needs('=')
  const number = fieldNumber(reader)
  const options = optionList(reader)
  return { label, number, options, message: bodyOf(reader, name, depth + 1) }
}

function fieldNumber(reader: TextReader): number {
  return reader.integer('the number of a field', 1, limits.highestFieldNumber)
}

function constantOf(reader: TextReader, name: string): ConstantElement {
  reader.needs('=')
  const number = reader.integer('the number of a constant', lowestInt32, highestInt32)
  const options = optionList(reader)
  reader.needs(';')
  return { name, number, options }
}

function reservedOf(reader: TextReader, lowest: number, highest: number): ReservedElement {
  const values: (Range | string)[] = []
  do {
    const { kind } = reader.peek()
    if (kind === 'string') values.push(reader.string('a name'))
    else if (kind === 'word') values.push(reader.word('a name'))
    else values.push(rangeOf(reader, lowest, highest))
  } while (reader.takes(','))
  reader.needs(';')
  return { values }
}

function extensionsOf(reader: TextReader): ExtensionsElement {
  const ranges: Range[] = []
  do ranges.push(rangeOf(reader, 1, limits.highestFieldNumber))
  while (reader.takes(','))
  const options = optionList(reader)
  reader.needs(';')
  return { ranges, options }
}

function rangeOf(reader: TextReader, lowest: number, highest: number): Range {
  const from = reader.integer('a number', lowest, highest)
  if (!reader.takes('to')) return { from, to: undefined }
  return { from, to: reader.takes('max') ? highest : reader.integer('a number', from, highest) }
}
