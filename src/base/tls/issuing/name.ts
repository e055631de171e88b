/** Names as people write them, `CN=client60,O=CONFLUENT,C=US`, in DER. */
import { der, derOid, tag } from '../der.ts'
import { tlsError } from '../errors.ts'
import { keywords } from '../x500-name.ts'

/** What X.520 wants to be printable characters alone, and RFC 4519 to be ASCII. */
const stringTags: Readonly<Record<string, number>> = { C: tag.printableString, DC: tag.ia5String }

/** Throws 'name-invalid'. */
export function encodeName(text: string): Buffer {
  const parts = text.match(/(?:\\.|[^,\\])+/gs) ?? []
  // What comes first as text is the most particular, and the last of the encoding.
  return der(tag.sequence, ...parts.reverse().map((part) => attribute(part, text)))
}

/** A name for a value of its own, whatever characters it has. */
export function commonName(value: string): string {
  return `CN=${value.replace(/[,=+<>#;"\\]/g, '\\$&')}`
}

function attribute(part: string, name: string): Buffer {
  const [, keyword = '', escaped = ''] = /^\s*(\w+)\s*=(.*)$/s.exec(part) ?? []
  const [oid] = Object.entries(keywords).find(([, one]) => one === keyword.toUpperCase()) ?? []
  const value = escaped.replace(/\\(.)/gs, '$1').trim()
  if (oid === undefined || value === '') throw tlsError('name-invalid', { name })
  const text = der(stringTags[keyword] ?? tag.utf8String, Buffer.from(value))
  return der(tag.set, der(tag.sequence, derOid(oid), text))
}
