import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { between, seededRandom } from '../../base/random.ts'
import type { FetchedBatch } from '../../client/index.ts'
import type { Compression } from '../../protocols/kafka/compression/index.ts'
import {
  checkBatches,
  decodeBatch,
  encodeBatch,
  readBatchHeader,
  rewriteBatch,
  stampLogAppendTime,
} from '../../protocols/kafka/record-batch.ts'
import { isKnown, outgoing } from './outgoing.ts'

function fetched(bytes: Buffer): FetchedBatch {
  return { bytes, header: readBatchHeader(bytes) }
}

function batchOf(baseOffset: bigint, count: number, valueBytes: number, more = {}): Buffer {
  const records = Array.from({ length: count }, (_, n) => ({
    ...{ timestamp: 1_700_000_000_000n + BigInt(n), key: Buffer.from(`k${n}`) },
    value: Buffer.alloc(valueBytes, n),
  }))
  return encodeBatch({ baseOffset, records, ...more })
}

test('a batch that is large enough goes out byte by byte, without being opened', () => {
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const bytes = batchOf(7n, 100, 1000, { compression })
    // Whoever opened it would not get far.
    bytes.fill(0xff, 61)
    const [one, ...others] = outgoing([fetched(bytes)], 7n, undefined)
    assert.ok(one !== undefined && !isKnown(one) && others.length === 0)
    assert.deepEqual(one.batch, bytes)
    assert.deepEqual(one.stretches, [{ upstream: 7n, count: 100 }])
  }
})

test('small batches that follow each other go out as one, with the compression that they have', () => {
  const batches = [0n, 3n, 6n].map((offset) =>
    fetched(batchOf(offset, 3, 10, { compression: 'gzip' })),
  )
  const [one, ...others] = outgoing(batches, 0n, undefined)
  assert.ok(one !== undefined && !isKnown(one) && others.length === 0)
  const decoded = decodeBatch(one.batch)
  assert.equal(decoded.compression, 'gzip')
  assert.equal(decoded.records.length, 9)
  assert.deepEqual(one.stretches, [{ upstream: 0n, count: 9 }])
})

test('what no producer may send is written anew: holes of compaction, times of the log', () => {
  const whole = decodeBatch(batchOf(10n, 20, 1000))
  const even = rewriteBatch(
    whole,
    whole.records.filter(({ offset }) => offset % 2n === 0n),
    undefined,
  )
  const appended = batchOf(30n, 20, 1000)
  stampLogAppendTime(appended, 0, 5n)
  const parts = outgoing([fetched(even), fetched(appended)], 10n, undefined)
  const records = parts.flatMap((one) => (isKnown(one) ? [] : decodeBatch(one.batch).records))
  assert.equal(records.length, 30)
  assert.deepEqual([...new Set(records.slice(10).map(({ timestamp }) => timestamp))], [5n])
  const upstream = parts.flatMap((one) => (isKnown(one) ? [] : one.stretches))
  assert.deepEqual(upstream.slice(0, 2), [
    { upstream: 10n, count: 1 },
    { upstream: 12n, count: 1 },
  ])
})

test('whatever batches were read, each record from the position on goes out once, in order', () => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  const random = seededRandom(seed)
  const kinds: Compression[] = ['none', 'gzip', 'zstd']
  for (let round = 0; round < 100; round++) {
    const batches: FetchedBatch[] = []
    const expected: [bigint, bigint, string][] = []
    let offset = BigInt(between(random, 0, 5))
    for (let n = between(random, 1, 8); n > 0; n--) {
      const compression = kinds[between(random, 0, 2)]
      let bytes = batchOf(offset, between(random, 1, 30), between(random, 0, 900), { compression })
      const decoded = decodeBatch(bytes)
      if (between(random, 0, 3) === 0) {
        const kept = decoded.records.filter(() => between(random, 0, 2) > 0)
        if (kept.length > 0) bytes = rewriteBatch(decoded, kept, undefined)
      }
      for (const one of decodeBatch(bytes).records) {
        expected.push([one.offset, one.timestamp, `${one.value}`])
      }
      batches.push(fetched(bytes))
      offset += BigInt(decoded.records.length + between(random, 0, 3))
    }
    const first = batches[0]?.header
    const from = (first?.baseOffset ?? 0n) + BigInt(between(random, 0, first?.lastOffsetDelta ?? 0))
    const found = outgoing(batches, from, undefined).flatMap((one) => {
      assert.ok(!isKnown(one))
      assert.equal(checkBatches(one.batch).length, 1, `SEED=${seed}`)
      const upstream = one.stretches.flatMap(({ upstream, count }) =>
        Array.from({ length: count }, (_, n) => upstream + BigInt(n)),
      )
      assert.equal(upstream.length, one.records)
      return decodeBatch(one.batch).records.map((record, index) => [
        ...[upstream[index], record.timestamp, `${record.value}`],
      ])
    })
    assert.deepEqual(
      found,
      expected.filter(([at]) => at >= from),
      `SEED=${seed}`,
    )
  }
})
