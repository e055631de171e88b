import { createCipheriv, createDecipheriv } from 'node:crypto'
import { type Mode, nodeName } from './mode.ts'

const tagBytes = 16

/** GCM with a nonce of 16 bytes (NIST SP 800-38D: a nonce that is not 12 bytes long is hashed). */
export const gcm: Mode = {
  ivBytes: 16,
  tagBytes,
  needsBlocks: false,
  with(key) {
    const name = nodeName(key, 'gcm')
    return {
      startOf: (random) => random,
      encrypt(iv, additional, plaintext) {
        const cipher = createCipheriv(name, key, iv)
        cipher.setAAD(additional)
        const ciphertext = cipher.update(plaintext)
        cipher.final()
        return { ciphertext, tag: cipher.getAuthTag() }
      },
      decrypt(iv, additional, ciphertext, tag) {
        const decipher = createDecipheriv(name, key, iv, { authTagLength: tagBytes })
        decipher.setAAD(additional).setAuthTag(tag)
        const plaintext = decipher.update(ciphertext)
        decipher.final()
        return plaintext
      },
    }
  },
}
