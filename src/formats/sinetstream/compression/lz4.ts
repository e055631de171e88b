/**
 * LZ4 frames ("LZ4 Frame Format Description" 1.6) with the arguments of Python's `lz4.frame.compress`.
 * The library has no limit for what comes out and takes a frame without its end, so the blocks of
 * a frame are counted first: each holds at most what the frame's header announces.
 */
import { createRequire } from 'node:module'
import { type Algorithm, beyondLimit, flag, isOn, wholeNumber } from './algorithm.ts'

export const lz4: Algorithm = {
  levelArgument: 'compression_level',
  arguments: {
    compression_level: wholeNumber(-(2 ** 31), 2 ** 31),
    content_checksum: flag,
    block_checksum: flag,
    block_size: wholeNumber(0, 7),
    block_linked: flag,
    store_size: flag,
  },
  compressor(args) {
    const { compressFrameSync } = library()
    const options = {
      contentChecksum: isOn(args, 'content_checksum', false),
      blockChecksums: isOn(args, 'block_checksum', false),
    }
    return (value) => compressFrameSync(asBuffer(value), options)
  },
  decompressor(_args, limitBytes) {
    const { decompressFrameSync } = library()
    return (bytes) => {
      const frame = measured(bytes)
      if (frame.mostBytes > limitBytes + frame.blockBytes) throw tooLarge()
      const value = decompressFrameSync(bytes.subarray(0, frame.bytes))
      if (value.length > limitBytes) throw tooLarge()
      return value
    }
  },
}

interface Frame {
  readonly bytes: number
  readonly blockBytes: number
  /** What it can hold at most, decompressed. */
  readonly mostBytes: number
}

const magic = 0x184d2204
const uncompressedBit = 0x80000000
/** A compressed byte stands for 255 bytes at most. */
const highestRatio = 255

/** Throws a RangeError for what is no whole frame. */
function measured(source: Buffer): Frame {
  if (source.readUInt32LE(0) !== magic) throw new RangeError('no lz4 frame')
  const flags = source.readUInt8(4)
  const hasBlockChecksums = (flags & 0x10) !== 0
  const hasContentSize = (flags & 0x08) !== 0
  const hasContentChecksum = (flags & 0x04) !== 0
  const hasDictionary = (flags & 0x01) !== 0
  const sizeId = (source.readUInt8(5) >> 4) & 0x07
  if (sizeId < 4) throw new RangeError(`an lz4 frame with the block size ${sizeId}`)
  const blockBytes = 1 << (8 + 2 * sizeId)
  let at = 7 + (hasContentSize ? 8 : 0) + (hasDictionary ? 4 : 0)
  let mostBytes = 0
  for (let isLast = false; !isLast; ) {
    const size = source.readUInt32LE(at)
    const isPlain = size >= uncompressedBit
    const storedBytes = isPlain ? size - uncompressedBit : size
    isLast = size === 0
    mostBytes += isPlain ? storedBytes : Math.min(blockBytes, storedBytes * highestRatio)
    at += 4 + storedBytes + (hasBlockChecksums && !isLast ? 4 : 0)
  }
  const bytes = at + (hasContentChecksum ? 4 : 0)
  if (bytes > source.length) throw new RangeError('an lz4 frame without its end')
  return { bytes, blockBytes, mostBytes }
}

function tooLarge(): Error {
  return Object.assign(new Error('lz4 beyond the limit'), { code: beyondLimit })
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

let loaded: typeof import('lz4-napi') | undefined

/** Loaded at first use: a native library of which many installations never need a byte. */
function library(): typeof import('lz4-napi') {
  loaded ??= createRequire(import.meta.url)('lz4-napi') as typeof import('lz4-napi')
  return loaded
}
