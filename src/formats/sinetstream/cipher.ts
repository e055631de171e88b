/** Encrypted messages: `salt ‖ iv ‖ ciphertext ‖ tag`, the tag also over salt and iv. */
import type { Random } from '../../base/random.ts'
import type { EncryptionCoding } from './coding.ts'
import { formatError } from './failures.ts'
import { KeyRing } from './key-ring.ts'
import { modes } from './modes/index.ts'
import type { KeyedMode, Mode } from './modes/mode.ts'
import { blockBytes, padded, unpadded } from './padding.ts'

/** Random bytes are fetched for many messages at once: a call costs more than the bytes. */
const ivsFetchedAtOnce = 256

/** The encryption of one writer: one salt, and so one key, for all of its messages. */
export class Sealer {
  readonly keyVersion: number
  readonly #coding: EncryptionCoding
  readonly #mode: Mode
  readonly #salt: Buffer
  readonly #key: KeyedMode
  readonly #random: Random
  #ivs: Buffer = Buffer.alloc(0)
  #ivsUsed = 0

  /** Derives the key of a password, which takes milliseconds. */
  constructor(coding: EncryptionCoding, random: Random) {
    const ring = new KeyRing(coding)
    this.keyVersion = ring.greatest
    this.#coding = coding
    this.#mode = modes[coding.mode]
    this.#salt = random.bytes(coding.saltBytes)
    this.#key = ring.key(ring.greatest, this.#salt)
    this.#random = random
  }

  /** The encrypted message behind `headroom` bytes that are left to the caller. */
  seal(headroom: number, plaintext: Buffer): Buffer {
    const { padding, mode } = this.#coding
    const whole = padding === 'pkcs7' ? padded(plaintext) : plaintext
    if (this.#mode.needsBlocks && whole.length % blockBytes !== 0) {
      throw formatError('blocks-not-whole', { bytes: whole.length, mode })
    }
    const iv = this.#key.startOf(this.#freshIv())
    const textAt = headroom + this.#salt.length + iv.length
    const bytes = Buffer.allocUnsafe(textAt + whole.length + this.#mode.tagBytes)
    bytes.set(this.#salt, headroom)
    bytes.set(iv, headroom + this.#salt.length)
    const { ciphertext, tag } = this.#key.encrypt(iv, bytes.subarray(headroom, textAt), whole)
    bytes.set(ciphertext, textAt)
    bytes.set(tag, textAt + ciphertext.length)
    return bytes
  }

  #freshIv(): Buffer {
    if (this.#ivsUsed === this.#ivs.length) {
      this.#ivs = this.#random.bytes(ivsFetchedAtOnce * blockBytes)
      this.#ivsUsed = 0
    }
    this.#ivsUsed += blockBytes
    return this.#ivs.subarray(this.#ivsUsed - blockBytes, this.#ivsUsed)
  }
}

/** The decryption of one reader, of messages by many writers. */
export class Opener {
  readonly #coding: EncryptionCoding
  readonly #mode: Mode
  readonly #ring: KeyRing

  constructor(coding: EncryptionCoding) {
    this.#coding = coding
    this.#mode = modes[coding.mode]
    this.#ring = new KeyRing(coding)
  }

  /** The one that a message without a packet is taken to have. */
  get greatestKeyVersion(): number {
    return this.#ring.greatest
  }

  open(bytes: Buffer, keyVersion: number): Buffer {
    const { saltBytes, mode, padding } = this.#coding
    const textAt = saltBytes + this.#mode.ivBytes
    const tagAt = bytes.length - this.#mode.tagBytes
    if (tagAt < textAt) {
      throw formatError('message-too-short', { part: 'ciphertext', bytes: bytes.length })
    }
    const key = this.#ring.key(keyVersion, bytes.subarray(0, saltBytes))
    const plaintext = this.#decrypted(key, bytes, textAt, tagAt)
    const whole = padding === 'pkcs7' ? unpadded(plaintext) : plaintext
    if (whole === undefined) throw formatError('undecipherable', { mode })
    return whole
  }

  #decrypted(key: KeyedMode, bytes: Buffer, textAt: number, tagAt: number): Buffer {
    const { saltBytes, mode } = this.#coding
    const iv = bytes.subarray(saltBytes, textAt)
    const ciphertext = bytes.subarray(textAt, tagAt)
    if (this.#mode.needsBlocks && ciphertext.length % blockBytes !== 0) {
      throw formatError('undecipherable', { mode })
    }
    try {
      return key.decrypt(iv, bytes.subarray(0, textAt), ciphertext, bytes.subarray(tagAt))
    } catch (cause) {
      throw formatError('undecipherable', { mode }, { cause })
    }
  }
}
