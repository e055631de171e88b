/** How PKCS12 files are encrypted and sealed: RFC 8018 (PBES2) and RFC 7292, appendices B and C. */
import { createDecipheriv, createHmac, hash, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { MalformedBytes } from '../bytes.ts'
import { type Der, integerOf, oidOf, partOf, partsOf, tag } from './der.ts'
import { tlsError } from './errors.ts'
import { pkcs12Oids as oid } from './pkcs12-oids.ts'

const tripleDes = '1.2.840.113549.1.12.1.3'

/** What OpenSSL 3 reads with its legacy provider only, which Node does not load. */
const legacyCiphers: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.12.1.1': 'RC4 of 128 bits',
  '1.2.840.113549.1.12.1.2': 'RC4 of 40 bits',
  '1.2.840.113549.1.12.1.4': 'DES with two keys',
  '1.2.840.113549.1.12.1.5': 'RC2 of 128 bits',
  '1.2.840.113549.1.12.1.6': 'RC2 of 40 bits',
}

interface Cipher {
  readonly name: string
  readonly keyBytes: number
}

const ciphers: Readonly<Record<string, Cipher>> = {
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  [oid.aes256]: { name: 'aes-256-cbc', keyBytes: 32 },
}

/** Hash functions by their own identifiers and by those of their HMACs. */
const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  [oid.sha256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '1.2.840.113549.2.7': 'sha1',
  [oid.hmacSha256]: 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
}

/** As many as Java accepts. */
const mostIterations = 5_000_000
/** What appendix B of RFC 7292 derives. */
const purpose = { key: 1, iv: 2, mac: 3 } as const

const pbkdf2Async = promisify(pbkdf2)

/** Throws 'key-file-legacy' where the cipher is one that today's OpenSSL does not read. */
export function refuseLegacy(algorithm: Der, source: string): void {
  const cipher = legacyCiphers[oidOf(partOf(algorithm, 0))]
  if (cipher !== undefined) throw tlsError('key-file-legacy', { source, cipher })
}

export async function decryptContents(
  algorithm: Der,
  encrypted: Buffer,
  password: string,
  source: string,
): Promise<Buffer> {
  refuseLegacy(algorithm, source)
  const { name, key, iv } = await secretsOf(algorithm, password)
  try {
    const decipher = createDecipheriv(name, key, iv)
    return Buffer.concat([decipher.update(encrypted), decipher.final()])
  } catch (cause) {
    throw tlsError('key-password-wrong', { source }, { cause })
  }
}

async function secretsOf(algorithm: Der, password: string) {
  const type = oidOf(partOf(algorithm, 0))
  if (type === tripleDes) {
    const salt = partOf(algorithm, 1, 0).content
    const iterations = iterationsOf(partOf(algorithm, 1, 1))
    const derived = (what: number, length: number) =>
      deriveKey('sha1', bmpOf(password), salt, iterations, what, length)
    return { name: 'des-ede3-cbc', key: derived(purpose.key, 24), iv: derived(purpose.iv, 8) }
  }
  if (type !== oid.pbes2) throw new MalformedBytes(`its encryption ${type} is unknown`)
  const [derivation, encryption] = partsOf(partOf(algorithm, 1))
  if (derivation === undefined || encryption === undefined) throw new MalformedBytes('no cipher')
  const cipher = ciphers[oidOf(partOf(encryption, 0))]
  if (cipher === undefined || oidOf(partOf(derivation, 0)) !== oid.pbkdf2) {
    throw new MalformedBytes('its cipher is unknown')
  }
  const [salt, count, ...rest] = partsOf(partOf(derivation, 1))
  if (salt === undefined || count === undefined) throw new MalformedBytes('no salt')
  const prf = rest.find((part) => part.tag === tag.sequence)
  const digest = prf === undefined ? 'sha1' : hashOf(partOf(prf, 0))
  const iterations = iterationsOf(count)
  const key = await pbkdf2Async(password, salt.content, iterations, cipher.keyBytes, digest)
  return { name: cipher.name, key, iv: partOf(encryption, 1).content }
}

/** Whether the seal over the contents was made with this password. */
export function isRightPassword(mac: Der, contents: Buffer, password: string): boolean {
  const [info, salt, count] = partsOf(mac)
  if (info === undefined || salt === undefined) throw new MalformedBytes('its seal has no salt')
  const algorithm = partOf(info, 0, 0)
  const expected = partOf(info, 1).content
  const digest = hashOf(algorithm)
  const iterations = count === undefined ? 1 : iterationsOf(count)
  // An empty password is written in two ways.
  const spellings = password === '' ? [bmpOf(''), Buffer.alloc(0)] : [bmpOf(password)]
  return spellings.some((spelling) => {
    const key = deriveKey(digest, spelling, salt.content, iterations, purpose.mac, expected.length)
    const actual = createHmac(digest, key).update(contents).digest()
    return actual.length === expected.length && timingSafeEqual(actual, expected)
  })
}

/** The key of the seal over a file's contents. */
export function sealKey(
  digest: string,
  password: string,
  salt: Buffer,
  iterations: number,
  length: number,
): Buffer {
  return deriveKey(digest, bmpOf(password), salt, iterations, purpose.mac, length)
}

/** Key, initialization vector or key of the seal by RFC 7292, appendix B. */
function deriveKey(
  digest: string,
  password: Buffer,
  salt: Buffer,
  iterations: number,
  what: number,
  length: number,
): Buffer {
  const blockBytes = digest === 'sha384' || digest === 'sha512' ? 128 : 64
  const diversifier = Buffer.alloc(blockBytes, what)
  const input = Buffer.concat([repeated(salt, blockBytes), repeated(password, blockBytes)])
  const pieces: Buffer[] = []
  for (let made = 0; made < length; ) {
    let piece = hash(digest, Buffer.concat([diversifier, input]), 'buffer')
    for (let round = 1; round < iterations; round++) piece = hash(digest, piece, 'buffer')
    pieces.push(piece)
    made += piece.length
    addToBlocks(input, repeated(piece, blockBytes))
  }
  return Buffer.concat(pieces).subarray(0, length)
}

/** The bytes over and over, up to a whole number of blocks. */
function repeated(bytes: Buffer, blockBytes: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes)
}

/** Adds the addend and one to each block of its length, as large numbers that overflow. */
function addToBlocks(blocks: Buffer, addend: Buffer): void {
  for (let start = 0; start < blocks.length; start += addend.length) {
    let carry = 1
    for (let at = addend.length - 1; at >= 0; at--) {
      const sum = (blocks[start + at] ?? 0) + (addend[at] ?? 0) + carry
      blocks[start + at] = sum & 0xff
      carry = sum >> 8
    }
  }
}

/** UTF-16, the high byte first, with its two zeros at the end. */
function bmpOf(password: string): Buffer {
  return Buffer.from(`${password}\0`, 'utf16le').swap16()
}

function hashOf(identifier: Der): string {
  const digest = hashes[oidOf(identifier)]
  if (digest === undefined) throw new MalformedBytes('its hash function is unknown')
  return digest
}

function iterationsOf(count: Der): number {
  const iterations = integerOf(count)
  if (iterations >= 1 && iterations <= mostIterations) return iterations
  throw new MalformedBytes(
    `it asks for ${iterations} iterations; at most ${mostIterations} are done`,
  )
}
