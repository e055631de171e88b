import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MalformedBytes } from '../../base/bytes.ts'
import { between, pick, type Random, seededRandom } from '../../base/random.ts'
import {
  CorruptBatch,
  checkBatches,
  decodeBatch,
  encodeBatch,
  type RecordDraft,
  readBatchHeader,
  stampBatch,
  stampLogAppendTime,
} from './record-batch.ts'
import { javaRecords } from './testing/java-records.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

const one: RecordDraft = { timestamp: 1_700_000_000_000n, key: null, value: Buffer.from('21.5') }

function randomRecord(random: Random): RecordDraft {
  const text = (most: number) => random.bytes(between(random, 0, most))
  return {
    timestamp: 1_700_000_000_000n + BigInt(between(random, -(2 ** 40), 2 ** 40)),
    key: random.next() < 0.3 ? null : text(20),
    value: random.next() < 0.1 ? null : text(pick(random, [0, 10, 300, 20_000])),
    headers: Array.from({ length: between(random, 0, 2) }, () => ({
      key: text(5).toString('hex'),
      value: random.next() < 0.3 ? null : text(10),
    })),
  }
}

for (const compression of compressions) {
  test(`what is written with compression ${compression} is read the same`, () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 20; round++) {
      const records = Array.from({ length: between(random, 1, 8) }, () => randomRecord(random))
      const batch = encodeBatch({ records, compression, baseOffset: 100n })
      assert.equal(checkBatches(batch).length, 1)
      const decoded = decodeBatch(batch)
      assert.equal(decoded.compression, compression)
      const expected = records.map((record, index) => ({ offset: 100n + BigInt(index), ...record }))
      assert.deepEqual(decoded.records, expected, `SEED=${seed}`)
    }
  })

  test(`the batch that Java wrote with compression ${compression} is read`, () => {
    const batch = Buffer.from(javaRecords[`2 ${compression}`] ?? '', 'base64')
    const [header] = checkBatches(batch)
    assert.equal(header?.producerId, 4711n)
    assert.equal(header?.producerEpoch, 3)
    assert.equal(header?.baseSequence, 42)
    const { records } = decodeBatch(batch)
    assert.deepEqual(
      records.map(({ key, value }) => [key?.toString(), value?.toString()]),
      [
        ['key0', 'value value value value value 0'],
        [undefined, 'value value value value value 1'],
        ['key2', undefined],
      ],
    )
    assert.deepEqual(records[0]?.headers, [
      { key: 'unit', value: Buffer.from('°C') },
      { key: 'none', value: null },
    ])
    assert.equal(records[2]?.timestamp, 1_700_000_002_000n)
  })

  test(`damage inside records compressed with ${compression} never ends in another error`, () => {
    const random = seededRandom(seed)
    const batch = encodeBatch({ records: [one, randomRecord(random), one], compression })
    for (let round = 0; round < 100; round++) {
      const damaged = Buffer.from(batch)
      damaged[between(random, 61, batch.length - 1)] = between(random, 0, 255)
      try {
        decodeBatch(damaged)
      } catch (error) {
        assert.ok(error instanceof MalformedBytes, `${error}, SEED=${seed}`)
      }
    }
  })
}

for (const compression of compressions.slice(1)) {
  test(`a ${compression} bomb is refused before it fills the memory`, () => {
    const value = Buffer.alloc(5_000_000)
    const bomb = encodeBatch({ records: [{ ...one, value }], compression })
    assert.ok(bomb.length < 300_000)
    assert.throws(() => decodeBatch(bomb, 0, 1_000_000), MalformedBytes)
    assert.equal(decodeBatch(bomb, 0, 6_000_000).records[0]?.value?.length, value.length)
  })
}

test('a batch with a changed bit is corrupt', () => {
  const batch = encodeBatch({ records: [one] })
  batch[batch.length - 1] = (batch.at(-1) ?? 0) ^ 1
  assert.throws(() => checkBatches(batch), CorruptBatch)
})

test('a batch that ends early, or counts its records wrong, is malformed', () => {
  const batch = encodeBatch({ records: [one] })
  assert.throws(() => checkBatches(batch.subarray(0, -1)), MalformedBytes)
  assert.throws(() => checkBatches(batch.subarray(0, 30)), MalformedBytes)
  assert.throws(() => checkBatches(encodeBatch({ records: [] })), MalformedBytes)
})

test('several batches in one buffer are each checked', () => {
  const batch = encodeBatch({ records: [one, one] })
  assert.equal(checkBatches(Buffer.concat([batch, batch])).length, 2)
  assert.throws(() => checkBatches(Buffer.concat([batch, batch.subarray(5)])), MalformedBytes)
})

test('the offset and the leader epoch are stamped outside the checksum', () => {
  const batch = encodeBatch({ records: [one, one] })
  stampBatch(batch, 0, 1_000_000_000_000n, 7)
  const [header] = checkBatches(batch)
  assert.equal(header?.baseOffset, 1_000_000_000_000n)
  assert.equal(header?.partitionLeaderEpoch, 7)
  assert.equal(decodeBatch(batch).records[1]?.offset, 1_000_000_000_001n)
})

test('the time of the append replaces the timestamp of every record', () => {
  const batch = encodeBatch({ records: [one, one] })
  stampLogAppendTime(batch, 0, 42n)
  checkBatches(batch)
  assert.equal(readBatchHeader(batch).maxTimestamp, 42n)
  assert.deepEqual(
    decodeBatch(batch).records.map(({ timestamp }) => timestamp),
    [42n, 42n],
  )
})
