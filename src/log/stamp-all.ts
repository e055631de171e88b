import { type BatchHeader, stampBatch } from '../protocols/kafka/record-batch.ts'

/** Gives each batch its offset, in place; returns the offset after the last. */
export function stampAll(
  batches: Buffer,
  headers: readonly BatchHeader[],
  baseOffset: bigint,
): bigint {
  let at = 0
  let offset = baseOffset
  for (const header of headers) {
    stampBatch(batches, at, offset, 0)
    at += header.sizeBytes
    offset += BigInt(header.lastOffsetDelta) + 1n
  }
  return offset
}
