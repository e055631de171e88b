import { gunzipSync, gzipSync } from 'node:zlib'
import type { Compressor } from './compressor.ts'

export const gzip: Compressor = {
  compress: (source) => gzipSync(source),
  decompress: (source, limitBytes) => gunzipSync(source, { maxOutputLength: limitBytes }),
}
