import { createSecretKey } from 'node:crypto'
import type { EncryptionCoding } from './coding.ts'
import { formatError } from './failures.ts'
import { deriveKey } from './key-derivation.ts'
import { modes } from './modes/index.ts'
import type { KeyedMode } from './modes/mode.ts'

/** Each writer has its own salt, and so its own key; a topic with more writers at a time derives again. */
const mostDerivedKeys = 1000
const greatestVersion = 0xffff

/** The keys by version and, where they are derived of a password, by salt. A password is version 1. */
export class KeyRing {
  readonly greatest: number
  readonly #coding: EncryptionCoding
  readonly #given = new Map<number, KeyedMode>()
  /** By salt, the one that was used last at the end. */
  readonly #derived = new Map<string, KeyedMode>()
  #recent: { readonly salt: Buffer; readonly key: KeyedMode } | undefined

  /** @throws InvalidArgumentError for keys of a wrong length, or without usable versions. */
  constructor(coding: EncryptionCoding) {
    this.#coding = coding
    this.greatest = 'keys' in coding.secret ? greatestOf([...coding.secret.keys.keys()]) : 1
    if ('password' in coding.secret) return
    for (const [version, key] of coding.secret.keys) {
      const facts = { version, bits: key.length * 8, keyBits: coding.keyBits }
      if (facts.bits !== facts.keyBits) throw formatError('key-length-wrong', facts)
      this.#given.set(version, modes[coding.mode].with(createSecretKey(key)))
    }
  }

  get derivedCount(): number {
    return this.#derived.size
  }

  /** @throws InvalidArgumentError for a version that is not known. */
  key(version: number, salt: Buffer): KeyedMode {
    const { secret } = this.#coding
    if ('keys' in secret) {
      const key = this.#given.get(version)
      if (key !== undefined) return key
      throw formatError('key-version-unknown', { version, known: [...this.#given.keys()] })
    }
    if (version !== 1) throw formatError('key-version-unknown', { version, known: [1] })
    if (this.#recent?.salt.equals(salt)) return this.#recent.key
    const key = this.#remembered(salt) ?? this.#derive(secret, salt)
    this.#recent = { salt: Buffer.from(salt), key }
    return key
  }

  #remembered(salt: Buffer): KeyedMode | undefined {
    const name = salt.toString('latin1')
    const key = this.#derived.get(name)
    if (key === undefined) return undefined
    this.#derived.delete(name)
    this.#derived.set(name, key)
    return key
  }

  #derive(secret: PasswordSecret, salt: Buffer): KeyedMode {
    const { keyBits, mode } = this.#coding
    const key = modes[mode].with(deriveKey(secret.password, secret.derivation, salt, keyBits))
    for (const oldest of this.#derived.keys()) {
      if (this.#derived.size < mostDerivedKeys) break
      this.#derived.delete(oldest)
    }
    this.#derived.set(salt.toString('latin1'), key)
    return key
  }
}

type PasswordSecret = Extract<EncryptionCoding['secret'], { password: string }>

function greatestOf(versions: readonly number[]): number {
  const isUsable = (version: number) =>
    Number.isInteger(version) && version >= 1 && version <= greatestVersion
  if (versions.length === 0 || !versions.every(isUsable)) {
    throw formatError('key-versions-invalid', { versions })
  }
  return Math.max(...versions)
}
