import { createCipheriv, type KeyObject } from 'node:crypto'
import { nodeName } from './mode.ts'

const blockBytes = 16

/** The sum of a message behind a block that is all zero but for its last byte, `number`. */
export type NumberedMac = (number: number, message: Buffer) => Buffer

/**
 * OMAC¹, which is AES-CMAC (RFC 4493), as EAX uses it. One CBC cipher does for all messages of a
 * key: CBC adds the block that it gave last to the next, so that adding it once more to the first
 * block of a message undoes it, which saves making a cipher for each sum.
 */
export function numberedMac(key: KeyObject): NumberedMac {
  const chain = createCipheriv(nodeName(key, 'cbc'), key, Buffer.alloc(blockBytes))
  chain.setAutoPadding(false)
  let last = chain.update(Buffer.alloc(blockBytes))
  const forWholeBlocks = doubled(last)
  const forPadded = doubled(forWholeBlocks)

  return (number, message) => {
    const length = blockBytes + message.length
    const bytes = Buffer.alloc(Math.ceil(length / blockBytes) * blockBytes)
    bytes[blockBytes - 1] = number
    bytes.set(message, blockBytes)
    if (length < bytes.length) bytes[length] = 0x80
    add(bytes, bytes.length - blockBytes, length === bytes.length ? forWholeBlocks : forPadded)
    add(bytes, 0, last)
    last = chain.update(bytes).subarray(-blockBytes)
    return last
  }
}

/** Times x in GF(2^128), modulo x^128 + x^7 + x^2 + x + 1. */
function doubled(block: Buffer): Buffer {
  const result = Buffer.alloc(blockBytes)
  let carry = 0
  for (let at = blockBytes - 1; at >= 0; at--) {
    const byte = block.readUInt8(at)
    result.writeUInt8(((byte << 1) & 0xff) | carry, at)
    carry = byte >> 7
  }
  if (carry === 1) result.writeUInt8(result.readUInt8(blockBytes - 1) ^ 0x87, blockBytes - 1)
  return result
}

function add(bytes: Buffer, start: number, block: Buffer): void {
  for (let at = 0; at < blockBytes; at++) {
    bytes[start + at] = (bytes[start + at] as number) ^ (block[at] as number)
  }
}
