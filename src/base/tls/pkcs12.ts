/** PKCS12 (RFC 7292): what keytool and openssl write, with or without a key. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type Der, oidOf, partOf, partsOf, readDer } from './der.ts'
import { tlsError } from './errors.ts'
import type { KeyStore, Passwords } from './key-store.ts'
import { decryptContents, isRightPassword, refuseLegacy } from './pkcs12-encryption.ts'
import { pkcs12Oids as oid } from './pkcs12-oids.ts'

/** How deep bags may lie in bags. */
const deepestBags = 4

/** Throws a `tlsError`, or MalformedBytes. */
export async function readPkcs12(
  bytes: Buffer,
  source: string,
  { password, keyPassword = password }: Passwords,
): Promise<KeyStore> {
  const file = readDer(bytes)
  const contents = partOf(file, 1, 1, 0).content
  const mac = partsOf(file)[2]
  if (mac !== undefined && !isRightPassword(mac, contents, password ?? '')) {
    const code = password === undefined ? 'key-password-missing' : 'key-password-wrong'
    throw tlsError(code, { source })
  }
  const keys: KeyObject[] = []
  const certificates: X509Certificate[] = []
  for (const content of partsOf(readDer(contents))) {
    for (const bag of flatBags(await bagsOf(content, password ?? '', source), deepestBags)) {
      const value = partOf(bag, 1, 0)
      switch (oidOf(partOf(bag, 0))) {
        case oid.keyBag:
          keys.push(createPrivateKey({ key: value.whole, format: 'der', type: 'pkcs8' }))
          break
        case oid.encryptedKeyBag:
          keys.push(decryptKey(value, keyPassword ?? '', source))
          break
        case oid.certificateBag:
          if (oidOf(partOf(value, 0)) === oid.x509) {
            certificates.push(new X509Certificate(partOf(value, 1, 0).content))
          }
          break
      }
    }
  }
  return { keys, certificates }
}

async function bagsOf(content: Der, password: string, source: string): Promise<Der> {
  if (oidOf(partOf(content, 0)) !== oid.encryptedData) return readDer(partOf(content, 1, 0).content)
  const [, algorithm, encrypted] = partsOf(partOf(content, 1, 0, 1))
  if (algorithm === undefined || encrypted === undefined) return partOf(content, 1, 0, 2)
  return readDer(await decryptContents(algorithm, encrypted.content, password, source))
}

function flatBags(bags: Der, depth: number): Der[] {
  return partsOf(bags).flatMap((bag) => {
    if (oidOf(partOf(bag, 0)) !== oid.nestedBag) return [bag]
    return depth === 0 ? [] : flatBags(partOf(bag, 1, 0), depth - 1)
  })
}

function decryptKey(value: Der, passphrase: string, source: string): KeyObject {
  refuseLegacy(partOf(value, 0), source)
  try {
    return createPrivateKey({ key: value.whole, format: 'der', type: 'pkcs8', passphrase })
  } catch (cause) {
    throw tlsError('key-password-wrong', { source: `the key in ${source}` }, { cause })
  }
}
