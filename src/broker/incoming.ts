/**
 * What is checked about records before they enter the log. Batches are opaque: their header is
 * read and their CRC-32C compared, but records are only decoded where a topic asks for it
 * (compacted topics need keys, a topic may prescribe its compression or its schemas) or where an
 * old client sends the formats from before Kafka 0.11.
 */
import { MalformedBytes } from '../base/bytes.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import { upConvert } from '../protocols/kafka/message-set.ts'
import {
  type BatchHeader,
  CorruptBatch,
  checkBatches,
  decodeBatch,
  encodeBatch,
  type Record,
  stampLogAppendTime,
} from '../protocols/kafka/record-batch.ts'
import { Refusal } from './refusal.ts'
import type { Confirmed, OpenQuestions, SchemaGate } from './schema-gate.ts'
import type { Topic } from './topics.ts'

export interface Incoming {
  readonly batches: Buffer
  readonly headers: readonly BatchHeader[]
}

const magicPosition = 16
const firstVersionWithBatches = 3
const firstVersionWithZstd = 7
/** Messages of magic 0 have no time, so they are neither old nor early. */
const noTimestamp = -1n
const compressionMask = 0x07
const transactionalBit = 0x10
const controlBit = 0x20
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** The way by which records come in. */
export interface Door {
  /** The version of the Produce request. */
  readonly version: number
  readonly nowMs: number
  readonly schemaGate: SchemaGate
  /** What was found out about the records' schemas since they were here before. */
  readonly confirmed: Confirmed | undefined
}

/** Checks, and where the topic asks for it changes, what a producer sent for one partition. */
export function admit(
  records: Buffer | null,
  topic: Topic,
  door: Door,
): Incoming | Refusal | OpenQuestions {
  const { version, nowMs } = door
  if (records === null || records.length === 0) {
    return new Refusal(errorCode.INVALID_RECORD, 'The request has no records for the partition.')
  }
  try {
    const batches = version < firstVersionWithBatches ? toBatches(records) : records
    if ((batches[magicPosition] ?? -1) !== 2) {
      return new Refusal(
        errorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
        `Produce version ${version} carries record batches of magic 2.`,
      )
    }
    const headers = checkBatches(batches)
    return refusalOf(headers, topic, version, nowMs) ?? prepared(batches, headers, topic, door)
  } catch (error) {
    if (error instanceof CorruptBatch) return new Refusal(errorCode.CORRUPT_MESSAGE, error.message)
    if (error instanceof MalformedBytes) return new Refusal(errorCode.INVALID_RECORD, error.message)
    throw error
  }
}

/** Some clients send magic 2 in old versions of Produce as well: those pass as they are. */
function toBatches(records: Buffer): Buffer {
  return records[magicPosition] === 2 ? records : upConvert(records)
}

function refusalOf(
  headers: readonly BatchHeader[],
  { settings }: Topic,
  version: number,
  nowMs: number,
): Refusal | undefined {
  if (headers.length !== 1 && version >= firstVersionWithBatches) {
    return new Refusal(
      errorCode.INVALID_RECORD,
      `A partition of a produce request has exactly one batch, not ${headers.length}.`,
    )
  }
  for (const header of headers) {
    if (header.sizeBytes > settings.maxMessageBytes) {
      return new Refusal(
        errorCode.MESSAGE_TOO_LARGE,
        `The batch has ${header.sizeBytes} bytes; max.message.bytes is ${settings.maxMessageBytes}.`,
      )
    }
    if ((header.attributes & controlBit) !== 0) {
      return new Refusal(errorCode.INVALID_RECORD, 'A client may not write control batches.')
    }
    if ((header.attributes & transactionalBit) !== 0) {
      return new Refusal(errorCode.INVALID_TXN_STATE, 'leat has no transactions.')
    }
    if (header.recordCount < 1 || header.lastOffsetDelta !== header.recordCount - 1) {
      return new Refusal(errorCode.INVALID_RECORD, 'The batch does not count its records right.')
    }
    if (codecs[header.attributes & compressionMask] === 'zstd' && version < firstVersionWithZstd) {
      return new Refusal(
        errorCode.UNSUPPORTED_COMPRESSION_TYPE,
        `Produce version ${version} cannot carry zstd.`,
      )
    }
    if (settings.timestampType === 'CreateTime' && header.maxTimestamp !== noTimestamp) {
      const behindMs = nowMs - Number(header.maxTimestamp)
      if (behindMs > settings.timestampBeforeMaxMs || -behindMs > settings.timestampAfterMaxMs) {
        return new Refusal(
          errorCode.INVALID_TIMESTAMP,
          `The timestamp ${header.maxTimestamp} is too far from the broker's ${nowMs}: see message.timestamp.before.max.ms and message.timestamp.after.max.ms.`,
        )
      }
    }
  }
  return undefined
}

/** What the topic's configuration does to the batches. */
function prepared(
  batches: Buffer,
  headers: readonly BatchHeader[],
  topic: Topic,
  { nowMs, schemaGate, confirmed }: Door,
): Incoming | Refusal | OpenQuestions {
  const { compacted, schemaRules, timestampType } = topic.settings
  if (compacted) {
    const keyless = keylessRecords(batches, headers)
    if (keyless.length > 0) {
      return new Refusal(
        errorCode.INVALID_RECORD,
        `One or more records have no key, but topic '${topic.name}' is compacted by key.`,
        keyless.map((batchIndex) => ({ batchIndex, batchIndexErrorMessage: 'no key' })),
      )
    }
  }
  if (schemaRules !== undefined) {
    const records = recordsOf(batches, headers)
    const objection = schemaGate.judge(records, topic.name, schemaRules, confirmed)
    if (objection !== undefined) return objection
  }
  const final = recompressed(batches, headers, topic)
  if (timestampType === 'LogAppendTime') {
    for (const [at] of positions(final.headers)) {
      stampLogAppendTime(final.batches, at, BigInt(nowMs))
    }
    return { batches: final.batches, headers: checkBatches(final.batches) }
  }
  return final
}

function keylessRecords(batches: Buffer, headers: readonly BatchHeader[]): number[] {
  return recordsOf(batches, headers).flatMap(({ key }, index) => (key === null ? [index] : []))
}

function recordsOf(batches: Buffer, headers: readonly BatchHeader[]): Record[] {
  return positions(headers).flatMap(([at]) => decodeBatch(batches, at).records)
}

function recompressed(
  batches: Buffer,
  headers: readonly BatchHeader[],
  { settings }: Topic,
): Incoming {
  if (settings.compressionType === 'producer') return { batches, headers }
  const compression = codecs.find(
    (name) => name === settings.compressionType.replace('uncompressed', 'none'),
  )
  const isWanted = ({ attributes }: BatchHeader) =>
    codecs[attributes & compressionMask] === compression
  if (compression === undefined || headers.every(isWanted)) return { batches, headers }
  const rewritten = positions(headers).map(([at, header]) =>
    encodeBatch({
      records: decodeBatch(batches, at).records,
      compression,
      producerId: header.producerId,
      producerEpoch: header.producerEpoch,
      baseSequence: header.baseSequence,
    }),
  )
  const all = Buffer.concat(rewritten)
  return { batches: all, headers: checkBatches(all) }
}

/** Where each batch begins. */
function positions(headers: readonly BatchHeader[]): [number, BatchHeader][] {
  let at = 0
  return headers.map((header) => {
    const position = at
    at += header.sizeBytes
    return [position, header]
  })
}
