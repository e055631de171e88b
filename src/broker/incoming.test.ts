import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { Produce } from '../protocols/kafka/apis/00-produce.ts'
import { Fetch } from '../protocols/kafka/apis/01-fetch.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import {
  type BatchDraft,
  type DecodedBatch,
  decodeBatch,
  encodeBatch,
} from '../protocols/kafka/record-batch.ts'
import { fetchOf } from './testing/fetch-of.ts'
import { batchOf, openBroker, Peer } from './testing/peer.ts'

const compressionMask = 0x07
const codecNumbers = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const

/** A peer of a broker with the topic `t` of this configuration. */
async function openTopic(t: TestContext, config: Record<string, string> = {}): Promise<Peer> {
  const { port } = await openBroker(t, { topics: { t: { config } } })
  return await Peer.connect(t, port)
}

async function produce(peer: Peer, records: Buffer, version = 9): Promise<number | undefined> {
  const answer = await peer.request(Produce, version, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
  })
  return answer.responses[0]?.partitionResponses[0]?.errorCode
}

async function firstBatch(peer: Peer): Promise<DecodedBatch> {
  const answer = await peer.request(Fetch, 12, fetchOf('t', 0n))
  return decodeBatch(answer.responses[0]?.partitions[0]?.records ?? Buffer.alloc(0), 0)
}

/** A message as clients from before Kafka 0.11 write it; only magic 1 has a timestamp. */
function messageOf(value: string, magic: 0 | 1, timestamp: bigint): Buffer {
  const time = Buffer.alloc(magic === 1 ? 8 : 0)
  if (magic === 1) time.writeBigInt64BE(timestamp)
  const noKey = Buffer.from('ffffffff', 'hex')
  const length = Buffer.alloc(4)
  length.writeInt32BE(Buffer.byteLength(value))
  const content = Buffer.concat([Buffer.from([magic, 0]), time, noKey, length, Buffer.from(value)])
  const head = Buffer.alloc(16)
  head.writeInt32BE(content.length + 4, 8)
  head.writeUInt32BE(crc32(content), 12)
  return Buffer.concat([head, content])
}

test('a topic that prescribes a compression has it, whatever the producer chose', async (t) => {
  const wishes = { gzip: 'gzip', snappy: 'snappy', lz4: 'lz4', zstd: 'zstd', uncompressed: 'none' }
  for (const [wish, codec] of Object.entries(wishes)) {
    const peer = await openTopic(t, { 'compression.type': wish })
    const timestamp = BigInt(Date.now())
    const draft: BatchDraft = {
      records: ['a', 'b'].map((value, index) => ({
        timestamp: timestamp + BigInt(index),
        key: null,
        value: Buffer.from(value),
        headers: [{ key: 'h', value: Buffer.from(value) }],
      })),
      compression: codec === 'gzip' ? 'lz4' : 'gzip',
      producerId: 7n,
      producerEpoch: 0,
      baseSequence: 0,
    }
    assert.equal(await produce(peer, encodeBatch(draft)), errorCode.NONE)
    const { header, records } = await firstBatch(peer)
    assert.equal(
      header.attributes & compressionMask,
      codecNumbers[codec as keyof typeof codecNumbers],
    )
    assert.deepEqual([header.producerId, header.baseSequence], [7n, 0])
    assert.deepEqual(
      records.map((record) => [record.timestamp, String(record.value), record.headers?.length]),
      [
        [timestamp, 'a', 1],
        [timestamp + 1n, 'b', 1],
      ],
    )
  }
})

test('messages of the old formats become records, and those of magic 0 have no time', async (t) => {
  const now = BigInt(Date.now())
  for (const magic of [0, 1] as const) {
    // A limit on how old records may be says nothing of records without a time.
    const peer = await openTopic(t, { 'message.timestamp.before.max.ms': '60000' })
    const set = Buffer.concat([messageOf('a', magic, now), messageOf('b', magic, now)])
    assert.equal(await produce(peer, set, magic === 0 ? 0 : 2), errorCode.NONE)
    const { records } = await firstBatch(peer)
    const time = magic === 0 ? -1n : now
    assert.deepEqual(
      records.map((record) => [record.timestamp, String(record.value), record.offset]),
      [
        [time, 'a', 0n],
        [time, 'b', 1n],
      ],
    )
  }
})

test('a version of Produce carries the formats of its time and no others', async (t) => {
  const peer = await openTopic(t)
  const message = messageOf('a', 1, BigInt(Date.now()))
  assert.equal(await produce(peer, message, 3), errorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT)
  assert.equal(await produce(peer, batchOf(['a']), 2), errorCode.NONE)
  const damaged = Buffer.from(message)
  damaged[damaged.length - 1] = 0x62
  assert.equal(await produce(peer, damaged, 2), errorCode.CORRUPT_MESSAGE)
  const records = [{ timestamp: BigInt(Date.now()), key: null, value: Buffer.from('v') }]
  const zstd = encodeBatch({ records, compression: 'zstd' })
  assert.equal(await produce(peer, zstd, 6), errorCode.UNSUPPORTED_COMPRESSION_TYPE)
  assert.equal(await produce(peer, zstd, 7), errorCode.NONE)
})
