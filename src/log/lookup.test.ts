import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import type { PartitionLog } from './partition-log.ts'
import { append, batchOf, openLog, readAll, sensors } from './testing/workbench.ts'

/** Timestamps go up and down: the time index must not be fooled. */
const timestamps = Array.from({ length: 300 }, (_, index) => BigInt(1000 + ((index * 37) % 500)))

async function filled(files = new FaultyFiles()) {
  const log = await openLog({ files })
  const policy = { segmentBytes: 5000, indexIntervalBytes: 200 }
  const partition = await log.createPartition(sensors, policy)
  for (let at = 0; at < timestamps.length; at += 3) {
    const records = timestamps
      .slice(at, at + 3)
      .map((timestamp) => ({ timestamp, key: null, value: Buffer.from('reading') }))
    append(partition, batchOf([], { records }))
  }
  await log.settled()
  return { log, partition }
}

function checkTimes(partition: PartitionLog) {
  for (let asked = 990n; asked < 1510n; asked += 7n) {
    const index = timestamps.findIndex((timestamp) => timestamp >= asked)
    const expected =
      index === -1 ? undefined : { offset: BigInt(index), timestamp: timestamps[index] }
    assert.deepEqual(partition.offsetAtOrAfter(asked), expected)
  }
}

test('the first record at or after a time is found exactly, also after a restart', async () => {
  const files = new FaultyFiles()
  const { log, partition } = await filled(files)
  checkTimes(partition)
  await log.close()
  await using again = await openLog({ files })
  checkTimes(again.partition(sensors.topicId, 0) as PartitionLog)
})

test('the record with the largest timestamp is found', async () => {
  const { log, partition } = await filled()
  const largest = timestamps.toSorted((one, other) => Number(one - other)).at(-1) as bigint
  const offset = BigInt(timestamps.indexOf(largest))
  assert.deepEqual(partition.latestTimestamp(), { offset, timestamp: largest })
  await log.close()
})

test('an empty partition has no record at any time', async () => {
  await using log = await openLog()
  const partition = await log.createPartition(sensors)
  assert.equal(partition.offsetAtOrAfter(0n), undefined)
  assert.equal(partition.latestTimestamp(), undefined)
})

test('fetches of any size read the same records from any offset on', async () => {
  const { log, partition } = await filled()
  const all = readAll(partition)
  for (const bytes of [1, 100, 777, 4096, 1_000_000])
    assert.deepEqual(readAll(partition, bytes), all)
  for (const from of [0n, 1n, 150n, 299n]) {
    const slice = partition.read(from, 200, true)
    const target = Buffer.alloc(slice.bytes)
    slice.copyInto(target, 0)
    assert.equal(target.readBigInt64BE(0), (from / 3n) * 3n)
  }
  assert.equal(partition.read(0n, 10, false).bytes, 0)
  assert.equal(partition.read(300n, 1000, true).bytes, 0)
  assert.throws(() => partition.read(301n, 1000, true), { code: 'offset-out-of-range' })
  await log.close()
})

test('index entries name the last offset of a batch and where it starts, as Kafka writes them', async () => {
  const files = new FaultyFiles()
  const { log } = await filled(files)
  await log.close()
  const path = '/data/topics/sensors-0/00000000000000000000'
  const read = (name: string) => {
    const file = files.open(name)
    const bytes = Buffer.alloc(file.size())
    file.read(bytes, 0, bytes.length, 0)
    return bytes
  }
  const log0 = read(`${path}.log`)
  const index = read(`${path}.index`)
  assert.ok(index.length >= 8 && index.length % 8 === 0)
  for (let at = 0; at < index.length; at += 8) {
    const position = index.readInt32BE(at + 4)
    const lastOffset = log0.readBigInt64BE(position) + BigInt(log0.readInt32BE(position + 23))
    assert.equal(lastOffset, BigInt(index.readInt32BE(at)))
  }
  assert.equal(read(`${path}.timeindex`).length % 12, 0)
})
