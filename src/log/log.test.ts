import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import {
  append,
  appendDurably,
  batchOf,
  offsetsIn,
  openLog,
  readAll,
  sensors,
  until,
} from './testing/workbench.ts'

test('what is acknowledged is read as it was written, with its offsets', async () => {
  await using log = await openLog()
  const partition = await log.createPartition(sensors)
  await appendDurably(partition, batchOf(['a', 'b']))
  const { baseOffset, lastOffset } = await appendDurably(partition, batchOf(['c']))
  assert.deepEqual([baseOffset, lastOffset], [2n, 2n])
  assert.deepEqual(offsetsIn(readAll(partition)), [0n, 2n])
})

test('readers see nothing before it is durable', async () => {
  await using log = await openLog()
  const partition = await log.createPartition(sensors)
  const { durable } = append(partition, batchOf(['a']))
  assert.equal(partition.endOffset, 1n)
  assert.equal(partition.durableOffset, 0n)
  assert.equal(partition.read(0n, 1000, true).bytes, 0)
  await durable
  assert.equal(partition.durableOffset, 1n)
})

for (const durability of ['disk', 'os'] as const) {
  test(`a log that was closed opens with all it had (durability ${durability})`, async () => {
    const files = new FaultyFiles()
    const log = await openLog({ files, durability })
    const partition = await log.createPartition(sensors, { segmentBytes: 1000 })
    for (let count = 0; count < 100; count++) append(partition, batchOf([`value ${count}`]))
    const before = await log.settled().then(() => readAll(partition))
    await log.close()

    await using again = await openLog({ files, durability })
    const found = again.partition(sensors.topicId, 0)
    assert.deepEqual(found && readAll(found), before)
  })
}

test('appends that fall together share one promise and one sync', async () => {
  const files = new FaultyFiles()
  await using log = await openLog({ files })
  const partition = await log.createPartition(sensors)
  const before = files.syncCount
  const promises = Array.from({ length: 50 }, () => append(partition, batchOf(['a'])).durable)
  assert.equal(new Set(promises).size, 1)
  await promises[0]
  assert.equal(files.syncCount, before + 1)
})

test('listeners hear of every partition that got durable', async () => {
  await using log = await openLog()
  const partition = await log.createPartition(sensors)
  const heard: bigint[] = []
  log.onDurable((one) => heard.push(one.durableOffset))
  await appendDurably(partition, batchOf(['a', 'b']))
  await until(() => heard.length > 0)
  assert.deepEqual(heard, [2n])
})

test('a log can be closed twice', async () => {
  const log = await openLog()
  await Promise.all([log.close(), log.close()])
  await log.close()
})
