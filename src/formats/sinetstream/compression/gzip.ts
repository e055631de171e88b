import {
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
  unzipSync,
  type ZlibOptions,
} from 'node:zlib'
import { type Algorithm, type Arguments, numberOf, wholeNumber } from './algorithm.ts'

/**
 * Python's `zlib.compressobj`: despite its name, "gzip" is a zlib stream (RFC 1950), unless `wbits`
 * asks for gzip (RFC 1952: 16 more) or for deflate alone (RFC 1951: negative). A reader may have 32
 * more, which takes zlib and gzip, or 0, which takes the window that the stream names.
 */
export const gzip: Algorithm = {
  levelArgument: 'level',
  arguments: {
    level: wholeNumber(-1, 9),
    wbits: {
      expected: '9 to 15 for zlib, −9 to −15 for deflate alone, 25 to 31 for gzip',
      allows: (value) => Number.isInteger(value) && containerOf(Number(value)) !== undefined,
    },
    memLevel: wholeNumber(1, 9),
    strategy: wholeNumber(0, 4),
  },
  compressor(args) {
    const { container, windowBits } = shapeOf(args)
    const options: ZlibOptions = {
      // Zlib writes no window of 256 bytes, and none whose size is still to be read.
      windowBits: Math.max(9, windowBits === 0 ? 15 : windowBits),
      ...optional('level', numberOf(args, 'level')),
      ...optional('memLevel', numberOf(args, 'memLevel')),
      ...optional('strategy', numberOf(args, 'strategy')),
    }
    const compress = { zlib: deflateSync, raw: deflateRawSync, gzip: gzipSync, any: deflateSync }
    return (value) => compress[container](value, options)
  },
  decompressor(args, limitBytes) {
    const { container, windowBits } = shapeOf(args)
    const options: ZlibOptions = { windowBits, maxOutputLength: limitBytes }
    const decompress = { zlib: inflateSync, raw: inflateRawSync, gzip: gunzipSync, any: unzipSync }
    return (bytes) => decompress[container](bytes, options)
  },
}

type Container = 'zlib' | 'raw' | 'gzip' | 'any'

function shapeOf(args: Arguments): { container: Container; windowBits: number } {
  const wbits = numberOf(args, 'wbits') ?? 15
  return { container: containerOf(wbits) ?? 'zlib', windowBits: Math.abs(wbits) % 16 }
}

function containerOf(wbits: number): Container | undefined {
  const bits = Math.abs(wbits) % 16
  if (bits !== 0 && bits < 8) return undefined
  if (wbits < 0) return wbits >= -15 && bits !== 0 ? 'raw' : undefined
  return (['zlib', 'gzip', 'any'] as const)[Math.floor(wbits / 16)]
}

function optional<Name extends string>(name: Name, value: number | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: number }
}
