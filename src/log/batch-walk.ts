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
  /** The base offset that the first batch must have, … */
  readonly offset: bigint
  /** … or be beyond, where compaction has left offsets out. */
  readonly mayHaveGaps?: boolean
}

const pieceBytes = 256 * 1024
/** The bytes of a batch that say where it ends: base offset and length. */
const lengthEndBytes = 12
/** Kafka's CRC covers a batch from its attributes on. */
const crcFromByte = 21

/**
 * Reads every batch between two positions, checks it (length, magic, CRC-32C, offsets without a
 * gap where there must be none) and hands its header on.
 */
export function walkBatches(
  file: CachedFile,
  from: WalkFrom,
  endPosition: number,
  onBatch: (header: BatchHeader, position: number) => void,
): WalkEnd {
  const walk = batchesOf(file, from, endPosition)
  for (;;) {
    const step = walk.next()
    if (step.done) return step.value
    const { source, at, position } = step.value
    onBatch(readBatchHeader(source, at), position)
  }
}

/** A batch of a file, in bytes that are valid until the next step of the walk. */
export interface FoundBatch {
  readonly source: Buffer
  readonly at: number
  readonly position: number
  readonly sizeBytes: number
}

/**
 * The same, step by step. Nothing outside the bounds is read, and never more than one batch or one
 * piece is in memory.
 */
export function* batchesOf(
  file: CachedFile,
  from: WalkFrom,
  endPosition: number,
): Generator<FoundBatch, WalkEnd, undefined> {
  const { mayHaveGaps = false } = from
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
    const wrong = wrongBatch(piece, at, sizeBytes, nextOffset, mayHaveGaps)
    if (wrong !== undefined) return stop(wrong)
    nextOffset = piece.readBigInt64BE(at) + BigInt(piece.readInt32BE(at + 23)) + 1n
    yield { source: piece, at, position, sizeBytes }
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
  mayHaveGaps: boolean,
): string | undefined {
  if (source[at + 16] !== 2) return 'the magic of a batch is not 2'
  if (source.readInt32BE(at + 23) < 0) return 'the last offset of a batch is before its first'
  if (source.readUInt32BE(at + 17) !== crc32c(source, at + crcFromByte, at + sizeBytes)) {
    return 'the CRC-32C of a batch is wrong'
  }
  const found = source.readBigInt64BE(at)
  return found === offset || (mayHaveGaps && found > offset)
    ? undefined
    : `a batch has base offset ${found} where ${offset} comes next`
}
