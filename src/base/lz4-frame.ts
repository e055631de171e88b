/**
 * LZ4 frames ("LZ4 Frame Format Description" 1.6). The library has no limit for what comes out, so
 * a frame's blocks are counted first: each holds at most what the frame's header announces.
 */
import { createRequire } from 'node:module'
import { MalformedBytes } from './bytes.ts'

export interface Lz4Frame {
  /** Where the checksum of the header stands, behind what it is computed of. */
  readonly headerChecksumAt: number
  /** The length of the frame itself. */
  readonly bytes: number
  readonly blockBytes: number
  /** What it can hold at most, decompressed. */
  readonly mostBytes: number
}

const magic = 0x184d2204
const uncompressedBit = 0x80000000
/** A compressed byte stands for 255 bytes at most. */
const highestRatio = 255

/** Throws MalformedBytes for what is no frame, or has no end. */
export function measureLz4Frame(source: Buffer): Lz4Frame {
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

/** Decompresses one frame; more than `limitBytes` of result is undefined. */
export function decompressLz4Frame(
  source: Buffer,
  { mostBytes, blockBytes }: Lz4Frame,
  limitBytes: number,
): Buffer | undefined {
  if (mostBytes > limitBytes + blockBytes) return undefined
  const result = lz4Library().decompressFrameSync(source)
  return result.length > limitBytes ? undefined : result
}

type Lz4 = Pick<typeof import('lz4-napi'), 'compressFrameSync' | 'decompressFrameSync'>

let loaded: Lz4 | undefined

/** Loaded at first use: a native library of which many installations never need a byte. */
export function lz4Library(): Lz4 {
  loaded ??= createRequire(import.meta.url)('lz4-napi') as Lz4
  return loaded
}
