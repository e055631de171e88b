/** From the parameters of compression and encryption to what the message format is told. */
import { readFileSync } from 'node:fs'
import type {
  Coding,
  CompressionCoding,
  EncryptionCoding,
} from '../../formats/sinetstream/index.ts'
import { serviceError } from './errors.ts'
import { choiceAt, flagAt, mappingAt, numberAt, type Settings, textAt, wrong } from './values.ts'

const hashes = {
  'HMAC-SHA256': 'sha256',
  'HMAC-SHA384': 'sha384',
  'HMAC-SHA512': 'sha512',
} as const
const modes = ['CBC', 'OFB', 'CTR', 'EAX', 'GCM', 'CFB', 'OPENPGP'] as const
const defaultSaltBytes = 8
const defaultIterations = 10_000

/** @throws InvalidArgumentError. Reads the file of a `crypto.password.path`. */
export function codingOf(parameters: Settings): Coding {
  return {
    messageFormat: choiceAt(parameters, 'message_format', [2, 3], 3),
    userDataOnly: flagAt(parameters, 'user_data_only', false),
    compression: flagAt(parameters, 'data_compression', false)
      ? compressionOf(mappingAt(parameters, 'compression'))
      : undefined,
    // `crypto` alone does nothing: a file may keep it for those who ask for encryption.
    encryption: flagAt(parameters, 'data_encryption', false)
      ? encryptionOf(mappingAt(parameters, 'crypto'))
      : undefined,
  }
}

function compressionOf(compression: Settings): CompressionCoding {
  const names = ['gzip', 'zstd', 'lz4'] as const
  const algorithm = choiceAt(compression, 'algorithm', names, 'gzip', 'compression.algorithm')
  const level = compression.level
  if (level !== undefined && level !== null && typeof level !== 'number') {
    throw wrong('compression.level', level, 'a number')
  }
  const args = mappingAt(compression, algorithm, `compression.${algorithm}`)
  return { algorithm, level: level ?? undefined, args }
}

function encryptionOf(crypto: Settings): EncryptionCoding {
  choiceAt(crypto, 'algorithm', ['AES'], 'AES', 'crypto.algorithm')
  const keyBits = choiceAt(crypto, 'key_length', [128, 192, 256], 128, 'crypto.key_length')
  const mode = choiceAt(crypto, 'mode', [...modes, ''], '', 'crypto.mode')
  if (mode === '') {
    const cure = `give one of ${modes.join(', ')}`
    throw serviceError('parameter-missing', { name: 'crypto.mode', cure })
  }
  const padding = paddingOf(crypto.padding)
  if (mode === 'CBC' && padding === 'none') throw wrong('crypto.padding', 'none', 'pkcs7 for CBC')
  const derivation = mappingAt(crypto, 'key_derivation', 'crypto.key_derivation')
  const path = 'crypto.key_derivation'
  choiceAt(derivation, 'algorithm', ['pbkdf2'], 'pbkdf2', `${path}.algorithm`)
  const prfs = Object.keys(hashes) as (keyof typeof hashes)[]
  const prf = choiceAt(derivation, 'prf', prfs, 'HMAC-SHA256', `${path}.prf`)
  const saltBytes = numberAt(derivation, 'salt_bytes', 0, `${path}.salt_bytes`) ?? defaultSaltBytes
  const iterations = numberAt(derivation, 'iteration', 1, `${path}.iteration`) ?? defaultIterations
  const keys = keysOf(crypto, keyBits)
  const password = passwordOf(crypto)
  if (keys !== undefined && password !== undefined) {
    throw wrong('crypto', 'a mapping with both password and key', 'one of them')
  }
  if (keys !== undefined) return { keyBits, mode, padding, secret: { keys }, saltBytes }
  if (password === undefined) {
    const cure = "give 'crypto.password' or 'crypto.key'"
    throw serviceError('parameter-missing', { name: 'crypto.password', cure })
  }
  const secret = { password, derivation: { iterations, hash: hashes[prf] } }
  return { keyBits, mode, padding, secret, saltBytes }
}

function paddingOf(padding: unknown): 'none' | 'pkcs7' {
  if (padding === 'pkcs7') return 'pkcs7'
  if ([undefined, null, 'none', 'NoPadding'].includes(padding as string)) return 'none'
  throw wrong('crypto.padding', padding, 'pkcs7 or none')
}

function keysOf(crypto: Settings, keyBits: number): ReadonlyMap<number, Buffer> | undefined {
  const { key, _keys } = crypto
  const versions: [number, unknown][] =
    _keys instanceof Map
      ? [..._keys]
      : Object.entries(mappingAt(crypto, '_keys', 'crypto._keys')).map(([version, one]) => [
          Number(version),
          one,
        ])
  if (key !== undefined && key !== null) versions.push([1, key])
  if (versions.length === 0) return undefined
  return new Map(
    versions.map(([version, one]) => {
      if (!(one instanceof Uint8Array)) throw wrong('crypto.key', 'no bytes', 'bytes (!!binary)')
      if (one.length * 8 !== keyBits) {
        throw wrong('crypto.key', one, `${keyBits / 8} bytes, as crypto.key_length says`)
      }
      return [version, Buffer.from(one)]
    }),
  )
}

function passwordOf(crypto: Settings): string | undefined {
  const { password } = crypto
  if (password === undefined || password === null || typeof password === 'string') {
    return password ?? undefined
  }
  const given = mappingAt(crypto, 'password', 'crypto.password')
  const value = textAt(given, 'value', 'crypto.password.value')
  if (value !== undefined) return value
  const path = textAt(given, 'path', 'crypto.password.path')
  if (path === undefined) {
    throw wrong('crypto.password', given, "text, or a mapping with 'value' or 'path'")
  }
  try {
    // To the last byte, a line's end included, as SINETStream reads it.
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw wrong('crypto.password.path', path, `the path of a file that can be read (${why})`)
  }
}
