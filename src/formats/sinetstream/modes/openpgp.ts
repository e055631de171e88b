import { createCipheriv, createDecipheriv } from 'node:crypto'
import { type Mode, nodeName, noTag } from './mode.ts'

const blockBytes = 16
const zeros = Buffer.alloc(blockBytes)

/**
 * OpenPGP's CFB (RFC 4880, 13.9, with the resynchronisation). In place of an iv stand a random block
 * and its last two bytes once more, encrypted; their repetition is not checked, as that helps
 * nobody but an attacker (https://eprint.iacr.org/2005/033).
 */
export const openpgp: Mode = {
  ivBytes: blockBytes + 2,
  tagBytes: 0,
  needsBlocks: false,
  with(key) {
    const name = nodeName(key, 'cfb')
    return {
      startOf(random) {
        const cipher = createCipheriv(name, key, zeros)
        return cipher.update(Buffer.concat([random, random.subarray(-2)]))
      },
      encrypt(iv, _additional, plaintext) {
        const cipher = createCipheriv(name, key, iv.subarray(-blockBytes))
        return { ciphertext: cipher.update(plaintext), tag: noTag }
      },
      decrypt(iv, _additional, ciphertext) {
        return createDecipheriv(name, key, iv.subarray(-blockBytes)).update(ciphertext)
      },
    }
  },
}
