import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { type Algorithm, flag, isOn, numberOf, wholeNumber } from './algorithm.ts'

/** Zstandard (RFC 8878) with the arguments of Python's `ZstdCompressor`; a frame with or without its length. */
export const zstd: Algorithm = {
  levelArgument: 'level',
  arguments: {
    level: wholeNumber(-131072, 22),
    write_checksum: flag,
    write_content_size: flag,
    write_dict_id: flag,
    threads: wholeNumber(-1, 1024),
    max_window_size: wholeNumber(0, 2 ** 31),
  },
  compressor(args) {
    const params = {
      [constants.ZSTD_c_compressionLevel]: numberOf(args, 'level') ?? constants.ZSTD_CLEVEL_DEFAULT,
      [constants.ZSTD_c_checksumFlag]: isOn(args, 'write_checksum', false) ? 1 : 0,
      [constants.ZSTD_c_contentSizeFlag]: isOn(args, 'write_content_size', true) ? 1 : 0,
    }
    return (value) => zstdCompressSync(value, { params })
  },
  decompressor(_args, limitBytes) {
    return (bytes) => zstdDecompressSync(bytes, { maxOutputLength: limitBytes })
  },
}
