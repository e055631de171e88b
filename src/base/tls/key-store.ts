/** Keys and certificates from whatever file they are in: PEM, PKCS12 or JKS, by its first bytes. */
import { type KeyObject, X509Certificate } from 'node:crypto'
import { LeatError } from '../errors.ts'
import { tag } from './der.ts'
import { tlsError } from './errors.ts'
import { readJks } from './jks.ts'
import { isPem, readPem } from './pem.ts'
import { readPkcs12 } from './pkcs12.ts'
import type { Source } from './sources.ts'

export interface KeyStore {
  readonly keys: readonly KeyObject[]
  readonly certificates: readonly X509Certificate[]
}

export interface Passwords {
  readonly password?: string | undefined
  /** Of the key, where it is not the one of the file. */
  readonly keyPassword?: string | undefined
}

/** A key, and the certificates that prove whose it is: its own first, each signed by the next. */
export interface Identity {
  readonly key: KeyObject
  readonly chain: readonly X509Certificate[]
}

/** Throws a `tlsError` that names the source. */
export async function readKeyStore(
  { name: source, bytes }: Source,
  passwords: Passwords = {},
): Promise<KeyStore> {
  const format = formatOf(bytes)
  try {
    switch (format) {
      case 'PEM':
        return readPem(bytes, source, passwords)
      case 'PKCS12':
        return await readPkcs12(bytes, source, passwords)
      case 'JKS':
        return readJks(bytes, source, passwords)
      case 'DER':
        return { keys: [], certificates: [new X509Certificate(bytes)] }
      case 'JCEKS':
        throw tlsError('key-file-legacy', { source, cipher: "Java's JCEKS" })
      case undefined:
        throw tlsError('key-file-unknown', { source })
    }
  } catch (error) {
    if (error instanceof LeatError || format === undefined) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw tlsError('key-file-damaged', { source, format, why }, { cause: error })
  }
}

/** The first key with its certificates. Throws 'key-missing' and 'key-mismatch'. */
export function identityOf({ keys, certificates }: KeyStore, source: string): Identity {
  const [key] = keys
  if (key === undefined) throw tlsError('key-missing', { source })
  const own = certificates.find((one) => one.checkPrivateKey(key))
  if (own === undefined) throw tlsError('key-mismatch', { source })
  return { key, chain: chainFrom(own, certificates) }
}

function chainFrom(
  own: X509Certificate,
  certificates: readonly X509Certificate[],
): X509Certificate[] {
  const chain = [own]
  for (let last: X509Certificate | undefined = own; last !== undefined; ) {
    const child: X509Certificate = last
    last = certificates.find((one) => !chain.includes(one) && child.checkIssued(one))
    if (last !== undefined) chain.push(last)
  }
  return chain
}

function formatOf(bytes: Buffer): 'PEM' | 'PKCS12' | 'JKS' | 'JCEKS' | 'DER' | undefined {
  const magic = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0
  if (magic === 0xfeedfeed) return 'JKS'
  if (magic === 0xcececece) return 'JCEKS'
  if (isPem(bytes)) return 'PEM'
  const [first, length = 0] = bytes
  if (first !== tag.sequence) return undefined
  // A PKCS12 file begins with its version, a certificate with a sequence.
  const inside = bytes[length < 0x80 ? 2 : 2 + (length & 0x7f)]
  return inside === tag.integer ? 'PKCS12' : 'DER'
}
