import { valueError } from './failures.ts'
import { kindOf, type ValueType } from './value-type.ts'

/** Bytes as they are, not copied. */
export const byteArray: ValueType<Buffer> = {
  name: 'byte_array',
  contentType: 'application/octet-stream',
  encode(value: Uint8Array) {
    if (value instanceof Uint8Array) return value
    const facts = { type: 'byte_array', given: kindOf(value), expected: 'a Buffer or Uint8Array' }
    throw valueError('value-wrong', facts)
  },
  decode: (bytes) => bytes,
}
