/** Java's own key stores (JKS): certificates as they are, keys under Sun's old protection. */
import { createPrivateKey, hash, type KeyObject, X509Certificate } from 'node:crypto'
import { ByteReader, MalformedBytes } from '../bytes.ts'
import { oidOf, partOf, readDer } from './der.ts'
import { tlsError } from './errors.ts'
import type { KeyStore, Passwords } from './key-store.ts'

const keyEntry = 1
const certificateEntry = 2
const hashBytes = 20
const protectionOid = '1.3.6.1.4.1.42.2.17.1.1'

/** Throws a `tlsError`, or MalformedBytes. */
export function readJks(
  bytes: Buffer,
  source: string,
  { password, keyPassword = password }: Passwords,
): KeyStore {
  checkSeal(bytes, source, password)
  const reader = new ByteReader(bytes, 4, bytes.length - hashBytes)
  const version = reader.int32()
  const keys: KeyObject[] = []
  const certificates: X509Certificate[] = []
  const text = () => reader.bytes(reader.uint16())
  const certificate = () => {
    if (version === 2) text()
    return new X509Certificate(reader.bytes(reader.int32()))
  }
  for (let left = reader.int32(); left > 0; left--) {
    const kind = reader.int32()
    text()
    reader.int64()
    if (kind === keyEntry) {
      const encrypted = reader.bytes(reader.int32())
      keys.push(decryptKey(encrypted, source, keyPassword))
      for (let more = reader.int32(); more > 0; more--) certificates.push(certificate())
    } else if (kind === certificateEntry) certificates.push(certificate())
    else throw new MalformedBytes(`an entry has the unknown kind ${kind}`)
  }
  return { keys, certificates }
}

/** The last bytes prove the password; without one, the certificates can be read all the same. */
function checkSeal(bytes: Buffer, source: string, password: string | undefined): void {
  if (password === undefined) return
  const sealed = bytes.subarray(0, -hashBytes)
  const seal = sha1(utf16(password), Buffer.from('Mighty Aphrodite'), sealed)
  if (!seal.equals(bytes.subarray(-hashBytes))) throw tlsError('key-password-wrong', { source })
}

/** Salt, then the key XORed with a chain of hashes, then a hash that proves the password. */
function decryptKey(encrypted: Buffer, source: string, password: string | undefined): KeyObject {
  if (password === undefined) throw tlsError('key-password-missing', { source })
  const info = readDer(encrypted)
  if (oidOf(partOf(info, 0, 0)) !== protectionOid) {
    throw new MalformedBytes('a key is protected in an unknown way')
  }
  const { content } = partOf(info, 1)
  const secret = utf16(password)
  const plain = Buffer.from(content.subarray(hashBytes, -hashBytes))
  let chain = content.subarray(0, hashBytes)
  for (let at = 0; at < plain.length; at++) {
    if (at % hashBytes === 0) chain = sha1(secret, chain)
    plain[at] = (plain[at] ?? 0) ^ (chain[at % hashBytes] ?? 0)
  }
  if (!sha1(secret, plain).equals(content.subarray(-hashBytes))) {
    throw tlsError('key-password-wrong', { source: `the key in ${source}` })
  }
  return createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' })
}

function sha1(...parts: readonly Buffer[]): Buffer {
  return hash('sha1', Buffer.concat(parts), 'buffer')
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}
