import { valueError } from './failures.ts'
import { textOf } from './text.ts'
import { kindOf, type ValueType } from './value-type.ts'

/** JSON text (RFC 8259) in UTF-8. Only Reader and Writer have it; elsewhere it is text. */
export const json: ValueType<unknown> = {
  name: 'json',
  contentType: 'application/json',
  encode: (value) => Buffer.from(stringified(value)),
  decode(bytes) {
    const text = textOf(bytes, 'json')
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw valueError('value-unreadable', { type: 'json', why: 'it is no JSON text' }, { cause })
    }
  },
}

function stringified(value: unknown): string {
  const expected = 'what JSON can say (no bigint, no function, nothing that holds itself)'
  const facts = { type: 'json', given: kindOf(value), expected }
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw valueError('value-wrong', facts, { cause })
  }
  if (text === undefined) throw valueError('value-wrong', facts)
  return text
}
