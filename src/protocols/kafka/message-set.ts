/**
 * The formats before record batches: message sets of magic 0 (Kafka 0.7) and 1 (0.10, with
 * timestamps), which old clients still send. A compressed set is one message whose value is a set.
 */
import { crc32 } from 'node:zlib'
import { ByteReader, MalformedBytes } from '../../base/bytes.ts'
import { type Compression, compressionOf, decompress } from './compression/index.ts'
import { CorruptBatch, encodeBatch, type RecordDraft } from './record-batch.ts'

/**
 * The same records as batches of magic 2, in the same order and compression; offsets start at 0 in
 * each batch. Throws `MalformedBytes`, and `CorruptBatch` for a wrong checksum.
 */
export function upConvert(messageSet: Buffer, limitBytes?: number): Buffer {
  return Buffer.concat(readMessageSet(messageSet, limitBytes).map((run) => encodeBatch(run)))
}

/** Messages that were compressed together, or neighbours that were not compressed at all. */
interface Run {
  readonly compression: Compression
  readonly records: RecordDraft[]
}

function readMessageSet(source: Buffer, limitBytes?: number): Run[] {
  const runs: Run[] = []
  const reader = new ByteReader(source)
  while (reader.remaining > 0) {
    const message = readMessage(reader)
    if (message.compression === 'none') {
      const last = runs.at(-1)
      if (last?.compression === 'none') last.records.push(message.record)
      else runs.push({ compression: 'none', records: [message.record] })
    } else runs.push(unwrap(message, limitBytes))
  }
  return runs
}

interface Message {
  readonly compression: Compression
  /** The broker gave the timestamp: it counts for all messages inside. */
  readonly isAppendTime: boolean
  readonly record: RecordDraft
}

const compressionMask = 0x07
const appendTimeBit = 0x08
/** From the checksum to the length of the key, without a timestamp. */
const leastMessageBytes = 14

function readMessage(reader: ByteReader): Message {
  reader.int64() // the offset, which the broker assigns anew
  const length = reader.int32()
  if (length < leastMessageBytes) throw new MalformedBytes(`a message of ${length} bytes`)
  const bytes = reader.bytes(length)
  const inner = new ByteReader(bytes)
  const checksum = inner.uint32()
  if (crc32(bytes.subarray(inner.position)) !== checksum) {
    throw new CorruptBatch(`a message whose checksum is not the ${checksum} that it says`)
  }
  const magic = inner.int8()
  if (magic !== 0 && magic !== 1) throw new MalformedBytes(`a message of magic ${magic}`)
  const attributes = inner.int8()
  const timestamp = magic === 1 ? inner.int64() : -1n
  const key = readNullable(inner)
  const value = readNullable(inner)
  if (inner.remaining > 0) throw new MalformedBytes(`${inner.remaining} bytes behind a message`)
  return {
    compression: compressionOf(attributes & compressionMask),
    isAppendTime: (attributes & appendTimeBit) !== 0,
    record: { timestamp, key, value },
  }
}

function unwrap({ compression, isAppendTime, record }: Message, limitBytes?: number): Run {
  const value = record.value as Buffer | null
  if (value === null) throw new MalformedBytes('a compressed message without a value')
  const reader = new ByteReader(decompress(compression, value, limitBytes))
  const records: RecordDraft[] = []
  while (reader.remaining > 0) {
    const inner = readMessage(reader)
    if (inner.compression !== 'none') throw new MalformedBytes('a compressed set inside another')
    records.push(isAppendTime ? { ...inner.record, timestamp: record.timestamp } : inner.record)
  }
  if (records.length === 0) throw new MalformedBytes('a compressed set without messages')
  return { compression, records }
}

function readNullable(reader: ByteReader): Buffer | null {
  const length = reader.int32()
  return length < 0 ? null : reader.bytes(length)
}
