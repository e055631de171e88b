import { crc32c } from '../base/crc32c.ts'
import {
  type BatchHeader,
  batchHeaderBytes,
  readBatchHeader,
} from '../protocols/kafka/record-batch.ts'
import type { CachedFile } from './cached-file.ts'

/** Where a walk ended: at the end, or at bytes that are no good batch, and why. */
export interface WalkEnd {
  readonly position: number
  readonly nextOffset: bigint
  readonly wrong?: string
}

export interface WalkFrom {
  readonly position: number
  /** The base offset that the first batch must have. */
  readonly offset: bigint
}

const pieceBytes = 256 * 1024
/** The bytes of a batch that say where it ends: base offset and length. */
const lengthEndBytes = 12
/** Kafka's CRC covers a batch from its attributes on. */
const crcFromByte = 21

/**
 * Reads every batch between two positions, checks it (length, magic, CRC-32C, offsets without a
 * gap) and hands its header on. Nothing outside the bounds is read, and never more than one batch
 * or one piece is in memory.
 */
export function walkBatches(
  file: CachedFile,
  from: WalkFrom,
  endPosition: number,
  onBatch: (header: BatchHeader, position: number) => void,
): WalkEnd {
  let { position, offset: nextOffset } = from
  let piece = Buffer.allocUnsafe(Math.max(0, Math.min(pieceBytes, endPosition - position)))
  let pieceAt = position
  let pieceLength = 0
  const stop = (wrong: string): WalkEnd => ({ position, nextOffset, wrong })

  const has = (bytes: number): boolean => {
    if (position + bytes <= pieceAt + pieceLength) return true
    if (bytes > piece.length) piece = Buffer.allocUnsafe(bytes)
    pieceAt = position
    pieceLength = file.read(piece, 0, Math.min(piece.length, endPosition - position), position)
    return bytes <= pieceLength
  }

  while (position < endPosition) {
    if (position + batchHeaderBytes > endPosition)
      return stop('the file ends within a batch header')
    if (!has(batchHeaderBytes)) return stop('the file is shorter than it says')
    const sizeBytes = lengthEndBytes + piece.readInt32BE(position - pieceAt + 8)
    if (sizeBytes < batchHeaderBytes) return stop('the length of a batch is impossible')
    if (position + sizeBytes > endPosition) return stop('the file ends within a batch')
    if (!has(sizeBytes)) return stop('the file is shorter than it says')
    const at = position - pieceAt
    const wrong = wrongBatch(piece, at, sizeBytes, nextOffset)
    if (wrong !== undefined) return stop(wrong)
    const header = readBatchHeader(piece, at)
    onBatch(header, position)
    nextOffset = header.baseOffset + BigInt(header.lastOffsetDelta) + 1n
    position += sizeBytes
  }
  return { position, nextOffset }
}

/** What is wrong with the whole batch in these bytes, if anything. */
export function wrongBatch(
  source: Buffer,
  at: number,
  sizeBytes: number,
  offset: bigint,
): string | undefined {
  if (source[at + 16] !== 2) return 'the magic of a batch is not 2'
  if (source.readInt32BE(at + 23) < 0) return 'the last offset of a batch is before its first'
  if (source.readUInt32BE(at + 17) !== crc32c(source, at + crcFromByte, at + sizeBytes)) {
    return 'the CRC-32C of a batch is wrong'
  }
  const found = source.readBigInt64BE(at)
  return found === offset
    ? undefined
    : `a batch has base offset ${found} where ${offset} comes next`
}
