import type { OptionElement, OptionValue } from './elements.ts'
import type { Print } from './lines.ts'

export function optionStatement(option: OptionElement): Print {
  return (lines) => lines.add(`option ${optionText(option, lines.depth)};`)
}

/** ` [NAME = VALUE]`, one on a line where there are several; nothing for none. `depth`: of the line it ends. */
export function optionsInBrackets(options: readonly OptionElement[], depth: number): string {
  if (options.length === 0) return ''
  return ` ${inBrackets(options, depth, optionText)}`
}

/** A string's text between its quotes. */
export function escaped(text: string): string {
  return text.replace(special, (character) => escapes[character] ?? character)
}

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
}
const special = /\p{Cc}|[\\'"]/gu

function optionText({ name, parenthesized, value }: OptionElement, depth: number): string {
  const shown = parenthesized ? `(${name})` : name
  switch (value.kind) {
    case 'option':
      return `${shown}.${optionText(value.option, depth)}`
    case 'list':
      return `${shown} = ${inBrackets(value.items, depth, valueText)}`
    default:
      return `${shown} = ${valueText(value, depth)}`
  }
}

function valueText(value: OptionValue, depth: number): string {
  switch (value.kind) {
    case 'string':
      return `"${escaped(value.text)}"`
    case 'number':
    case 'word':
      return value.text
    case 'option':
      return optionText(value.option, depth)
    case 'map': {
      const entries = [...value.entries]
      return `{\n${lines(entries, depth, entryText)}}`
    }
    case 'list':
      return `[\n${lines(value.items, depth, valueText)}]`
  }
}

function entryText([key, value]: [string, OptionValue], depth: number): string {
  return `${key}: ${valueText(value, depth)}`
}

type Text<Item> = (item: Item, depth: number) => string

function inBrackets<Item>(items: readonly Item[], depth: number, text: Text<Item>): string {
  const [first] = items
  if (first !== undefined && items.length === 1) return `[${text(first, depth)}]`
  return `[\n${lines(items, depth, text)}]`
}

/** One on a line, a level further in; then the indentation of the line that closes them. */
function lines<Item>(items: readonly Item[], depth: number, text: Text<Item>): string {
  const indentation = '  '.repeat(depth + 1)
  const shown = items.map((item) => `${indentation}${text(item, depth + 1)}`)
  return `${shown.join(',\n')}${shown.length > 0 ? '\n' : ''}${'  '.repeat(depth)}`
}
