/**
 * LZ4 frames ("LZ4 Frame Format Description" 1.6). The library has no limit for what comes out, so
 * the frame's blocks are counted first: each holds at most what the frame's header announces.
 */
import { createRequire } from 'node:module'
import { MalformedBytes } from '../../../base/bytes.ts'
import type { Compressor } from './compressor.ts'

export const lz4: Compressor = {
  load: () => void library(),
  compress: (source) => library().compressFrameSync(source),
  decompress(source, limitBytes) {
    const frame = measure(source)
    if (frame.mostBytes > limitBytes + frame.blockBytes) {
      throw new MalformedBytes(`lz4 beyond ${limitBytes} bytes`)
    }
    const result = library().decompressFrameSync(
      rightHeader(source.subarray(0, frame.bytes), frame),
    )
    if (result.length > limitBytes) throw new MalformedBytes(`lz4 beyond ${limitBytes} bytes`)
    return result
  },
}

const magic = 0x184d2204
const uncompressedBit = 0x80000000

interface Frame {
  /** Where the checksum of the header stands, behind what it is computed of. */
  readonly headerChecksumAt: number
  /** The length of the frame itself. */
  readonly bytes: number
  readonly blockBytes: number
  /** What it can hold at most, decompressed. */
  readonly mostBytes: number
}

function measure(source: Buffer): Frame {
  if (source.length < 7 || source.readUInt32LE(0) !== magic)
    throw new MalformedBytes('no lz4 frame')
  const flags = source.readUInt8(4)
  const hasBlockChecksums = (flags & 0x10) !== 0
  const hasContentSize = (flags & 0x08) !== 0
  const hasContentChecksum = (flags & 0x04) !== 0
  const hasDictionary = (flags & 0x01) !== 0
  const sizeId = (source.readUInt8(5) >> 4) & 0x07
  if (sizeId < 4) throw new MalformedBytes(`an lz4 frame with the block size ${sizeId}`)
  const blockBytes = 1 << (8 + 2 * sizeId)
  const headerChecksumAt = 6 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0)
  let at = headerChecksumAt + 1
  let mostBytes = 0
  for (;;) {
    if (at + 4 > source.length) throw new MalformedBytes('an lz4 frame without its end')
    const size = source.readUInt32LE(at)
    at += 4
    if (size === 0) break
    const isPlain = size >= uncompressedBit
    const storedBytes = isPlain ? size - uncompressedBit : size
    mostBytes += isPlain ? storedBytes : Math.min(blockBytes, storedBytes * highestRatio)
    at += storedBytes + (hasBlockChecksums ? 4 : 0)
  }
  return { headerChecksumAt, bytes: at + (hasContentChecksum ? 4 : 0), blockBytes, mostBytes }
}

/**
 * Clients of message format 0 computed the header's checksum over the magic number too (KAFKA-3160).
 * A wrong one is set right, as the message's own checksum has vouched for the bytes already.
 */
function rightHeader(source: Buffer, { headerChecksumAt }: Frame): Buffer {
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

/** A compressed byte stands for 255 bytes at most. */
const highestRatio = 255

interface Lz4 {
  compressFrameSync(source: Buffer): Buffer
  decompressFrameSync(source: Buffer): Buffer
}

let loaded: Lz4 | undefined

/** Loaded at first use: a native library of which many installations never need a byte. */
function library(): Lz4 {
  loaded ??= createRequire(import.meta.url)('lz4-napi') as Lz4
  return loaded
}
