import { BadRecordError } from '../../connect/kit/index.ts'

/** Java's names of the charsets that texts may be written in. */
export const charsets = { 'UTF-8': 'utf8', 'ISO-8859-1': 'latin1', 'US-ASCII': 'latin1' } as const

export type Charset = keyof typeof charsets

/** A key or a value as Redis has it. Throws `BadRecordError` where it is neither bytes nor a text. */
export function bytesOf(value: unknown, what: 'key' | 'value', charset: Charset): Buffer {
  if (Buffer.isBuffer(value)) return value
  if (typeof value === 'string') return Buffer.from(value, charsets[charset])
  const name = `${what}.converter`
  throw new BadRecordError(
    `the ${what} of a record is neither bytes nor a text: set ${name} to a ByteArrayConverter or a StringConverter`,
  )
}

/** The same of a key, which Redis cannot do without. */
export function keyBytesOf(key: unknown, charset: Charset): Buffer {
  if (key === null || key === undefined) throw new BadRecordError('a record has no key')
  const bytes = bytesOf(key, 'key', charset)
  if (bytes.length === 0) throw new BadRecordError('the key of a record is empty')
  return bytes
}
