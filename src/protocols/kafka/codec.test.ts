import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteReader, ByteWriter, MalformedBytes } from '../../base/bytes.ts'
import { isError } from '../../base/errors.ts'
import { between, seededRandom } from '../../base/random.ts'
import { Produce } from './apis/00-produce.ts'
import { Metadata } from './apis/03-metadata.ts'
import { DescribeTopicPartitions } from './apis/75-describe-topic-partitions.ts'
import { apis } from './apis/index.ts'
import { codecOf } from './codec.ts'
import { type Api, blank, type Schema } from './schema.ts'
import { randomMessage } from './testing/random-message.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const sides = ['request', 'response'] as const

/** Runs `check` for every API, side and version; says where and with which seed it failed. */
function everywhere(check: (api: Api, side: 'request', version: number) => void): void {
  for (const api of apis) {
    for (const side of sides) {
      for (let version = api.versions.from; version <= api.versions.to; version++) {
        try {
          check(api, side as 'request', version)
        } catch (cause) {
          throw new Error(`${api.name} ${side} ${version}, SEED=${seed}`, { cause })
        }
      }
    }
  }
}

function encoded(api: Api, side: 'request', version: number, message: object): Buffer {
  const writer = new ByteWriter()
  codecOf(api, side, version).encode(message, writer)
  return writer.done()
}

test('every message of every API survives a round trip at every version', () => {
  const random = seededRandom(seed)
  everywhere((api, side, version) => {
    for (const size of [0, 1, 3, 6]) {
      const message = randomMessage(api[side], version, random, size)
      const reader = new ByteReader(encoded(api, side, version, message))
      const decoded = codecOf(api, side, version).decode(reader)
      assert.deepEqual(decoded, message)
      assert.equal(reader.remaining, 0)
    }
  })
})

test('a message that ends early is malformed wherever it ends', () => {
  const random = seededRandom(seed)
  everywhere((api, side, version) => {
    const bytes = encoded(api, side, version, randomMessage(api[side], version, random, 2))
    const codec = codecOf(api, side, version)
    for (let cut = 0; cut < 20 && bytes.length > 0; cut++) {
      const end = between(random, 0, bytes.length - 1)
      assert.throws(() => codec.decode(new ByteReader(bytes, 0, end)), MalformedBytes)
    }
  })
})

test('whatever arrives is either a message or malformed', () => {
  const random = seededRandom(seed)
  everywhere((api, side, version) => {
    const codec = codecOf(api, side, version)
    for (let round = 0; round < 10; round++) {
      const noise = random.bytes(between(random, 0, 200))
      try {
        codec.decode(new ByteReader(noise))
      } catch (error) {
        if (!(error instanceof MalformedBytes)) throw error
      }
    }
  })
})

test('tagged fields of a later Kafka are skipped', () => {
  everywhere((api, side, version) => {
    if (version < api.flexible) return
    const bytes = encoded(api, side, version, blank(api[side] as Schema))
    assert.equal(bytes.at(-1), 0, 'a blank message has no tagged fields')
    const unknown = Buffer.from([2, 0x80, 0x01, 3, 1, 2, 3, 0x81, 0x01, 0])
    const reader = new ByteReader(Buffer.concat([bytes.subarray(0, -1), unknown]))
    assert.deepEqual(codecOf(api, side, version).decode(reader), blank(api[side] as Schema))
    assert.equal(reader.remaining, 0)
  })
})

test('an array that claims more elements than there are bytes is refused before it costs memory', () => {
  const plain = Buffer.alloc(20)
  plain.writeInt32BE(0x7fffffff)
  assert.throws(() => codecOf(Metadata, 'request', 1).decode(new ByteReader(plain)), MalformedBytes)
  const compact = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, ...Buffer.alloc(15)])
  assert.throws(
    () => codecOf(Metadata, 'request', 12).decode(new ByteReader(compact)),
    MalformedBytes,
  )
})

test('the records of a Produce request are a view of the frame, not a copy', () => {
  const records = Buffer.from('a batch')
  const topicData = [{ name: 'sensors', partitionData: [{ index: 0, records }] }]
  const frame = encoded(Produce, 'request', 9, {
    acks: -1,
    timeoutMs: 1,
    topicData,
  })
  const decoded = codecOf(Produce, 'request', 9).decode(new ByteReader(frame))
  const found = decoded.topicData[0]?.partitionData[0]?.records
  assert.deepEqual(found, records)
  assert.equal(found?.buffer, frame.buffer)
})

test('a struct that may be null is null when nobody set it', () => {
  const writer = new ByteWriter()
  codecOf(DescribeTopicPartitions, 'request', 0).encode({ topics: [{ name: 'a' }] }, writer)
  const decoded = codecOf(DescribeTopicPartitions, 'request', 0).decode(
    new ByteReader(writer.done()),
  )
  assert.equal(decoded.cursor, null)
})

test('a field that a version lacks may be ignored only where Kafka ignores it', () => {
  const topicData = [{ name: 'sensors', partitionData: [] }]
  const request = { acks: -1, timeoutMs: 1, topicData, transactionalId: 'payments' }
  assert.throws(
    () => codecOf(Produce, 'request', 2).encode(request, new ByteWriter()),
    (error) => isError(error, 'unsupported-field'),
  )
  const response = { responses: [], throttleTimeMs: 7 }
  codecOf(Produce, 'response', 0).encode(response, new ByteWriter())
})

test('a version that an API does not have is refused', () => {
  assert.throws(
    () => codecOf(Metadata, 'request', 99),
    (error) => isError(error, 'unsupported-version'),
  )
})
