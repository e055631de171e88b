import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import {
  append,
  appendDurably,
  batchOf,
  offsetsIn,
  openLog,
  readAll,
  recordingLogger,
  sensors,
  until,
} from './testing/workbench.ts'

test('on a full disk an append fails, leaves nothing, and works again when there is space', async () => {
  const files = new FaultyFiles()
  await using log = await openLog({ files })
  const partition = await log.createPartition(sensors)
  await appendDurably(partition, batchOf(['before']))
  const { sizeBytes } = partition
  files.failing = (operation, path) =>
    operation === 'write' && path.endsWith('.log') ? 'ENOSPC' : undefined
  assert.throws(() => append(partition, batchOf(['lost'])), { code: 'disk-full', retriable: true })
  assert.equal(partition.sizeBytes, sizeBytes)
  files.failing = () => undefined
  const { baseOffset } = await appendDurably(partition, batchOf(['after']))
  assert.equal(baseOffset, 1n)
  assert.deepEqual(offsetsIn(readAll(partition)), [0n, 1n])
})

test('of a new producer whose first batch did not fit, no later one is taken before it', async () => {
  const files = new FaultyFiles()
  await using log = await openLog({ files })
  const partition = await log.createPartition(sensors)
  const batch = (baseSequence: number) =>
    batchOf(['x'], { producerId: 7n, producerEpoch: 0, baseSequence })
  files.failing = (operation, path) =>
    operation === 'write' && path.endsWith('.log') ? 'ENOSPC' : undefined
  assert.throws(() => append(partition, batch(0)), { code: 'disk-full' })
  files.failing = () => undefined
  // Taken, it would make a duplicate of the first one when that is sent again.
  assert.throws(() => append(partition, batch(1)), { code: 'out-of-order-sequence' })
  await appendDurably(partition, batch(0))
  const { baseOffset, duplicate } = await appendDurably(partition, batch(1))
  assert.deepEqual([baseOffset, duplicate], [1n, false])
})

test('a checkpoint waits for space on a full disk, and the log goes on', async () => {
  const files = new FaultyFiles()
  const clock = new ManualClock()
  const logger = recordingLogger()
  const log = await openLog({ files, clock, logger, settings: { checkpointMs: 1000 } })
  const partition = await log.createPartition(sensors, { indexIntervalBytes: 1 })
  files.failing = (operation, path) =>
    operation === 'write' && /index$|recovery-points/.test(path) ? 'ENOSPC' : undefined
  for (let count = 0; count < 1000; count++) append(partition, batchOf([`${count}`]))
  await log.settled()
  clock.advance(1000)
  await until(() => logger.lines.some(({ level }) => level === 'warn'))
  await appendDurably(partition, batchOf(['still taken']))
  files.failing = () => undefined
  clock.advance(1000)
  await log.close()
  assert.equal(log.sealedBy, undefined)

  await using again = await openLog({ files })
  const found = again.partition(sensors.topicId, 0)
  assert.equal(found && offsetsIn(readAll(found, 300)).length, 1001)
})

for (const [what, value] of [
  ['of the journal', 'small'],
  ['of a segment', 'large'.repeat(20_000)],
] as const) {
  test(`a failed sync ${what} seals the log: promises break, appends are refused, reads go on`, async () => {
    const files = new FaultyFiles()
    const logger = recordingLogger()
    const log = await openLog({ files, logger })
    const partition = await log.createPartition(sensors)
    await appendDurably(partition, batchOf(['kept']))
    files.failing = (operation) => (operation === 'sync' ? 'EIO' : undefined)
    const { durable } = append(partition, batchOf([value]))
    await assert.rejects(durable, { code: 'log-sealed' })
    files.failing = () => undefined
    assert.throws(() => append(partition, batchOf(['late'])), { code: 'log-sealed' })
    await assert.rejects(partition.deleteRecordsBefore(1n), { code: 'log-sealed' })
    assert.match(String(log.sealedBy), /EIO/)
    assert.deepEqual(offsetsIn(readAll(partition)), [0n])
    assert.equal(logger.lines.filter(({ level }) => level === 'error').length, 1)
    await log.close()

    await using again = await openLog({ files })
    const found = again.partition(sensors.topicId, 0)
    assert.ok(found !== undefined && found.durableOffset >= 1n)
    await appendDurably(found, batchOf(['works again']))
  })
}

test('a journal that cannot be written seals the log', async () => {
  const files = new FaultyFiles()
  const log = await openLog({ files })
  const partition = await log.createPartition(sensors)
  files.failing = (operation, path) =>
    operation === 'write' && path.includes('journal') ? 'ENOSPC' : undefined
  await assert.rejects(append(partition, batchOf(['lost'])).durable, { code: 'log-sealed' })
  await log.close()
})

test('a directory that this user may not write to is refused by its name', async () => {
  const files = new FaultyFiles()
  files.failing = (operation) => (operation === 'open' ? 'EACCES' : undefined)
  await assert.rejects(openLog({ files }), {
    code: 'directory-not-writable',
    message: /'\/data'.*EACCES/,
  })
})

test('a deleted partition takes no more appends, and its name can be used again', async () => {
  const files = new FaultyFiles()
  const log = await openLog({ files })
  const partition = await log.createPartition(sensors)
  const { durable } = append(partition, batchOf(['a']))
  await log.deletePartition(sensors.topicId, 0)
  await durable
  assert.throws(() => append(partition, batchOf(['b'])), { code: 'partition-deleted' })
  const next = { ...sensors, topicId: 'BBBBBBBBBBBBBBBBBBBBBQ' }
  await appendDurably(await log.createPartition(next), batchOf(['c']))
  await log.close()

  await using again = await openLog({ files })
  assert.deepEqual(
    [...again.partitions()].map(({ identity, endOffset }) => ({ ...identity, endOffset })),
    [{ ...next, endOffset: 1n }],
  )
})
