import { decimal } from '../text/decimal.ts'
import { unescaped } from '../text/text-reader.ts'

/** A default as descriptors write it: numbers in decimal, the bytes that are no text as escapes. */
export function defaultText(text: string, type: string): string {
  if (type === 'bytes') {
    return text.replace(/[^\x20-\x7e]|["'\\]/g, (character) => octal(character))
  }
  return type === 'string' ? text : decimal(text)
}

/** The reverse: what the text of a schema has between its quotes, or as its number. */
export function defaultFrom(text: string, type: string): string {
  return type === 'bytes' ? unescaped(text) : text
}

function octal(character: string): string {
  return [...Buffer.from(character, 'latin1')]
    .map((byte) => `\\${byte.toString(8).padStart(3, '0')}`)
    .join('')
}
