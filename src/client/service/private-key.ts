/** The user's RSA key, which encrypted values are decrypted with. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../../base/errors.ts'
import { serviceError } from './errors.ts'
import type { ServiceSurroundings } from './surroundings.ts'

export interface PrivateKey {
  readonly path: string
  readonly key: KeyObject
  readonly modulusBytes: number
  readonly fingerprint: string
}

const passphraseName = 'SINETSTREAM_PRIVATE_KEY_PASSPHRASE'

/** @throws InvalidConfigError */
export function readPrivateKey({ homeFolder, environment }: ServiceSurroundings): PrivateKey {
  const path = join(homeFolder, '.config', 'sinetstream', 'private_key.pem')
  const key = parse(path, read(path), environment[passphraseName])
  const { modulusLength } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType !== 'rsa' || modulusLength === undefined) {
    const why = `it is a key of type ${key.asymmetricKeyType}; give one of RSA`
    throw serviceError('private-key', { path, why })
  }
  return { path, key, modulusBytes: Math.ceil(modulusLength / 8), fingerprint: fingerprintOf(key) }
}

/** SHA-256 of the public key as OpenSSH writes it (RFC 4253, 6.6), in base64 without `=`. */
function fingerprintOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const parts = [Buffer.from('ssh-rsa'), positive(e), positive(n)]
  const hash = createHash('sha256')
  for (const part of parts) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(part.length)
    hash.update(length).update(part)
  }
  return hash.digest('base64').replace(/=+$/, '')
}

/** A positive number in two's complement, where the highest bit is the sign. */
function positive(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url')
  return (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes])
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    const why = `it cannot be read (${systemCode(error)}), and there are encrypted values; put the key there that they are for`
    throw serviceError('private-key', { path, why }, { cause: error })
  }
}

function parse(path: string, pem: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) })
  } catch (cause) {
    const why = whyNot(pem, systemCode(cause), passphrase)
    throw serviceError('private-key', { path, why }, { cause })
  }
}

function whyNot(pem: string, code: string | undefined, passphrase: string | undefined): string {
  if (pem.includes('BEGIN OPENSSH')) {
    return "it is in OpenSSH's own format; rewrite it by: ssh-keygen -p -m PEM -f private_key.pem"
  }
  if (!pem.includes('ENCRYPTED')) return `it is no private key in PEM (${code})`
  return passphrase === undefined
    ? `it has a passphrase; give it in ${passphraseName}`
    : `the passphrase in ${passphraseName} does not open it (${code})`
}
