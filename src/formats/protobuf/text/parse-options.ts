import { limits } from '../limits.ts'
import type { OptionElement, OptionValue } from './elements.ts'
import type { TextReader } from './text-reader.ts'

/** `option NAME = VALUE;` behind its first word. */
export function optionStatement(reader: TextReader): OptionElement {
  const option = optionOf(reader)
  reader.needs(';')
  return option
}

/** `[NAME = VALUE, …]`, or nothing. */
export function optionList(reader: TextReader): OptionElement[] {
  if (!reader.takes('[')) return []
  const options: OptionElement[] = []
  do options.push(optionOf(reader))
  while (reader.takes(','))
  reader.needs(']')
  return options
}

/** A default is an option in the text alone, and so is the name in JSON. */
export function takeSpecial(
  options: readonly OptionElement[],
  name: string,
): [special: string | undefined, rest: OptionElement[]] {
  const isSpecial = (option: OptionElement) => option.name === name && !option.parenthesized
  const special = options.findLast(isSpecial)?.value
  const rest = options.filter((option) => !isSpecial(option))
  return [special !== undefined && 'text' in special ? special.text : undefined, rest]
}

function optionOf(reader: TextReader): OptionElement {
  const parts = [optionName(reader)]
  while (reader.takes('.')) {
    if (parts.length === limits.deepestOption) throw tooDeep(reader)
    parts.push(optionName(reader))
  }
  reader.needs('=')
  const value = optionValue(reader, 0)
  return parts.reduceRight<OptionElement | undefined>(
    (option, part) => ({
      ...part,
      value: option === undefined ? value : { kind: 'option', option },
    }),
    undefined,
  ) as OptionElement
}

function optionName(reader: TextReader): Omit<OptionElement, 'value'> {
  if (!reader.takes('('))
    return { name: reader.word('the name of an option'), parenthesized: false }
  const name = reader.name('the name of an option', { full: true })
  reader.needs(')')
  return { name, parenthesized: true }
}

function optionValue(reader: TextReader, depth: number): OptionValue {
  if (depth > limits.deepestOption) throw tooDeep(reader)
  if (reader.isNext('{')) return mapOf(reader, depth)
  if (reader.isNext('[')) return listOf(reader, depth)
  if (reader.peek().kind === 'string') {
    return { kind: 'string', text: reader.string('a value') }
  }
  const sign = reader.takes('-') ? '-' : ''
  if (sign === '') reader.takes('+')
  const { kind, text } = reader.peek()
  if (kind !== 'number' && kind !== 'word') throw reader.unexpected('the value of an option')
  reader.take()
  return { kind, text: sign + text }
}

/** The text format's message: `{ name: value, name { … } name: [ … ] }`, separators at will. */
function mapOf(reader: TextReader, depth: number): OptionValue {
  reader.needs('{')
  const found = new Map<string, OptionValue[]>()
  while (!reader.takes('}')) {
    const key = keyOf(reader)
    const separated = reader.takes(':')
    if (!separated && !reader.isNext('{')) throw reader.unexpected(`':'`)
    const value = optionValue(reader, depth + 1)
    const values = found.get(key) ?? []
    found.set(key, values)
    values.push(value)
    if (!reader.takes(',')) reader.takes(';')
  }
  return { kind: 'map', entries: new Map([...found].map(([key, values]) => [key, one(values)])) }
}

/** A key that is there twice stands for a list. */
function one(values: readonly OptionValue[]): OptionValue {
  const [first] = values
  if (first !== undefined && values.length === 1) return first
  const items = values.flatMap((value) => (value.kind === 'list' ? value.items : [value]))
  return { kind: 'list', items }
}

function keyOf(reader: TextReader): string {
  if (!reader.takes('[')) return reader.word('the name of a field')
  let name = reader.name('the name of an extension')
  while (reader.takes('/')) name += `/${reader.name('the name of a type')}`
  reader.needs(']')
  return `[${name}]`
}

function listOf(reader: TextReader, depth: number): OptionValue {
  reader.needs('[')
  const items: OptionValue[] = []
  while (!reader.takes(']')) {
    items.push(optionValue(reader, depth + 1))
    if (!reader.takes(',') && !reader.isNext(']')) throw reader.unexpected("',' or ']'")
  }
  return { kind: 'list', items }
}

function tooDeep(reader: TextReader): Error {
  return reader.wrong(`the value of an option is nested deeper than ${limits.deepestOption}`)
}
