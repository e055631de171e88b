/** Bytes as people see them: what they are, by the schema that they name or by a look at them. */
import { isUtf8 } from 'node:buffer'

export type Format = 'null' | 'json' | 'text' | 'avro' | 'protobuf' | 'json-schema' | 'bytes'

/** What is understood of a key, a value or a header. */
export interface Understood {
  readonly format: Format
  /** JSON where the format has values; base64 of bytes; null of nothing. */
  readonly text: string | null
  /** Of the record. */
  readonly bytes: number
  readonly schemaId?: number
  readonly subject?: string
  /** Why the schema that it names has not been used. */
  readonly problem?: string
}

export interface Seen extends Omit<Understood, 'text'> {
  readonly value: string | null
  /** There is more of it. */
  readonly isCut?: true
}

/** What is larger is not looked at: it is text where it is UTF-8. */
const mostLookedAtBytes = 8 * 1024 * 1024

/** Without a schema. */
export function understand(bytes: Buffer | null): Understood {
  if (bytes === null) return { format: 'null', text: null, bytes: 0 }
  const { length } = bytes
  if (!isUtf8(bytes)) return asBytes(bytes)
  const text = bytes.toString()
  const format = length <= mostLookedAtBytes && isJson(text) ? 'json' : 'text'
  return { format, text, bytes: length }
}

export function asBytes(bytes: Buffer): Understood {
  return { format: 'bytes', text: bytes.toString('base64'), bytes: bytes.length }
}

/** At most so many characters of it, none of them half. */
export function seen({ text, ...rest }: Understood, mostCharacters: number): Seen {
  if (text === null || text.length <= mostCharacters) return { ...rest, value: text }
  // Four characters of base64 are three bytes.
  const end = rest.format === 'bytes' ? mostCharacters - (mostCharacters % 4) : mostCharacters
  const isHalf = /[\ud800-\udbff]$/.test(text.slice(end - 1, end))
  return { ...rest, value: text.slice(0, isHalf ? end - 1 : end), isCut: true }
}

/** Numbers and words that are JSON alone count: `21.5` is what most sensors send. */
function isJson(text: string): boolean {
  if (!/^[\s]*[[{"\-0-9tfn]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    // It begins as JSON does and is something else.
    return false
  }
}
