import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../../base/testing/faulty-files.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { decodeBatch, readBatchHeader } from '../../protocols/kafka/record-batch.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { LogSettings, PartitionPolicy } from '../settings.ts'
import { keyed, recordsOf, textsOf } from '../testing/keyed.ts'
import {
  append,
  appendDurably,
  openLog,
  recordingLogger,
  sensors,
  until,
} from '../testing/workbench.ts'
import { verifyDirectory } from '../verify.ts'

const folder = '/data/topics/sensors-0'
const backoffMs = 15_000

/** Segments of one batch, so that all but the last batch can be compacted. */
const everyBatchRolls: Partial<PartitionPolicy> = {
  compacted: true,
  segmentBytes: 1,
  minCleanableDirtyRatio: 0,
}

async function workbench(
  policy: Partial<PartitionPolicy> = {},
  settings: Partial<LogSettings> = {},
) {
  const files = new FaultyFiles()
  const clock = new ManualClock()
  const logger = recordingLogger()
  const log = await openLog({ files, clock, logger, settings })
  const partition = await log.createPartition(sensors, { ...everyBatchRolls, ...policy })
  /** Lets the cleaner work until it has nothing to do. */
  const compact = async () => {
    clock.advance(backoffMs)
    await until(() => clock.isWaitingFor(backoffMs))
  }
  return { files, clock, logger, log, partition, compact }
}

async function write(partition: PartitionLog, ...batches: string[][]) {
  for (const texts of batches) await appendDurably(partition, keyed(texts))
}

function logFiles(files: FaultyFiles): string[] {
  return files.list(folder).filter((name) => name.includes('.log'))
}

test('the last record of each key stays, with the offset that it had', async () => {
  const { log, partition, compact } = await workbench()
  await write(partition, ['a=1', 'b=1'], ['a=2', 'c=1'], ['b=2'], ['end=1'])
  await compact()
  assert.deepEqual(textsOf(partition), ['2 a=2', '3 c=1', '4 b=2', '5 end=1'])
  assert.deepEqual([partition.startOffset, partition.endOffset], [0n, 6n])
  await log.close()
})

test('what is appended to is not compacted', async () => {
  const { log, partition, compact } = await workbench({ segmentBytes: 1_000_000 })
  await write(partition, ['a=1'], ['a=2'])
  await compact()
  assert.deepEqual(textsOf(partition), ['0 a=1', '1 a=2'])
  await log.close()
})

test('small segments become one, and a reader goes on from any offset, gone ones too', async () => {
  const { log, files, partition, compact } = await workbench()
  for (let count = 0; count < 20; count++) await write(partition, [`${count % 3}=${count}`])
  partition.configure({ ...partition.policy, segmentBytes: 10_000 })
  await compact()
  assert.deepEqual(logFiles(files), [`${'0'.repeat(20)}.log`, '00000000000000000019.log'])
  for (const offset of [0n, 5n, 16n, 17n]) {
    const slice = partition.read(offset, 1, true)
    const bytes = Buffer.alloc(slice.bytes)
    slice.copyInto(bytes, 0)
    assert.equal(readBatchHeader(bytes).baseOffset, offset > 16n ? offset : 16n)
  }
  await log.close()
})

test('a tombstone removes its key, stays for its time after the first cleaning, then goes', async () => {
  const deleteRetentionMs = 3_600_000
  const { log, clock, partition, compact } = await workbench({ deleteRetentionMs })
  await write(partition, ['a=1'], ['a'], ['b=1'])
  clock.advance(10 * deleteRetentionMs)
  await until(() => clock.isWaitingFor(backoffMs))
  assert.deepEqual(textsOf(partition), ['1 a', '2 b=1'])
  await write(partition, ['c=1'])
  await compact()
  assert.deepEqual(textsOf(partition), ['1 a', '2 b=1', '3 c=1'])
  clock.advance(deleteRetentionMs)
  await until(() => clock.isWaitingFor(backoffMs))
  await write(partition, ['d=1'])
  await compact()
  assert.deepEqual(textsOf(partition), ['2 b=1', '3 c=1', '4 d=1'])
  await log.close()
})

