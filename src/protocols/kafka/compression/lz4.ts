import { MalformedBytes } from '../../../base/bytes.ts'
import {
  decompressLz4Frame,
  type Lz4Frame,
  lz4Library,
  measureLz4Frame,
} from '../../../base/lz4-frame.ts'
import type { Compressor } from './compressor.ts'

export const lz4: Compressor = {
  load: () => void lz4Library(),
  compress: (source) => lz4Library().compressFrameSync(source),
  decompress(source, limitBytes) {
    const frame = measureLz4Frame(source)
    const whole = rightHeader(source.subarray(0, frame.bytes), frame)
    const result = decompressLz4Frame(whole, frame, limitBytes)
    if (result === undefined) throw new MalformedBytes(`lz4 beyond ${limitBytes} bytes`)
    return result
  },
}

/**
 * Clients of message format 0 computed the header's checksum over the magic number too (KAFKA-3160).
 * A wrong one is set right, as the message's own checksum has vouched for the bytes already.
 */
function rightHeader(source: Buffer, { headerChecksumAt }: Lz4Frame): Buffer {
  const checksum = (shortXxHash32(source.subarray(4, headerChecksumAt)) >>> 8) & 0xff
  if (source[headerChecksumAt] === checksum) return source
  const copy = Buffer.from(source)
  copy.writeUInt8(checksum, headerChecksumAt)
  return copy
}

/** xxHash32 with seed 0 of less than 16 bytes, which is all that a frame's header has. */
function shortXxHash32(source: Buffer): number {
  let hash = (0x165667b1 + source.length) | 0
  let at = 0
  for (; at + 4 <= source.length; at += 4) {
    hash = (hash + Math.imul(source.readInt32LE(at), 0xc2b2ae3d)) | 0
    hash = Math.imul((hash << 17) | (hash >>> 15), 0x27d4eb2f)
  }
  for (; at < source.length; at++) {
    hash = (hash + Math.imul(source.readUInt8(at), 0x165667b1)) | 0
    hash = Math.imul((hash << 11) | (hash >>> 21), 0x9e3779b1)
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d)
  return (hash ^ (hash >>> 16)) >>> 0
}
