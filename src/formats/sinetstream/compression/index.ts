/** The compressions of values, by SINETStream's names. What comes out is bounded. */
import { systemCode } from '../../../base/errors.ts'
import type { CompressionCoding } from '../coding.ts'
import { formatError } from '../failures.ts'
import {
  type Algorithm,
  beyondLimit,
  type Compress,
  checkedArguments,
  type Decompress,
} from './algorithm.ts'
import { gzip } from './gzip.ts'
import { lz4 } from './lz4.ts'
import { zstd } from './zstd.ts'

export type { Compress, Decompress } from './algorithm.ts'

const defaultLimitBytes = 100 * 1024 * 1024

const algorithms: Readonly<Record<CompressionCoding['algorithm'], Algorithm>> = { gzip, zstd, lz4 }

/** @throws InvalidArgumentError for arguments that its algorithm does not have. */
export function compressorOf({ algorithm, level, args }: CompressionCoding): Compress {
  const chosen = algorithms[algorithm]
  return chosen.compressor(checkedArguments(algorithm, chosen, level, args))
}

/** What it gives throws InvalidMessageError for damaged bytes, and for more than `limitBytes` of result. */
export function decompressorOf(
  { algorithm, level, args }: CompressionCoding,
  limitBytes = defaultLimitBytes,
): Decompress {
  const chosen = algorithms[algorithm]
  const checked = checkedArguments(algorithm, chosen, level, args)
  const decompress = chosen.decompressor(checked, limitBytes)
  return (bytes) => {
    try {
      return decompress(bytes)
    } catch (cause) {
      if (systemCode(cause) === beyondLimit)
        throw formatError('decompressed-too-large', { limitBytes })
      throw formatError('decompression-failed', { algorithm }, { cause })
    }
  }
}
