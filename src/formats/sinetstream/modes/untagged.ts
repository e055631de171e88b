import { createCipheriv, createDecipheriv } from 'node:crypto'
import { type Mode, nodeName, noTag } from './mode.ts'

/**
 * Node's own modes without a tag. Padding is the message's affair: CBC gets whole blocks, and so
 * none of these has anything left for a `final()`.
 */
export function untagged(suffix: 'cbc' | 'ofb' | 'ctr' | 'cfb8'): Mode {
  return {
    ivBytes: 16,
    tagBytes: 0,
    needsBlocks: suffix === 'cbc',
    with(key) {
      const name = nodeName(key, suffix)
      return {
        startOf: (random) => random,
        encrypt(iv, _additional, plaintext) {
          const cipher = createCipheriv(name, key, iv).setAutoPadding(false)
          return { ciphertext: cipher.update(plaintext), tag: noTag }
        },
        decrypt(iv, _additional, ciphertext) {
          return createDecipheriv(name, key, iv).setAutoPadding(false).update(ciphertext)
        },
      }
    },
  }
}