test('records younger than min.compaction.lag.ms stay, and all that follow them', async () => {
  const { log, clock, partition, compact } = await workbench({ minCompactionLagMs: 60_000 })
  await write(partition, ['a=1'], ['a=2'], ['a=3'])
  await compact()
  assert.equal(textsOf(partition).length, 3)
  clock.advance(60_000)
  await until(() => clock.isWaitingFor(backoffMs))
  assert.deepEqual(textsOf(partition), ['1 a=2', '2 a=3'])
  await log.close()
})

test('below min.cleanable.dirty.ratio nothing happens, until max.compaction.lag.ms is over', async () => {
  const { log, clock, partition, compact } = await workbench({
    minCleanableDirtyRatio: 1,
    maxCompactionLagMs: 60_000,
  })
  await write(partition, ['a=1'], ['a=2'], ['a=3'])
  await compact()
  assert.equal(textsOf(partition).length, 3)
  clock.advance(60_001)
  await until(() => clock.isWaitingFor(backoffMs))
  assert.deepEqual(textsOf(partition), ['1 a=2', '2 a=3'])
  await log.close()
})

test('a topic that is not compacted keeps everything', async () => {
  const { log, partition, compact } = await workbench({ compacted: false })
  await write(partition, ['a=1'], ['a=2'], ['a=3'])
  await compact()
  assert.equal(textsOf(partition).length, 3)
  await log.close()
})

test('with memory for few keys several cleanings do what one would', async () => {
  const { log, partition, compact } = await workbench({}, { dedupeBufferBytes: 24 * 4 })
  for (let count = 0; count < 100; count++) await write(partition, [`${count % 10}=${count}`])
  await compact()
  const expected = Array.from({ length: 10 }, (_, key) => `${90 + key} ${key}=${90 + key}`)
  assert.deepEqual(textsOf(partition).slice(-10), expected)
  assert.equal(textsOf(partition).length, 11, 'the last batch shadows 89 only once it is closed')
  await log.close()
})

for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
  test(`a batch that loses records stays compressed with ${compression}`, async () => {
    const { log, partition, compact } = await workbench()
    await appendDurably(partition, keyed(['a=1', 'b=1', 'c=1'], { compression }))
    await write(partition, ['b=2'], ['end=1'])
    await compact()
    assert.deepEqual(textsOf(partition), ['0 a=1', '2 c=1', '3 b=2', '4 end=1'])
    const slice = partition.read(0n, 1, true)
    const bytes = Buffer.alloc(slice.bytes)
    slice.copyInto(bytes, 0)
    assert.equal(decodeBatch(bytes).compression, compression)
    assert.equal(readBatchHeader(bytes).lastOffsetDelta, 2)
    await log.close()
  })
}

test('the last batch of a producer stays, empty, so that its next sequence is known', async () => {
  const { log, partition, compact } = await workbench()
  const producer = { producerId: 7n, producerEpoch: 0 }
  await appendDurably(partition, keyed(['a=1'], { ...producer, baseSequence: 0 }))
  await appendDurably(partition, keyed(['a=2'], { ...producer, baseSequence: 1 }))
  await write(partition, ['a=3'], ['end=1'])
  await compact()
  assert.deepEqual(textsOf(partition), ['2 a=3', '3 end=1'])
  const slice = partition.read(0n, 1, true)
  const bytes = Buffer.alloc(slice.bytes)
  slice.copyInto(bytes, 0)
  const { baseOffset, recordCount, producerId, baseSequence } = readBatchHeader(bytes)
  assert.deepEqual([baseOffset, recordCount, producerId, baseSequence], [1n, 0, 7n, 1])
  await log.close()
})

test('a record without a key goes when its topic becomes a compacted one', async () => {
  const { log, partition, compact } = await workbench()
  const keyless = { records: [{ timestamp: 1n, key: null, value: Buffer.from('x') }] }
  await appendDurably(partition, keyed([], keyless))
  await write(partition, ['a=1'], ['end=1'])
  await compact()
  assert.deepEqual(textsOf(partition), ['1 a=1', '2 end=1'])
  await log.close()
})

