/**
 * Snappy in its two forms: bare, as librdkafka writes it, and in the chunks of the Java library
 * "snappy-java" (xerial), as Java writes it: a header of 16 bytes, then chunks with their lengths.
 */
import { createRequire } from 'node:module'
import { ByteReader, MalformedBytes } from '../../../base/bytes.ts'
import type { Compressor } from './compressor.ts'

export const snappy: Compressor = {
  load: () => void library(),
  compress(source) {
    const parts: Buffer[] = [chunkedHeader]
    for (let at = 0; at < source.length; at += chunkBytes) {
      const chunk = library().compress(source.subarray(at, at + chunkBytes))
      const length = Buffer.allocUnsafe(4)
      length.writeInt32BE(chunk.length)
      parts.push(length, chunk)
    }
    return Buffer.concat(parts)
  },
  decompress(source, limitBytes) {
    if (!source.subarray(0, magic.length).equals(magic))
      return library().uncompress(source, limitBytes)
    const reader = new ByteReader(source, chunkedHeader.length)
    const parts: Buffer[] = []
    let leftBytes = limitBytes
    while (reader.remaining > 0) {
      const part = library().uncompress(reader.bytes(reader.int32()), leftBytes)
      leftBytes -= part.length
      parts.push(part)
    }
    if (leftBytes < 0) throw new MalformedBytes(`snappy beyond ${limitBytes} bytes`)
    return Buffer.concat(parts)
  },
}

const magic = Buffer.from('\x82SNAPPY\0', 'latin1')
/** The magic, then the version of the format and the lowest that can read it. */
const chunkedHeader = Buffer.concat([magic, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])
const chunkBytes = 32 * 1024

interface Snappyjs {
  compress(source: Buffer): Buffer
  uncompress(source: Buffer, maxLength: number): Buffer
}

let loaded: Snappyjs | undefined

/** Loaded at first use: most installations never see a snappy batch. */
function library(): Snappyjs {
  loaded ??= createRequire(import.meta.url)('snappyjs') as Snappyjs
  return loaded
}
