/** What certificates and lists of revoked ones have in common: times, and a signature at the end. */
import { type KeyObject, sign } from 'node:crypto'
import { der, derNull, derOid, tag } from '../der.ts'

export function signatureAlgorithm({ asymmetricKeyType }: KeyObject): Buffer {
  // ECDSA and RSA, each with SHA-256.
  return asymmetricKeyType === 'ec'
    ? der(tag.sequence, derOid('1.2.840.10045.4.3.2'))
    : der(tag.sequence, derOid('1.2.840.113549.1.1.11'), derNull)
}

export function signed(body: Buffer, key: KeyObject): Buffer {
  const signature = sign('sha256', body, key)
  return der(tag.sequence, body, signatureAlgorithm(key), derBits(signature))
}

/** A string of bits whose last `unused` mean nothing. */
export function derBits(bytes: Uint8Array, unused = 0): Buffer {
  return der(tag.bitString, Buffer.from([unused]), bytes)
}

/** Years up to 2049 have two digits (RFC 5280, 4.1.2.5). */
export function derTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050
    ? der(tag.utcTime, Buffer.from(digits.slice(2)))
    : der(tag.generalizedTime, Buffer.from(digits))
}
