import { ByteReader, MalformedBytes } from '../../base/bytes.ts'
import { attribute, type BatchHeader, batchHeaderBytes, readBatchHeader } from './batch-header.ts'
import { type Compression, compressionOf, decompress } from './compression/index.ts'
import { type Record, readRecord } from './record.ts'

export interface DecodedBatch {
  readonly header: BatchHeader
  readonly records: readonly Record[]
  /** Markers of transactions, not data. */
  readonly isControl: boolean
  readonly isTransactional: boolean
  readonly compression: Compression
}

/**
 * Decodes the batch at `start`. Its checksum is not compared: `checkBatches` does that where bytes
 * come in. Uncompressed keys and values are views of `source`. Throws `MalformedBytes`, also for
 * records that grow beyond `limitBytes` when decompressed.
 */
export function decodeBatch(source: Buffer, start = 0, limitBytes?: number): DecodedBatch {
  const header = readBatchHeader(source, start)
  const end = start + header.sizeBytes
  if (end > source.length)
    throw new MalformedBytes(`a batch of ${header.sizeBytes} bytes is cut short`)
  const compression = compressionOf(header.attributes & attribute.compression)
  const body = source.subarray(start + batchHeaderBytes, end)
  const isAppendTime = (header.attributes & attribute.logAppendTime) !== 0
  const base = {
    baseOffset: header.baseOffset,
    baseTimestamp: header.baseTimestamp,
    appendTimestamp: isAppendTime ? header.maxTimestamp : undefined,
  }
  const reader = new ByteReader(decompress(compression, body, limitBytes))
  const records: Record[] = []
  for (let left = header.recordCount; left > 0; left--) records.push(readRecord(reader, base))
  if (reader.remaining > 0) {
    throw new MalformedBytes(`${reader.remaining} bytes behind the ${header.recordCount} records`)
  }
  return {
    header,
    records,
    isControl: (header.attributes & attribute.control) !== 0,
    isTransactional: (header.attributes & attribute.transactional) !== 0,
    compression,
  }
}
