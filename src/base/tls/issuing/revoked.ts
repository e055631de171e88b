/** Lists of revoked certificates (RFC 5280, section 5). */
import type { X509Certificate } from 'node:crypto'
import { der, derInteger, partOf, partsOf, readDer, tag } from '../der.ts'
import type { Identity } from '../key-store.ts'
import { fieldsOf, subjectIn } from './certificate.ts'
import { derTime, signatureAlgorithm, signed } from './signed.ts'

export interface RevocationDates {
  readonly now: Date
  /** After which nobody may rely on the list. */
  readonly next: Date
}

const version2 = 1

/** The former list, if there is one, with these added. */
export function revoke(
  certificates: readonly X509Certificate[],
  former: Buffer | undefined,
  signer: Identity,
  { now, next }: RevocationDates,
): Buffer {
  const known = former === undefined ? [] : entriesOf(former)
  const serials = new Set(known.map((entry) => partOf(entry, 0).whole.toString('hex')))
  const added = certificates
    .map((certificate) => fieldsOf(certificate)[0]?.whole ?? derInteger(0))
    .filter((serial) => !serials.has(serial.toString('hex')))
    .map((serial) => der(tag.sequence, serial, derTime(now)))
  const all = [...known.map(({ whole }) => whole), ...added]
  const body = der(
    tag.sequence,
    derInteger(version2),
    signatureAlgorithm(signer.key),
    subjectIn(signer),
    derTime(now),
    derTime(next),
    // An empty list is left out.
    ...(all.length === 0 ? [] : [der(tag.sequence, ...all)]),
  )
  return signed(body, signer.key)
}

/** Behind version, algorithm, issuer and two times; extensions have a tag of their own. */
function entriesOf(list: Buffer) {
  const entries = partsOf(partOf(readDer(list), 0))[5]
  return entries?.tag === tag.sequence ? partsOf(entries) : []
}
