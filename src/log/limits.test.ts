import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Metrics } from '../base/metrics.ts'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import type { Appended } from './partition-log.ts'
import { append, appendDurably, batchOf, openLog, readAll, sensors } from './testing/workbench.ts'

test('more segments than files may be open are no hindrance', async () => {
  const metrics = new Metrics()
  await using log = await openLog({ metrics, settings: { openFiles: 4 } })
  const partitions = []
  for (let partition = 0; partition < 10; partition++) {
    partitions.push(await log.createPartition({ ...sensors, partition }, { segmentBytes: 200 }))
  }
  for (let round = 0; round < 5; round++) {
    await Promise.all(partitions.map((one) => appendDurably(one, batchOf([`round ${round}`]))))
  }
  for (const one of partitions) assert.ok(readAll(one).length > 0)
  const open = metrics.families().find(({ name }) => name === 'leat_log_open_files')
  assert.ok((open?.read()[0]?.value ?? 99) <= 4)
})

test('what does not fit in a group is synced in its segment, and acknowledged in order', async () => {
  await using log = await openLog({ settings: { groupBytes: 8192, directBytes: 4096 } })
  const partition = await log.createPartition(sensors)
  const acknowledged: bigint[] = []
  const follow = ({ lastOffset, durable }: Appended) =>
    durable.then(() => {
      assert.ok(partition.durableOffset > lastOffset)
      acknowledged.push(lastOffset)
    })
  const all: Promise<void>[] = []
  for (let count = 0; count < 40; count++) {
    const value = 'x'.repeat(count % 7 === 3 ? 5000 : 1000)
    all.push(follow(append(partition, batchOf([value]))))
    if (count % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(all)
  assert.equal(partition.durableOffset, 40n)
  assert.equal(acknowledged.length, 40)
})

test('without a journal every batch is synced in its segment', async () => {
  const files = new FaultyFiles()
  const settings = { journalBytes: 0 }
  const log = await openLog({ files, settings })
  await appendDurably(await log.createPartition(sensors), batchOf(['a']))
  assert.equal(files.exists('/data/journal-0'), false)
  const left = files.copy()
  await using again = await openLog({ files: left, settings })
  assert.equal(again.partition(sensors.topicId, 0)?.endOffset, 1n)
})

test('a log that changes from disk to os and back keeps all it has', async () => {
  const files = new FaultyFiles()
  for (const [count, durability] of (['disk', 'os', 'disk', 'os'] as const).entries()) {
    const log = await openLog({ files, durability })
    const found = log.partition(sensors.topicId, 0) ?? (await log.createPartition(sensors))
    assert.equal(found.endOffset, BigInt(count))
    await appendDurably(found, batchOf([durability]))
    await log.close()
  }
})
