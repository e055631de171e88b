import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto'
import { numberedMac } from './cmac.ts'
import { type Mode, nodeName } from './mode.ts'

/** SINETStream keeps the first 8 of the tag's 16 bytes. */
const tagBytes = 8

/** EAX (Bellare, Rogaway, Wagner: "The EAX Mode of Operation", 2004), which node does not have. */
export const eax: Mode = {
  ivBytes: 16,
  tagBytes,
  needsBlocks: false,
  with(key) {
    const name = nodeName(key, 'ctr')
    const mac = numberedMac(key)
    const tagOf = (nonceSum: Buffer, additional: Buffer, ciphertext: Buffer) => {
      const additionalSum = mac(1, additional)
      const ciphertextSum = mac(2, ciphertext)
      const tag = Buffer.allocUnsafe(tagBytes)
      for (let at = 0; at < tagBytes; at++) {
        const [nonceByte, additionalByte] = [nonceSum[at] as number, additionalSum[at] as number]
        tag[at] = nonceByte ^ additionalByte ^ (ciphertextSum[at] as number)
      }
      return tag
    }
    return {
      startOf: (random) => random,
      encrypt(nonce, additional, plaintext) {
        const counter = mac(0, nonce)
        const ciphertext = createCipheriv(name, key, counter).update(plaintext)
        return { ciphertext, tag: tagOf(counter, additional, ciphertext) }
      },
      decrypt(nonce, additional, ciphertext, tag) {
        const counter = mac(0, nonce)
        if (!timingSafeEqual(tag, tagOf(counter, additional, ciphertext))) {
          throw new Error('the tag is not that of the message')
        }
        return createDecipheriv(name, key, counter).update(ciphertext)
      },
    }
  },
}
