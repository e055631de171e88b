/** Certificates of X.509 (RFC 5280): an authority, and what it signs. */
import { createPublicKey, hash, type KeyObject, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Random } from '../../random.ts'
import { type Der, der, derInteger, derOid, partOf, partsOf, readDer, tag } from '../der.ts'
import type { Identity } from '../key-store.ts'
import { addressBytes } from './address.ts'
import { encodeName } from './name.ts'
import { derBits, derTime, signatureAlgorithm, signed } from './signed.ts'

export type Purpose = 'authority' | 'server' | 'client'

export interface CertificateRequest {
  /** `CN=client60,O=CONFLUENT,C=US`. */
  readonly subject: string
  readonly key: KeyObject
  readonly purpose: Purpose
  /** The names and addresses of a server. */
  readonly hosts?: readonly string[]
  readonly from: Date
  readonly to: Date
}

const version3 = 2
const serialBytes = 16

/** Without a signer it signs itself. Throws 'name-invalid'. */
export function issueCertificate(
  { subject, key, purpose, hosts = [], from, to }: CertificateRequest,
  signer: Identity | undefined,
  random: Random,
): X509Certificate {
  const signingKey = signer?.key ?? key
  const name = encodeName(subject)
  const body = der(
    tag.sequence,
    der(tag.context(0), derInteger(version3)),
    serialNumber(random),
    signatureAlgorithm(signingKey),
    signer === undefined ? name : subjectIn(signer),
    der(tag.sequence, derTime(from), derTime(to)),
    name,
    publicKeyOf(key),
    der(
      tag.context(3),
      der(tag.sequence, ...usage(purpose, key), ...alternatives(hosts), ...keyIds(key, signingKey)),
    ),
  )
  return new X509Certificate(signed(body, signingKey))
}

/** The fields of a certificate that stand behind its version. */
export function fieldsOf(certificate: X509Certificate): Der[] {
  return partsOf(partOf(readDer(certificate.raw), 0)).filter(
    ({ tag: field }) => field !== tag.context(0),
  )
}

export function subjectIn({ chain }: Identity): Buffer {
  const [own] = chain
  if (own === undefined) throw new Error('a signer has its certificate')
  return fieldsOf(own)[4]?.whole ?? Buffer.alloc(0)
}

function serialNumber(random: Random): Buffer {
  const bytes = random.bytes(serialBytes)
  // Positive, and of full length.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return derInteger(bytes)
}

const usageOids = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const

function usage(purpose: Purpose, key: KeyObject): Buffer[] {
  if (purpose === 'authority') {
    const isAuthority = der(tag.boolean, Buffer.from([0xff]))
    const signsBoth = derBits(Buffer.from([0b0000_0110]), 1)
    return [
      extension('2.5.29.19', der(tag.sequence, isAuthority), { critical: true }),
      extension('2.5.29.15', signsBoth, { critical: true }),
    ]
  }
  // Signatures; RSA may encrypt keys, too.
  const bits =
    key.asymmetricKeyType === 'rsa'
      ? derBits(Buffer.from([0b1010_0000]), 5)
      : derBits(Buffer.from([0b1000_0000]), 7)
  return [
    extension('2.5.29.19', der(tag.sequence), { critical: true }),
    extension('2.5.29.15', bits, { critical: true }),
    extension('2.5.29.37', der(tag.sequence, derOid(usageOids[purpose]))),
  ]
}

function alternatives(hosts: readonly string[]): Buffer[] {
  if (hosts.length === 0) return []
  const names = hosts.map((host) =>
    isIP(host) === 0
      ? der(tag.primitiveContext(2), Buffer.from(host))
      : der(tag.primitiveContext(7), addressBytes(host)),
  )
  return [extension('2.5.29.17', der(tag.sequence, ...names))]
}

/** By which those who verify a chain find its next link. */
function keyIds(own: KeyObject, signing: KeyObject): Buffer[] {
  return [
    extension('2.5.29.14', der(tag.octetString, keyIdOf(own))),
    extension('2.5.29.35', der(tag.sequence, der(tag.primitiveContext(0), keyIdOf(signing)))),
  ]
}

/** The hash of the bits of the public key (RFC 5280, 4.2.1.2). */
function keyIdOf(key: KeyObject): Buffer {
  const bits = partOf(readDer(publicKeyOf(key)), 1).content
  return hash('sha1', bits.subarray(1), 'buffer')
}

function publicKeyOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' })
}

function extension(oid: string, value: Buffer, { critical = false } = {}): Buffer {
  const isCritical = critical ? [der(tag.boolean, Buffer.from([0xff]))] : []
  return der(tag.sequence, derOid(oid), ...isCritical, der(tag.octetString, value))
}
