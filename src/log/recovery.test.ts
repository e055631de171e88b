import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import type { PartitionLog } from './partition-log.ts'
import {
  append,
  appendDurably,
  batchOf,
  offsetsIn,
  openLog,
  readAll,
  recordingLogger,
  sensors,
} from './testing/workbench.ts'

const folder = '/data/topics/sensors-0'
const first = `${folder}/00000000000000000000`

/** The disk of a log that was killed after these appends. */
async function killedAfter(work: (partition: PartitionLog) => Promise<unknown>, settings = {}) {
  const files = new FaultyFiles()
  const log = await openLog({ files, settings })
  await work(await log.createPartition(sensors, { segmentBytes: 4000, indexIntervalBytes: 200 }))
  await log.settled()
  return files.copy()
}

async function appendMany(partition: PartitionLog, count: number) {
  for (let index = 0; index < count; index++) append(partition, batchOf([`value ${index}`]))
  await append(partition, batchOf(['last'])).durable
}

test('a torn tail is cut, and the log says how many bytes it had', async () => {
  const files = await killedAfter((partition) => appendDurably(partition, batchOf(['a'])))
  const size = files.sizeOf(`${first}.log`) ?? 0
  files.damage(`${first}.log`, size, Buffer.from('half a batch'))
  const logger = recordingLogger()
  await using log = await openLog({ files, logger })
  const partition = log.partition(sensors.topicId, 0) as PartitionLog
  assert.equal(partition.sizeBytes, size)
  assert.ok(logger.lines.some(({ facts }) => facts?.bytes === 12))
  assert.equal((await appendDurably(partition, batchOf(['b']))).baseOffset, 1n)
})

test('a segment that lost what only the page cache had gets it back from the journal', async () => {
  const files = await killedAfter((partition) => appendMany(partition, 10))
  files.remove(`${first}.log`)
  await using log = await openLog({ files })
  assert.equal(readAll(log.partition(sensors.topicId, 0) as PartitionLog).length > 0, true)
  assert.equal(log.partition(sensors.topicId, 0)?.endOffset, 11n)
})

for (const [name, bytes] of [
  ['zeros', Buffer.alloc(64)],
  ['nonsense', Buffer.alloc(64, 7)],
] as const) {
  test(`an index of ${name} is made again, and reads find what they should`, async () => {
    const files = new FaultyFiles()
    const log = await openLog({ files })
    const partition = await log.createPartition(sensors, { indexIntervalBytes: 200 })
    await appendMany(partition, 200)
    const contents = readAll(partition)
    await log.close()
    for (const end of ['index', 'timeindex']) files.damage(`${first}.${end}`, 0, bytes)
    await using again = await openLog({ files })
    const found = again.partition(sensors.topicId, 0) as PartitionLog
    for (const offset of [0n, 1n, 7n, 50n, 200n]) {
      const slice = found.read(offset, 1, true)
      const target = Buffer.alloc(slice.bytes)
      slice.copyInto(target, 0)
      assert.equal(target.readBigInt64BE(0), offset)
    }
    assert.deepEqual(readAll(found, 300), contents)
  })
}

test('a missing index is no loss', async () => {
  const files = await killedAfter((partition) => appendMany(partition, 100))
  for (const name of files.list(folder)) {
    if (name.endsWith('index')) files.remove(`${folder}/${name}`)
  }
  await using log = await openLog({ files })
  const offsets = offsetsIn(readAll(log.partition(sensors.topicId, 0) as PartitionLog, 500))
  assert.equal(offsets.length, 101)
})

test('a damaged segment does not hinder the start; reading it names the file and the position', async () => {
  const files = new FaultyFiles()
  const log = await openLog({ files })
  await appendMany(await log.createPartition(sensors), 3)
  await log.close()
  files.damage(`${first}.log`, 100, Buffer.from([255]))
  await using again = await openLog({ files })
  const partition = again.partition(sensors.topicId, 0) as PartitionLog
  assert.throws(() => readAll(partition), {
    code: 'damaged-segment',
    facts: {
      path: `${first}.log`,
      position: batchOf(['value 0']).length,
      what: 'the CRC-32C of a batch is wrong',
    },
  })
})

test('a segment that is shorter than a checkpoint said is refused', async () => {
  const files = new FaultyFiles()
  const log = await openLog({ files })
  await appendMany(await log.createPartition(sensors), 3)
  await log.close()
  files.open(`${first}.log`).truncate(100)
  await assert.rejects(openLog({ files }), { code: 'missing-records' })
  assert.equal(files.exists('/data/lock'), false)
})

test('a damaged group before a good one in the journal is refused, not skipped', async () => {
  const files = await killedAfter(async (partition) => {
    for (const value of ['a', 'b', 'c']) await appendDurably(partition, batchOf([value]))
  })
  files.damage('/data/journal-0', 4096 + 60, Buffer.from('damage'))
  await assert.rejects(openLog({ files }), {
    code: 'damaged-journal',
    message: /'\/data\/journal-0'/,
  })
})

test('damaged recovery points are refused; without the file everything is read again', async () => {
  const files = await killedAfter((partition) => appendMany(partition, 100))
  files.damage('/data/recovery-points', 10, Buffer.from([1, 2, 3]))
  await assert.rejects(openLog({ files }), { code: 'damaged-recovery-points' })
  files.remove('/data/recovery-points')
  await using log = await openLog({ files })
  assert.equal(log.partition(sensors.topicId, 0)?.endOffset, 101n)
})

test('a journal that fills many times over is reused, and recovery reads what is left of it', async () => {
  const settings = { journalBytes: 16 * 1024 }
  const files = await killedAfter(async (partition) => {
    for (let index = 0; index < 50; index++) await appendDurably(partition, batchOf([`${index}`]))
  }, settings)
  assert.equal(files.sizeOf('/data/journal-0'), 16 * 1024)
  await using log = await openLog({ files, settings })
  assert.equal(log.partition(sensors.topicId, 0)?.endOffset, 50n)
})

test('folders of partitions that were never acknowledged are removed', async () => {
  const files = await killedAfter((partition) => appendDurably(partition, batchOf(['a'])))
  files.makeFolder('/data/topics/half-0')
  await using log = await openLog({ files })
  assert.equal([...log.partitions()].length, 1)
  assert.deepEqual(files.list('/data/topics'), ['sensors-0'])
})

test('a folder with records but without an identity is refused, not removed', async () => {
  const files = await killedAfter((partition) => appendDurably(partition, batchOf(['a'])))
  files.remove(`${folder}/partition.metadata`)
  await assert.rejects(openLog({ files }), { code: 'damaged-partition' })
  assert.ok(files.exists(`${first}.log`))
})
