/** Names of certificates as text, exactly as Java's `X500Principal.getName()` prints them. */
import type { X509Certificate } from 'node:crypto'
import { type Der, oidOf, partOf, partsOf, readDer, tag } from './der.ts'

/** RFC 2253 knows no others; every other attribute is printed by its number. */
export const keywords: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
}

/** How the bytes of each kind of string are read. */
const encodings: Readonly<Record<number, (bytes: Buffer) => string>> = {
  [tag.utf8String]: (bytes) => bytes.toString('utf8'),
  [tag.printableString]: (bytes) => bytes.toString('latin1'),
  [tag.t61String]: (bytes) => bytes.toString('latin1'),
  [tag.ia5String]: (bytes) => bytes.toString('latin1'),
  [tag.bmpString]: (bytes) => Buffer.from(bytes).swap16().toString('utf16le'),
}

/** The subject of a certificate: `CN=client60,L=MountainView,O=CONFLUENT,C=US`. */
export function subjectOf(certificate: X509Certificate): string {
  const fields = partsOf(partOf(readDer(certificate.raw), 0))
  // A version, which is [0], stands before serial number, signature, issuer, validity, subject.
  const version = fields[0]?.tag === tag.context(0) ? 1 : 0
  const subject = fields[version + 4]
  return subject === undefined ? '' : nameText(subject)
}

/** The most particular part first, which is the last one of the encoding. */
export function nameText(name: Der): string {
  return partsOf(name)
    .reverse()
    .map((parts) => partsOf(parts).map(attributeText).join('+'))
    .join(',')
}

function attributeText(attribute: Der): string {
  const type = oidOf(partOf(attribute, 0))
  const value = partOf(attribute, 1)
  const keyword = keywords[type]
  const decode = encodings[value.tag]
  if (keyword === undefined || decode === undefined) {
    return `${keyword ?? type}=#${value.whole.toString('hex')}`
  }
  return `${keyword}=${escaped(decode(value.content))}`
}

function escaped(text: string): string {
  return text
    .replace(/[,=+<>#;"\\]/g, '\\$&')
    .replaceAll('\0', '\\00')
    .replace(/^[ \r]+|[ \r]+$/g, (edge) => edge.replace(/[ \r]/g, '\\$&'))
}
