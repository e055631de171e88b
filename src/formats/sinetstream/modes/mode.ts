import type { KeyObject } from 'node:crypto'

/**
 * How AES turns a message into bytes and back. A key is a `KeyObject`: from raw bytes, node makes
 * one anew for each message, which costs several times the encryption of a short one.
 */
export interface Mode {
  /** The length of what stands between the salt and the ciphertext. */
  readonly ivBytes: number
  readonly tagBytes: number
  /** Whether only whole blocks of 16 bytes can be encrypted. */
  readonly needsBlocks: boolean
  with(key: KeyObject): KeyedMode
}

export interface KeyedMode {
  /** What stands in the message between the salt and the ciphertext, made of 16 random bytes. */
  startOf(random: Buffer): Buffer
  /** `additional` is authenticated, not encrypted, where the mode has a tag. */
  encrypt(iv: Buffer, additional: Buffer, plaintext: Buffer): Encrypted
  /** Throws for a tag that is not the message's. */
  decrypt(iv: Buffer, additional: Buffer, ciphertext: Buffer, tag: Buffer): Buffer
}

export interface Encrypted {
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

export const noTag = Buffer.alloc(0)

/** AES of the key's length in node's words: `aes-256-ctr`. */
export function nodeName<Suffix extends string>(key: KeyObject, suffix: Suffix) {
  return `aes-${((key.symmetricKeySize ?? 0) * 8) as 128 | 192 | 256}-${suffix}` as const
}
