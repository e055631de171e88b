import { ByteWriter } from '../../base/bytes.ts'
import { at, attribute, batchHeaderBytes, stampChecksum } from './batch-header.ts'
import { type Compression, compress, compressionId } from './compression/index.ts'
import { writeRecord } from './record.ts'

export interface RecordDraft {
  readonly timestamp: bigint
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers?: readonly { readonly key: string; readonly value: Uint8Array | null }[]
}

export interface BatchDraft {
  readonly records: readonly RecordDraft[]
  readonly baseOffset?: bigint
  readonly compression?: Compression
  readonly producerId?: bigint
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly transactional?: boolean
  readonly control?: boolean
}

/** One batch with its checksum; the records get consecutive offsets from `baseOffset` on. */
export function encodeBatch(batch: BatchDraft): Buffer {
  const { records, compression = 'none' } = batch
  const baseTimestamp = records[0]?.timestamp ?? -1n
  const body = compress(compression, encodeRecords(records, baseTimestamp))
  const encoded = Buffer.allocUnsafe(batchHeaderBytes + body.length)
  encoded.writeBigInt64BE(batch.baseOffset ?? 0n, at.baseOffset)
  encoded.writeInt32BE(encoded.length - at.partitionLeaderEpoch, at.length)
  encoded.writeInt32BE(-1, at.partitionLeaderEpoch)
  encoded.writeInt8(2, at.magic)
  encoded.writeInt16BE(attributesOf(batch, compression), at.attributes)
  encoded.writeInt32BE(records.length - 1, at.lastOffsetDelta)
  encoded.writeBigInt64BE(baseTimestamp, at.baseTimestamp)
  encoded.writeBigInt64BE(latest(records), at.maxTimestamp)
  encoded.writeBigInt64BE(batch.producerId ?? -1n, at.producerId)
  encoded.writeInt16BE(batch.producerEpoch ?? -1, at.producerEpoch)
  encoded.writeInt32BE(batch.baseSequence ?? -1, at.baseSequence)
  encoded.writeInt32BE(records.length, at.recordCount)
  encoded.set(body, batchHeaderBytes)
  stampChecksum(encoded, 0)
  return encoded
}

const noHeaders: readonly never[] = []

function encodeRecords(records: readonly RecordDraft[], baseTimestamp: bigint): Buffer {
  const writer = new ByteWriter(1024)
  for (const [offsetDelta, { timestamp, key, value, headers = noHeaders }] of records.entries()) {
    writeRecord(writer, {
      timestampDelta: timestamp - baseTimestamp,
      offsetDelta,
      key,
      value,
      headers,
    })
  }
  return writer.done()
}

function attributesOf({ transactional, control }: BatchDraft, compression: Compression): number {
  return (
    compressionId(compression) |
    (transactional ? attribute.transactional : 0) |
    (control ? attribute.control : 0)
  )
}

function latest(records: readonly RecordDraft[]): bigint {
  let found = -1n
  for (const { timestamp } of records) if (timestamp > found) found = timestamp
  return found
}
