/** LZ4 frames with the arguments of Python's `lz4.frame.compress`. */
import { MalformedBytes } from '../../../base/bytes.ts'
import { decompressLz4Frame, lz4Library, measureLz4Frame } from '../../../base/lz4-frame.ts'
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
    const { compressFrameSync } = lz4Library()
    const options = {
      contentChecksum: isOn(args, 'content_checksum', false),
      blockChecksums: isOn(args, 'block_checksum', false),
    }
    return (value) => compressFrameSync(asBuffer(value), options)
  },
  decompressor(_args, limitBytes) {
    return (bytes) => {
      const frame = measureLz4Frame(bytes)
      if (frame.bytes > bytes.length) throw new MalformedBytes('an lz4 frame without its end')
      const value = decompressLz4Frame(bytes.subarray(0, frame.bytes), frame, limitBytes)
      if (value === undefined) throw tooLarge()
      return value
    }
  },
}

function tooLarge(): Error {
  return Object.assign(new Error('lz4 beyond the limit'), { code: beyondLimit })
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
