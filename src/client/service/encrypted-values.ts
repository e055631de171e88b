/**
 * Values that are encrypted for one user's public key, under the tag `!sinetstream/encrypted` in a file or as
 * secrets of a configuration server.
 *
 * Big-endian: uint16 1, uint8 1 (RSA-OAEP), uint8 1 (AES-GCM), an AES key under RSA-OAEP with SHA-256 (as long as
 * the modulus), an IV of 12 bytes, the data, a tag of 16. Authenticated with it is all that stands before the data.
 */
import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import { serviceError } from './errors.ts'
import type { PrivateKey } from './private-key.ts'
import { isMapping, type Settings } from './values.ts'

const knownHeader = Buffer.from([0, 1, 1, 1])
const ivBytes = 12
const tagBytes = 16

export class EncryptedValue {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

/**
 * The settings with every encrypted value in the open, as bytes. The key is asked for at the first one.
 * @throws InvalidConfigError
 */
export function decrypted(settings: Settings, key: () => PrivateKey, path = ''): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      return [name, decryptedValue(value, key, path === '' ? name : `${path}.${name}`)]
    }),
  )
}

function decryptedValue(value: unknown, key: () => PrivateKey, path: string): unknown {
  if (value instanceof EncryptedValue) return open(value.bytes, key(), path)
  if (Array.isArray(value)) {
    return value.map((one, index) => decryptedValue(one, key, `${path}.${index}`))
  }
  return isMapping(value) ? decrypted(value, key, path) : value
}

function open(bytes: Buffer, { key, modulusBytes, path: keyPath }: PrivateKey, path: string) {
  const keyEnd = knownHeader.length + modulusBytes
  const dataStart = keyEnd + ivBytes
  const tagStart = bytes.length - tagBytes
  const header = bytes.subarray(0, knownHeader.length)
  if (!header.equals(knownHeader)) {
    const why = 'it is not encrypted as version 1 with RSA-OAEP and AES-GCM'
    throw serviceError('encrypted-value', { path, why })
  }
  if (tagStart < dataStart) {
    const why = `it is shorter than a value that is encrypted for the key of ${keyPath}`
    throw serviceError('encrypted-value', { path, why })
  }
  try {
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
    const aesKey = privateDecrypt({ key, ...padding }, bytes.subarray(header.length, keyEnd))
    const name = `aes-${aesKey.length * 8}-gcm` as 'aes-128-gcm'
    const decipher = createDecipheriv(name, aesKey, bytes.subarray(keyEnd, dataStart))
    decipher.setAAD(bytes.subarray(0, dataStart))
    decipher.setAuthTag(bytes.subarray(tagStart))
    return Buffer.concat([decipher.update(bytes.subarray(dataStart, tagStart)), decipher.final()])
  } catch (cause) {
    const why = `it cannot be decrypted with the key of ${keyPath}; encrypt it for that one's public key`
    throw serviceError('encrypted-value', { path, why }, { cause })
  }
}
