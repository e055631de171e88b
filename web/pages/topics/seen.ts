/** How a key, a value or a header is shown. */
import { bytesOfBase64, hexDump } from '../../text/hex.ts'
import { bytes } from '../../text/numbers.ts'
import { prettyJson } from '../../text/pretty-json.ts'
import type { Seen } from './answers.ts'

/** As much as a row has room for. */
const mostInARow = 300

export function inOneLine({ format, value }: Seen): string {
  if (format === 'null' || value === null) return '∅'
  const text = format === 'bytes' ? hexLine(value) : value
  return text.slice(0, mostInARow).replaceAll(/\s+/g, ' ')
}

/** All that is shown of it, in lines. */
export function inFull({ format, value }: Seen): string {
  if (format === 'null' || value === null) return ''
  if (format === 'bytes') return hexDump(bytesOfBase64(value))
  return format === 'text' ? value : (prettyJson(value) ?? value)
}

/** The bytes of text and bytes; of what a schema decoded they are not known. */
export function inHex({ format, value }: Seen): string | undefined {
  if (value === null || (format !== 'text' && format !== 'json')) return undefined
  return hexDump(new TextEncoder().encode(value))
}

/** Such as `avro · schema 3 · readings-value · 120 B`. */
export function aboutOf({ format, schemaId, subject, bytes: size, isCut, problem }: Seen): string {
  return [
    format,
    ...(schemaId === undefined ? [] : [`schema ${schemaId}`]),
    ...(subject === undefined ? [] : [subject]),
    ...(format === 'null' ? [] : [bytes(size)]),
    ...(isCut ? ['the beginning is shown'] : []),
    ...(problem === undefined ? [] : [problem]),
  ].join(' · ')
}

function hexLine(base64: string): string {
  const some = bytesOfBase64(base64.slice(0, mostInARow - (mostInARow % 4)))
  return `0x${[...some].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
