import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Compressor } from './compressor.ts'

export const zstd: Compressor = {
  compress: (source) => zstdCompressSync(source),
  decompress: (source, limitBytes) => zstdDecompressSync(source, { maxOutputLength: limitBytes }),
}
