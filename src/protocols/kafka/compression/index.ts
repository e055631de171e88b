/**
 * The compressions of record batches, in the order of their number in a batch's attributes. What
 * comes out is bounded: a batch that claims more than the limit is malformed before it costs memory.
 */
import { MalformedBytes } from '../../../base/bytes.ts'
import type { Compressor } from './compressor.ts'
import { gzip } from './gzip.ts'
import { lz4 } from './lz4.ts'
import { snappy } from './snappy.ts'
import { zstd } from './zstd.ts'

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

const defaultDecompressedLimitBytes = 100 * 1024 * 1024

const names: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const compressors = { gzip, snappy, lz4, zstd } satisfies Record<string, Compressor>

export function compressionOf(id: number): Compression {
  const name = names[id]
  if (name === undefined)
    throw new MalformedBytes(`a batch compressed with the unknown codec ${id}`)
  return name
}

export function compressionId(name: Compression): number {
  return names.indexOf(name)
}

export function compress(name: Compression, source: Buffer): Buffer {
  return name === 'none' ? source : compressors[name].compress(source)
}

/** Throws `MalformedBytes` for damaged bytes, and for more than `limitBytes` of result. */
export function decompress(
  name: Compression,
  source: Buffer,
  limitBytes = defaultDecompressedLimitBytes,
): Buffer {
  if (name === 'none') return source
  const compressor: Compressor = compressors[name]
  compressor.load?.()
  try {
    return compressor.decompress(source, limitBytes)
  } catch (cause) {
    if (cause instanceof MalformedBytes) throw cause
    throw new MalformedBytes(`records that are no ${name}, or beyond ${limitBytes} bytes`, {
      cause,
    })
  }
}
