import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import type { PartitionLog } from './partition-log.ts'
import { countToDelete } from './retention.ts'
import { append, batchOf, openLog, readAll, sensors, until } from './testing/workbench.ts'

const limitless = { retentionMs: -1, retentionBytes: -1 }
const segments = [
  { sizeBytes: 100, newestMs: 1000 },
  { sizeBytes: 100, newestMs: 2000 },
  { sizeBytes: 50, newestMs: 3000 },
]

test('without limits nothing is deleted', () => {
  assert.equal(countToDelete(segments, limitless, 1e9), 0)
})

test('a segment goes when all in it is too old, and those before it are gone', () => {
  assert.equal(countToDelete(segments, { ...limitless, retentionMs: 500 }, 2501), 2)
  assert.equal(countToDelete(segments, { ...limitless, retentionMs: 500 }, 2500), 1)
  assert.equal(countToDelete(segments, { ...limitless, retentionMs: 500 }, 1e9), 3)
})

test('by size a segment goes when what is left still fills the limit', () => {
  assert.equal(countToDelete(segments, { ...limitless, retentionBytes: 150 }, 0), 1)
  assert.equal(countToDelete(segments, { ...limitless, retentionBytes: 151 }, 0), 0)
  assert.equal(countToDelete(segments, { ...limitless, retentionBytes: 0 }, 0), 3)
})

test('old segments are deleted when the clock says so, and stay deleted', async () => {
  const files = new FaultyFiles()
  const clock = new ManualClock()
  const log = await openLog({ files, clock })
  const policy = { segmentBytes: 1000, retentionMs: 60_000 }
  const partition = await log.createPartition(sensors, policy)
  for (let count = 0; count < 50; count++) append(partition, batchOf([`${count}`]))
  await log.settled()
  clock.advance(5 * 60_000)
  await until(() => partition.startOffset > 0n)
  assert.equal(partition.startOffset, 50n)
  assert.equal(partition.sizeBytes, 0)
  append(partition, batchOf(['new']))
  await log.close()
  assert.equal(
    files.list('/data/topics/sensors-0').filter((name) => name.endsWith('.log')).length,
    1,
  )

  await using again = await openLog({ files })
  const found = again.partition(sensors.topicId, 0) as PartitionLog
  assert.deepEqual([found.startOffset, found.endOffset], [50n, 51n])
  assert.equal(readAll(found).readBigInt64BE(0), 50n)
})

test('deleted records are out of range, the others stay; whole segments go from the disk', async () => {
  const files = new FaultyFiles()
  await using log = await openLog({ files })
  const partition = await log.createPartition(sensors, { segmentBytes: 1000 })
  for (let count = 0; count < 50; count++) append(partition, batchOf([`${count}`]))
  await log.settled()
  const before = files.list('/data/topics/sensors-0').length
  assert.equal(await partition.deleteRecordsBefore(30n), 30n)
  assert.ok(files.list('/data/topics/sensors-0').length < before)
  assert.throws(() => partition.read(29n, 1000, true), { code: 'offset-out-of-range' })
  assert.equal(readAll(partition).readBigInt64BE(0), 30n)
  assert.equal(await partition.deleteRecordsBefore(10n), 30n)
  await assert.rejects(partition.deleteRecordsBefore(51n), { code: 'offset-out-of-range' })
})

test('a segment is closed when its first batch is too old for the next', async () => {
  const files = new FaultyFiles()
  await using log = await openLog({ files })
  const partition = await log.createPartition(sensors, { segmentMs: 1000 })
  const at = (timestamp: bigint) =>
    batchOf([], { records: [{ timestamp, key: null, value: null }] })
  for (const timestamp of [0n, 1000n, 1001n]) append(partition, at(timestamp))
  const names = files.list('/data/topics/sensors-0').filter((name) => name.endsWith('.log'))
  assert.deepEqual(names, ['00000000000000000000.log', '00000000000000000002.log'])
})
