/**
 * LZ4 frames ("LZ4 Frame Format Description" 1.6). The library has no limit for what comes out, so
 * the frame's blocks are counted first: each holds at most what the frame's header announces.
 */
import { createRequire } from 'node:module'
import { MalformedBytes } from '../../../base/bytes.ts'
import type { Compressor } from './compressor.ts'

export const lz4: Compressor = {
  compress: (source) => library().compressFrameSync(source),
  decompress(source, limitBytes) {
    const frame = measure(source)
    if (frame.mostBytes > limitBytes + frame.blockBytes) {
      throw new MalformedBytes(`lz4 beyond ${limitBytes} bytes`)
    }
    const result = library().decompressFrameSync(source.subarray(0, frame.bytes))
    if (result.length > limitBytes) throw new MalformedBytes(`lz4 beyond ${limitBytes} bytes`)
    return result
  },
}

const magic = 0x184d2204
const uncompressedBit = 0x80000000

interface Frame {
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
  let at = 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0)
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
  return { bytes: at + (hasContentChecksum ? 4 : 0), blockBytes, mostBytes }
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
