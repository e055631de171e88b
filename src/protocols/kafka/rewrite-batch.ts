import { ByteWriter } from '../../base/bytes.ts'
import { at, attribute, type BatchHeader, batchHeaderBytes, stampChecksum } from './batch-header.ts'
import { compress } from './compression/index.ts'
import type { DecodedBatch } from './decode-batch.ts'
import { type Record, writeRecord } from './record.ts'

const noTimestamp = -1n

/** Until when the tombstones of a batch are kept (KIP-534); none if no compaction has seen them yet. */
export function deleteHorizonOf({ attributes, baseTimestamp }: BatchHeader): bigint | undefined {
  return (attributes & attribute.deleteHorizon) === 0 ? undefined : baseTimestamp
}

/**
 * A batch with some of its records, perhaps none: offsets, sequence, compression and timestamps
 * stay what they are. The horizon stands in the place of the base timestamp, as Kafka writes it.
 */
export function rewriteBatch(
  { header, compression }: DecodedBatch,
  records: readonly Record[],
  deleteHorizonMs: bigint | undefined,
): Buffer {
  const baseTimestamp = deleteHorizonMs ?? records[0]?.timestamp ?? noTimestamp
  const encoded = encodeRecords(records, header.baseOffset, baseTimestamp)
  const body = records.length === 0 ? encoded : compress(compression, encoded)
  const batch = Buffer.allocUnsafe(batchHeaderBytes + body.length)
  batch.writeBigInt64BE(header.baseOffset, at.baseOffset)
  batch.writeInt32BE(batch.length - at.partitionLeaderEpoch, at.length)
  batch.writeInt32BE(header.partitionLeaderEpoch, at.partitionLeaderEpoch)
  batch.writeInt8(header.magic, at.magic)
  batch.writeInt16BE(attributesOf(header, records, deleteHorizonMs), at.attributes)
  batch.writeInt32BE(header.lastOffsetDelta, at.lastOffsetDelta)
  batch.writeBigInt64BE(baseTimestamp, at.baseTimestamp)
  batch.writeBigInt64BE(latest(records), at.maxTimestamp)
  batch.writeBigInt64BE(header.producerId, at.producerId)
  batch.writeInt16BE(header.producerEpoch, at.producerEpoch)
  batch.writeInt32BE(header.baseSequence, at.baseSequence)
  batch.writeInt32BE(records.length, at.recordCount)
  batch.set(body, batchHeaderBytes)
  stampChecksum(batch, 0)
  return batch
}

/** A batch without records is not compressed: there is nothing to decompress then. */
function attributesOf(
  { attributes }: BatchHeader,
  records: readonly Record[],
  deleteHorizonMs: bigint | undefined,
): number {
  const kept =
    attributes & ~(attribute.deleteHorizon | (records.length === 0 ? attribute.compression : 0))
  return deleteHorizonMs === undefined ? kept : kept | attribute.deleteHorizon
}

function encodeRecords(
  records: readonly Record[],
  baseOffset: bigint,
  baseTimestamp: bigint,
): Buffer {
  const writer = new ByteWriter(1024)
  for (const { offset, timestamp, key, value, headers } of records) {
    const timestampDelta = timestamp - baseTimestamp
    const offsetDelta = Number(offset - baseOffset)
    writeRecord(writer, { timestampDelta, offsetDelta, key, value, headers })
  }
  return writer.done()
}

function latest(records: readonly Record[]): bigint {
  let found = noTimestamp
  for (const { timestamp } of records) if (timestamp > found) found = timestamp
  return found
}
