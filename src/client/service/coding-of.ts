/** From the parameters of compression and encryption to what the message format is told. */
import type {
  Coding,
  CompressionCoding,
  EncryptionCoding,
} from '../../formats/sinetstream/index.ts'
import { serviceError } from './errors.ts'
import {
  choiceAt,
  countAt,
  fileContent,
  flagAt,
  isMapping,
  mappingAt,
  type Settings,
  textAt,
  wrong,
} from './values.ts'

const hashes = {
  'HMAC-SHA256': 'sha256',
  'HMAC-SHA384': 'sha384',
  'HMAC-SHA512': 'sha512',
} as const
const modes = ['CBC', 'OFB', 'CTR', 'EAX', 'GCM', 'CFB', 'OPENPGP', 'OPENPGPCFB', ''] as const
/** The second is Java's name of the first; the function is `prf`'s in any case. */
const derivations = ['pbkdf2', 'PBKDF2WithHmacSHA256'] as const
const defaultSaltBytes = 8
const mostSaltBytes = 1024
const defaultIterations = 10_000
/** Some seconds; OWASP's advice is 600,000. */
const mostIterations = 10_000_000
const greatestKeyVersion = 0xffff

/** @throws InvalidArgumentError. Reads the file of a `crypto.password.path`. */
export function codingOf(parameters: Settings, workingFolder = process.cwd()): Coding {
  return {
    messageFormat: choiceAt(parameters, 'message_format', [2, 3], 3),
    userDataOnly: flagAt(parameters, 'user_data_only', false),
    compression: flagAt(parameters, 'data_compression', false)
      ? compressionOf(mappingAt(parameters, 'compression'))
      : undefined,
    // `crypto` alone does nothing: a file may keep it for those who ask for encryption.
    encryption: flagAt(parameters, 'data_encryption', false)
      ? encryptionOf(mappingAt(parameters, 'crypto'), workingFolder)
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

function encryptionOf(crypto: Settings, workingFolder: string): EncryptionCoding {
  choiceAt(crypto, 'algorithm', ['AES'], 'AES', 'crypto.algorithm')
  const keyBits = choiceAt(crypto, 'key_length', [128, 192, 256], 128, 'crypto.key_length')
  const mode = modeOf(crypto)
  const padding = paddingOf(crypto.padding)
  if (mode === 'CBC' && padding === 'none') throw wrong('crypto.padding', 'none', 'pkcs7 for CBC')
  const path = 'crypto.key_derivation'
  const given = mappingAt(crypto, 'key_derivation', path)
  const saltBytes =
    countAt(given, 'salt_bytes', 0, mostSaltBytes, `${path}.salt_bytes`) ?? defaultSaltBytes
  return {
    keyBits,
    mode,
    padding,
    secret: secretOf(crypto, given, keyBits, workingFolder),
    saltBytes,
  }
}

function secretOf(
  crypto: Settings,
  derivation: Settings,
  keyBits: number,
  workingFolder: string,
): EncryptionCoding['secret'] {
  const keys = keysOf(crypto, keyBits)
  const password = passwordOf(crypto, workingFolder)
  if (keys !== undefined && password !== undefined) {
    throw serviceError('parameters-exclude', { names: ['crypto.password', 'crypto.key'] })
  }
  if (keys !== undefined) return { keys }
  if (password === undefined) {
    const cure = "give 'crypto.password' or 'crypto.key'"
    throw serviceError('parameter-missing', { name: 'crypto.password', cure })
  }
  const path = 'crypto.key_derivation'
  choiceAt(derivation, 'algorithm', derivations, 'pbkdf2', `${path}.algorithm`)
  const prfs = Object.keys(hashes) as (keyof typeof hashes)[]
  const prf = choiceAt(derivation, 'prf', prfs, 'HMAC-SHA256', `${path}.prf`)
  const iterations = countAt(derivation, 'iteration', 1, mostIterations, `${path}.iteration`)
  return {
    password,
    derivation: { iterations: iterations ?? defaultIterations, hash: hashes[prf] },
  }
}

function modeOf(crypto: Settings): EncryptionCoding['mode'] {
  const mode = choiceAt(crypto, 'mode', modes, '', 'crypto.mode')
  if (mode === 'OPENPGPCFB') return 'OPENPGP'
  if (mode !== '') return mode
  const cure = `give one of ${modes.filter((one) => one !== '').join(', ')}`
  throw serviceError('parameter-missing', { name: 'crypto.mode', cure })
}

function paddingOf(padding: unknown): 'none' | 'pkcs7' {
  if (padding === 'pkcs7') return 'pkcs7'
  if ([undefined, null, 'none', 'NoPadding'].includes(padding as string)) return 'none'
  throw wrong('crypto.padding', padding, 'pkcs7 or none')
}

/** With `_keys`, as configuration servers give them, a `key` beside them is not heeded. */
function keysOf(crypto: Settings, keyBits: number): ReadonlyMap<number, Buffer> | undefined {
  const { key, _keys } = crypto
  if (_keys !== undefined && _keys !== null) {
    const keys = Object.entries(mappingAt(crypto, '_keys', 'crypto._keys'))
    return new Map(
      keys.map(([version, one]) => {
        countAt({ version: Number(version) }, 'version', 1, greatestKeyVersion, 'crypto._keys')
        return [Number(version), keyOf(one, keyBits)]
      }),
    )
  }
  return key === undefined || key === null ? undefined : new Map([[1, keyOf(key, keyBits)]])
}

function keyOf(key: unknown, keyBits: number): Buffer {
  const wanted = `${keyBits / 8} bytes (in a file: !!binary and base64), as crypto.key_length says`
  if (!(key instanceof Uint8Array) || key.length * 8 !== keyBits) {
    throw wrong('crypto.key', key, wanted)
  }
  return Buffer.from(key)
}

function passwordOf(crypto: Settings, workingFolder: string): string | undefined {
  const { password } = crypto
  if (password === undefined || password === null) return undefined
  if (!isMapping(password)) return characters(password)
  const { value } = password
  if (value !== undefined && value !== null) return characters(value)
  const path = textAt(password, 'path', 'crypto.password.path')
  if (path === undefined) {
    throw wrong('crypto.password', password, "text, or a mapping with 'value' or 'path'")
  }
  // To the last byte, a line's end included, as SINETStream reads it; but all ends of lines are one.
  const text = fileContent('crypto.password.path', path, workingFolder).toString()
  return text.replaceAll(/\r\n?/g, '\n')
}

/** Bytes, as of a value that was encrypted, are a password as they are: its characters count in ISO 8859-1. */
function characters(password: unknown): string {
  if (typeof password === 'string') return password
  if (password instanceof Uint8Array) return Buffer.from(password).toString('latin1')
  throw wrong('crypto.password', password, "text, or a mapping with 'value' or 'path'")
}
