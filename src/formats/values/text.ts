import { isUtf8 } from 'node:buffer'
import { valueError } from './failures.ts'
import { kindOf, type ValueType } from './value-type.ts'

/** UTF-8. */
export const text: ValueType<string> = {
  name: 'text',
  contentType: 'text/plain; charset=utf-8',
  encode(value) {
    const isText = typeof value === 'string'
    if (isText && value.isWellFormed()) return Buffer.from(value)
    const given = isText ? 'one with half a surrogate pair' : kindOf(value)
    throw valueError('value-wrong', { type: 'text', given, expected: 'a string' })
  },
  decode: (bytes) => textOf(bytes, 'text'),
}

/** @throws InvalidMessageError for what is not UTF-8. */
export function textOf(bytes: Buffer, type: string): string {
  if (isUtf8(bytes)) return bytes.toString()
  throw valueError('value-unreadable', { type, why: 'it is not UTF-8' })
}
