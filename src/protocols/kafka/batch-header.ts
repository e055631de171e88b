/** The header of a record batch: reading it, checking what it promises, stamping what the log adds. */
import { MalformedBytes } from '../../base/bytes.ts'
import { crc32c } from '../../base/crc32c.ts'

export const batchHeaderBytes = 61

export interface BatchHeader {
  readonly baseOffset: bigint
  /** Of the whole batch, from its base offset to its last record. */
  readonly sizeBytes: number
  readonly partitionLeaderEpoch: number
  readonly magic: number
  readonly crc: number
  readonly attributes: number
  readonly lastOffsetDelta: number
  readonly baseTimestamp: bigint
  readonly maxTimestamp: bigint
  /** -1 if the producer is not idempotent. */
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly recordCount: number
}

/** A batch whose checksum is not that of its bytes. */
export class CorruptBatch extends MalformedBytes {}

/** Where the fields stand in a batch. */
export const at = {
  baseOffset: 0,
  length: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const

export const attribute = {
  compression: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
  /** The base timestamp is the time until which the tombstones are kept (KIP-534). */
  deleteHorizon: 0x40,
} as const

/** The length field counts what stands behind it. */
const beforeLengthBytes = 12

/** Reads the header at `start`; the batch itself may go on behind the end of `source`. */
export function readBatchHeader(source: Buffer, start = 0): BatchHeader {
  if (start + batchHeaderBytes > source.length) {
    throw new MalformedBytes(`a batch header of ${source.length - start} bytes`)
  }
  const sizeBytes = source.readInt32BE(start + at.length) + beforeLengthBytes
  const magic = source.readInt8(start + at.magic)
  if (magic !== 2) throw new MalformedBytes(`a batch of magic ${magic} instead of 2`)
  if (sizeBytes < batchHeaderBytes) throw new MalformedBytes(`a batch of ${sizeBytes} bytes`)
  return {
    baseOffset: source.readBigInt64BE(start + at.baseOffset),
    sizeBytes,
    partitionLeaderEpoch: source.readInt32BE(start + at.partitionLeaderEpoch),
    magic,
    crc: source.readUInt32BE(start + at.crc),
    attributes: source.readInt16BE(start + at.attributes),
    lastOffsetDelta: source.readInt32BE(start + at.lastOffsetDelta),
    baseTimestamp: source.readBigInt64BE(start + at.baseTimestamp),
    maxTimestamp: source.readBigInt64BE(start + at.maxTimestamp),
    producerId: source.readBigInt64BE(start + at.producerId),
    producerEpoch: source.readInt16BE(start + at.producerEpoch),
    baseSequence: source.readInt32BE(start + at.baseSequence),
    recordCount: source.readInt32BE(start + at.recordCount),
  }
}

/**
 * The headers of the batches that fill `source` exactly. Throws `MalformedBytes` for a wrong
 * length, magic or count, and `CorruptBatch` for a wrong checksum.
 */
export function checkBatches(source: Buffer): BatchHeader[] {
  const headers: BatchHeader[] = []
  for (let start = 0; start < source.length; ) {
    const header = readBatchHeader(source, start)
    const end = start + header.sizeBytes
    if (end > source.length) {
      throw new MalformedBytes(`a batch of ${header.sizeBytes} bytes in ${source.length - start}`)
    }
    const crc = crc32c(source, start + at.attributes, end)
    if (crc !== header.crc) {
      throw new CorruptBatch(`a batch with the checksum ${crc} that says ${header.crc}`)
    }
    if (header.recordCount < 1 || header.lastOffsetDelta !== header.recordCount - 1) {
      throw new MalformedBytes(
        `a batch that counts ${header.recordCount} records up to ${header.lastOffsetDelta}`,
      )
    }
    headers.push(header)
    start = end
  }
  return headers
}

/** Writes what the log decides into the batch: both fields stand outside the checksum. */
export function stampBatch(
  source: Buffer,
  start: number,
  baseOffset: bigint,
  leaderEpoch: number,
): void {
  source.writeBigInt64BE(baseOffset, start + at.baseOffset)
  source.writeInt32BE(leaderEpoch, start + at.partitionLeaderEpoch)
}

/** Gives all records of the batch one timestamp, that of the broker, and a new checksum. */
export function stampLogAppendTime(source: Buffer, start: number, timestampMs: bigint): void {
  const attributes = source.readInt16BE(start + at.attributes)
  source.writeInt16BE(attributes | attribute.logAppendTime, start + at.attributes)
  source.writeBigInt64BE(timestampMs, start + at.maxTimestamp)
  stampChecksum(source, start)
}

/** Of an idempotent producer; -1 in all of them where it is none. */
export interface ProducerStamp {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
}

/**
 * Makes a batch that another producer has written one of this producer's, outside of transactions,
 * with a new checksum. Offsets begin at 0: a broker that finds others writes the batch anew.
 */
export function stampProducer(batch: Buffer, stamp: ProducerStamp): void {
  stampBatch(batch, 0, 0n, -1)
  const attributes = batch.readInt16BE(at.attributes)
  batch.writeInt16BE(attributes & ~attribute.transactional, at.attributes)
  batch.writeBigInt64BE(stamp.producerId, at.producerId)
  batch.writeInt16BE(stamp.producerEpoch, at.producerEpoch)
  batch.writeInt32BE(stamp.baseSequence, at.baseSequence)
  stampChecksum(batch, 0)
}

/** Makes the checksum of the batch at `start` that of its bytes. */
export function stampChecksum(source: Buffer, start: number): void {
  const end = start + beforeLengthBytes + source.readInt32BE(start + at.length)
  source.writeUInt32BE(crc32c(source, start + at.attributes, end), start + at.crc)
}
