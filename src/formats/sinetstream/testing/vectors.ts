import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CipherMode, Coding, CompressionCoding, EncryptionCoding } from '../coding.ts'

/** Parameters as SINETStream's configuration has them; keys as hexadecimal text. */
export interface Parameters {
  readonly message_format?: number
  readonly user_data_only?: boolean
  readonly data_compression?: boolean
  readonly compression?: { readonly algorithm?: string; readonly level?: number } & {
    readonly [algorithm: string]: unknown
  }
  readonly data_encryption?: boolean
  readonly crypto?: {
    readonly algorithm: 'AES'
    readonly key_length?: number
    readonly mode: string
    readonly padding?: string
    readonly password?: string
    readonly key?: string
    readonly _keys?: Readonly<Record<string, string>>
    readonly key_derivation?: {
      readonly algorithm: 'pbkdf2'
      readonly salt_bytes: number
      readonly iteration: number
      readonly prf: string
    }
  }
}

/** A message that SINETStream 1.10.0 for Python wrote. */
export interface Vector {
  readonly name: string
  readonly params: Parameters
  readonly value_hex: string
  readonly timestamp_us: number
  readonly encoded_hex: string
}

const fixtures = join(import.meta.dirname, '../../../../test/fixtures/sinetstream')

export const vectors: readonly Vector[] = JSON.parse(
  readFileSync(join(fixtures, 'messages.json'), 'utf8'),
)

export function bytesOf(vector: Vector): Buffer {
  return Buffer.from(vector.encoded_hex, 'hex')
}

/** What the vectors' parameters stand for, without the checks that a user's need. */
export function codingOf(parameters: Parameters): Coding {
  return {
    messageFormat: parameters.message_format === 2 ? 2 : 3,
    userDataOnly: parameters.user_data_only ?? false,
    compression: parameters.data_compression ? compressionOf(parameters) : undefined,
    encryption: parameters.data_encryption ? encryptionOf(parameters) : undefined,
  }
}

function compressionOf({ compression = {} }: Parameters): CompressionCoding {
  const algorithm = (compression.algorithm ?? 'gzip') as CompressionCoding['algorithm']
  const args = (compression[algorithm] ?? {}) as CompressionCoding['args']
  return { algorithm, level: compression.level, args }
}

function encryptionOf({ crypto }: Parameters): EncryptionCoding {
  if (crypto === undefined) throw new Error('data_encryption without crypto')
  return {
    keyBits: (crypto.key_length ?? 128) as EncryptionCoding['keyBits'],
    mode: crypto.mode as CipherMode,
    padding: crypto.padding === 'pkcs7' ? 'pkcs7' : 'none',
    secret: secretOf(crypto),
    saltBytes: crypto.key_derivation?.salt_bytes ?? 8,
  }
}

function secretOf(crypto: NonNullable<Parameters['crypto']>): EncryptionCoding['secret'] {
  const keys = crypto._keys ?? (crypto.key === undefined ? undefined : { 1: crypto.key })
  if (keys !== undefined) {
    const entries = Object.entries(keys)
    return { keys: new Map(entries.map(([version, key]) => [Number(version), unhex(key)])) }
  }
  const { iteration = 10_000, prf = 'HMAC-SHA256' } = crypto.key_derivation ?? {}
  const hash = prf.replace('HMAC-', '').toLowerCase() as 'sha256' | 'sha384' | 'sha512'
  return { password: crypto.password ?? '', derivation: { iterations: iteration, hash } }
}

function unhex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}