test('a compacted log is opened again as it was, verifies, and is read by time', async () => {
  const { log, files, clock, partition, compact } = await workbench({ indexIntervalBytes: 64 })
  for (let count = 0; count < 40; count++) await write(partition, [`${count % 7}=${count}`])
  partition.configure({ ...partition.policy, segmentBytes: 10_000 })
  await compact()
  const texts = textsOf(partition)
  await log.close()
  const problems: unknown[] = []
  await verifyDirectory('/data', { files, onProblem: (problem) => problems.push(problem) })
  assert.deepEqual(problems, [])
  for (const pointsAreLost of [false, true]) {
    if (pointsAreLost) files.remove('/data/recovery-points')
    const again = await openLog({ files, clock })
    const found = again.partition(sensors.topicId, 0) as PartitionLog
    assert.deepEqual(textsOf(found), texts)
    assert.deepEqual(recordsOf(found, 100).length, texts.length)
    assert.equal(found.offsetAtOrAfter(0n)?.offset, 32n)
    assert.equal(found.latestTimestamp()?.offset, 32n)
    await again.close()
  }
})

test('records are deleted up to an offset that compaction has left out', async () => {
  const { log, files, partition, compact } = await workbench()
  for (let count = 0; count < 10; count++) await write(partition, [`a=${count}`])
  await compact()
  assert.equal(await partition.deleteRecordsBefore(5n), 5n)
  assert.deepEqual(textsOf(partition), ['8 a=8', '9 a=9'])
  await log.close()
  await using again = await openLog({ files })
  const found = again.partition(sensors.topicId, 0) as PartitionLog
  assert.deepEqual([found.startOffset, ...textsOf(found)], [5n, '8 a=8', '9 a=9'])
})

test('a deleted partition is not compacted any further, and a new one of its name is left alone', async () => {
  const { log, files, clock, partition } = await workbench()
  for (let count = 0; count < 10; count++) await write(partition, [`a=${count}`])
  clock.advance(backoffMs)
  await log.deletePartition(sensors.topicId, 0)
  const topicId = 'BBBBBBBBBBBBBBBBBBBBBQ'
  const renewed = await log.createPartition({ ...sensors, topicId })
  await write(renewed, ['b=1'])
  await until(() => clock.isWaitingFor(backoffMs))
  assert.deepEqual(textsOf(renewed), ['0 b=1'])
  assert.deepEqual(logFiles(files), [`${'0'.repeat(20)}.log`])
  assert.equal(log.sealedBy, undefined)
  await log.close()
})

test('on a full disk nothing is compacted and nothing lost; it is done when there is space', async () => {
  const { log, files, logger, partition, compact } = await workbench()
  await write(partition, ['a=1', 'b=1'], ['a=2'], ['a=3'])
  files.failing = (operation, path) =>
    operation === 'write' && path.endsWith('.cleaned') ? 'ENOSPC' : undefined
  await compact()
  assert.equal(textsOf(partition).length, 4)
  assert.equal(log.sealedBy, undefined)
  assert.ok(logger.lines.some(({ message }) => /waits for space/.test(message)))
  assert.deepEqual(
    logFiles(files).filter((name) => !name.endsWith('.log')),
    [],
  )
  files.failing = () => undefined
  await compact()
  assert.deepEqual(textsOf(partition), ['1 b=1', '2 a=2', '3 a=3'])
  await log.close()
})

test('a damaged segment is not compacted, and the log says which', async () => {
  const { log, files, logger, partition, compact } = await workbench()
  await write(partition, ['a=1'], ['a=2'], ['a=3'])
  files.damage(`${folder}/${'0'.repeat(20)}.log`, 65, Buffer.from([1, 2, 3]))
  await compact()
  assert.equal(logFiles(files).length, 3)
  assert.ok(logger.lines.some(({ facts }) => /damaged at position 0/.test(String(facts?.cause))))
  await log.close()
})

test('reads and appends go on while a partition is compacted', async () => {
  const { log, clock, partition } = await workbench()
  for (let count = 0; count < 100; count++) append(partition, keyed([`${count % 5}=${count}`]))
  await log.settled()
  clock.advance(backoffMs)
  let turns = 0
  while (!clock.isWaitingFor(backoffMs)) {
    if (turns++ < 50) append(partition, keyed([`new=${turns}`]))
    const records = recordsOf(partition, 300)
    const last = new Map(records.map(({ key, value }) => [String(key), String(value)]))
    for (let key = 0; key < 5; key++) assert.equal(last.get(String(key)), String(95 + key))
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.ok(turns > 1)
  await log.close()
})
