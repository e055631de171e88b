/** Modern PKCS12 (RFC 7292): AES of 256 bits, PBKDF2 and a seal of SHA-256, as OpenSSL 3 writes it. */
import { createCipheriv, createHmac, pbkdf2, type X509Certificate } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from '../../random.ts'
import { der, derInteger, derNull, derOid, tag } from '../der.ts'
import type { Identity } from '../key-store.ts'
import { sealKey } from '../pkcs12-encryption.ts'
import { pkcs12Oids as oid } from '../pkcs12-oids.ts'

export interface Pkcs12Options {
  readonly password: string
  /** What keytool calls an alias. */
  readonly name: string
  readonly random: Random
}

/** As many as keytool takes. */
const iterations = 10_000
const saltBytes = 16
const ivBytes = 16
const keyBytes = 32
const sealBytes = 32
const version = { pfx: 3, encryptedData: 0 } as const

const pbkdf2Async = promisify(pbkdf2)

/** A key with its certificates. */
export async function writeKeystore(
  { key, chain }: Identity,
  options: Pkcs12Options,
): Promise<Buffer> {
  const attributes = [
    friendlyName(options.name),
    attribute(oid.localKeyId, der(tag.octetString, Buffer.from([1]))),
  ]
  const plain = key.export({ format: 'der', type: 'pkcs8' })
  const encrypted = await encrypt(plain, options)
  const info = der(tag.sequence, encrypted.algorithm, der(tag.octetString, encrypted.bytes))
  const bags = chain.map((one, index) => certificateBag(one, index === 0 ? attributes : []))
  return seal(
    [
      await encryptedContent(bags, options),
      plainContent([bag(oid.encryptedKeyBag, info, attributes)]),
    ],
    options,
  )
}

/** Certificates to believe, in a way that Java believes them, too. */
export async function writeTruststore(
  certificates: readonly X509Certificate[],
  options: Pkcs12Options,
): Promise<Buffer> {
  const trusted = attribute(oid.trustedKeyUsage, derOid(oid.anyExtendedKeyUsage))
  const bags = certificates.map((one, index) => {
    const name = index === 0 ? options.name : `${options.name}-${index + 1}`
    return certificateBag(one, [friendlyName(name), trusted])
  })
  return seal([await encryptedContent(bags, options)], options)
}

function seal(contents: readonly Buffer[], { password, random }: Pkcs12Options): Buffer {
  const safe = der(tag.sequence, ...contents)
  const salt = random.bytes(saltBytes)
  const key = sealKey('sha256', password, salt, iterations, sealBytes)
  const mac = createHmac('sha256', key).update(safe).digest()
  const digest = der(
    tag.sequence,
    der(tag.sequence, derOid(oid.sha256), derNull),
    der(tag.octetString, mac),
  )
  return der(
    tag.sequence,
    derInteger(version.pfx),
    dataOf(safe),
    der(tag.sequence, digest, der(tag.octetString, salt), derInteger(iterations)),
  )
}

function dataOf(bytes: Buffer): Buffer {
  return der(tag.sequence, derOid(oid.data), der(tag.context(0), der(tag.octetString, bytes)))
}

function plainContent(bags: readonly Buffer[]): Buffer {
  return dataOf(der(tag.sequence, ...bags))
}

async function encryptedContent(bags: readonly Buffer[], options: Pkcs12Options): Promise<Buffer> {
  const { algorithm, bytes } = await encrypt(der(tag.sequence, ...bags), options)
  const content = der(tag.primitiveContext(0), bytes)
  const info = der(tag.sequence, derOid(oid.data), algorithm, content)
  const data = der(tag.sequence, derInteger(version.encryptedData), info)
  return der(tag.sequence, derOid(oid.encryptedData), der(tag.context(0), data))
}

/** PBES2 of RFC 8018. */
async function encrypt(plain: Buffer, { password, random }: Pkcs12Options) {
  const [salt, iv] = [random.bytes(saltBytes), random.bytes(ivBytes)]
  const key = await pbkdf2Async(password, salt, iterations, keyBytes, 'sha256')
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const bytes = Buffer.concat([cipher.update(plain), cipher.final()])
  const parameters = [
    ...[der(tag.octetString, salt), derInteger(iterations)],
    der(tag.sequence, derOid(oid.hmacSha256), derNull),
  ]
  const derivation = der(tag.sequence, derOid(oid.pbkdf2), der(tag.sequence, ...parameters))
  const encryption = der(tag.sequence, derOid(oid.aes256), der(tag.octetString, iv))
  const scheme = der(tag.sequence, derivation, encryption)
  return { algorithm: der(tag.sequence, derOid(oid.pbes2), scheme), bytes }
}

function certificateBag({ raw }: X509Certificate, attributes: readonly Buffer[]): Buffer {
  const octets = der(tag.context(0), der(tag.octetString, raw))
  return bag(oid.certificateBag, der(tag.sequence, derOid(oid.x509), octets), attributes)
}

function bag(type: string, value: Buffer, attributes: readonly Buffer[]): Buffer {
  // A set has its members in the order of their bytes.
  const set = attributes.length === 0 ? [] : [der(tag.set, ...[...attributes].sort(Buffer.compare))]
  return der(tag.sequence, derOid(type), der(tag.context(0), value), ...set)
}

function friendlyName(name: string): Buffer {
  return attribute(oid.friendlyName, der(tag.bmpString, Buffer.from(name, 'utf16le').swap16()))
}

function attribute(type: string, value: Buffer): Buffer {
  return der(tag.sequence, derOid(type), der(tag.set, value))
}
