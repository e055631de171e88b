import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../base/random.ts'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import type { Log } from './log.ts'
import type { PartitionLog } from './partition-log.ts'
import {
  aloneIn,
  append,
  batchOf,
  offsetsIn,
  openLog,
  readAll,
  recordingLogger,
  sensors,
  until,
} from './testing/workbench.ts'

const folder = '/data/topics/sensors-0'
const first = `${folder}/00000000000000000000.log`
const pointsPath = '/data/written-points'
const settings = { checkpointMs: 1000 }
const value = 'x'.repeat(1000)

/** A log with durability `os` that notes what is written whenever it is asked to. */
async function osLog(files: FaultyFiles, more: Parameters<typeof openLog>[0] = {}) {
  const clock = new ManualClock()
  const log = await openLog({ files, clock, settings, durability: 'os', ...more })
  const done: string[] = []
  const { rename, syncDirectory } = files
  files.rename = (from, to) => {
    rename.call(files, from, to)
    done.push(to)
  }
  files.syncDirectory = async (path) => {
    await syncDirectory.call(files, path)
    done.push(path)
  }
  /** Resolves when there are points of all that was appended: as it is written, or as synced. */
  const checkpoint = async (points: 'written' | 'synced' = 'written') => {
    done.length = 0
    clock.advance(settings.checkpointMs)
    await until(() => done.includes(points === 'written' ? pointsPath : '/data'))
  }
  return { log, checkpoint }
}

function write(partition: PartitionLog, count: number): void {
  for (let left = count; left > 0; left--) append(partition, batchOf([value]))
}

function sensorsOf(log: Log): PartitionLog {
  const partition = log.partition(sensors.topicId, 0)
  assert.ok(partition !== undefined)
  return partition
}

/** The disk after `kill -9` of a log that wrote 100 batches before a checkpoint and 3 behind it. */
async function killed() {
  const files = new FaultyFiles()
  const { log, checkpoint } = await osLog(files)
  const partition = await log.createPartition(sensors)
  write(partition, 100)
  await checkpoint()
  write(partition, 3)
  return files.copy()
}

/** Opens a log and counts the bytes that it reads of segments meanwhile. */
async function openCounting(files: FaultyFiles, more: Parameters<typeof openLog>[0] = {}) {
  const logger = recordingLogger()
  let bytes = 0
  files.atRead = (path, count) => {
    if (path.endsWith('.log')) bytes += count
  }
  const log = await openLog({ files, durability: 'os', logger, settings, ...more })
  files.atRead = () => {}
  const warned = logger.lines.flatMap(({ level, facts }) => (level === 'warn' ? facts?.why : []))
  return { log, bytes, warned }
}

test('with durability os a checkpoint syncs nothing of a segment that grows', async () => {
  const files = new FaultyFiles()
  const { log, checkpoint } = await osLog(files)
  const partition = await log.createPartition(sensors)
  write(partition, 10)
  // The first one tells the recovery points of a new partition.
  await checkpoint('synced')
  const synced: string[] = []
  files.atSync = (_, path) => synced.push(path)
  for (let round = 0; round < 5; round++) {
    write(partition, 10)
    await checkpoint()
  }
  assert.deepEqual(synced, [])
})

test('after kill -9 recovery reads only what came after the last checkpoint', async () => {
  const { log, bytes, warned } = await openCounting(await killed())
  assert.equal(offsetsIn(readAll(sensorsOf(log))).length, 103)
  assert.equal(bytes, 3 * batchOf([value]).length)
  assert.deepEqual(warned, [])
})

test('after kill -9 again and again nothing is read twice, and producers are known', async () => {
  let files = new FaultyFiles()
  const draft = { producerId: 7n, producerEpoch: 0 }
  for (let round = 0; round < 4; round++) {
    const { log, checkpoint } = await osLog(files)
    const partition = round === 0 ? await log.createPartition(sensors) : sensorsOf(log)
    partition.configure({ ...partition.policy, segmentBytes: 4000 })
    for (let index = 0; index < 10; index++) {
      append(partition, batchOf([value], { ...draft, baseSequence: round * 11 + index }))
    }
    await checkpoint()
    append(partition, batchOf([value], { ...draft, baseSequence: round * 11 + 10 }))
    files = files.copy()
  }
  const { log, bytes } = await openCounting(files)
  assert.equal(offsetsIn(readAll(sensorsOf(log))).length, 44)
  assert.ok(bytes <= 2 * batchOf([value]).length, `${bytes} bytes were read`)
  const again = append(sensorsOf(log), batchOf([value], { ...draft, baseSequence: 43 }))
  assert.deepEqual([again.duplicate, again.baseOffset], [true, 43n])
})

test('after another boot the points as written are void', async () => {
  const { log, bytes, warned } = await openCounting(await killed(), {
    processes: aloneIn('the next boot'),
  })
  assert.equal(bytes, 103 * batchOf([value]).length)
  assert.equal(sensorsOf(log).endOffset, 103n)
  assert.deepEqual(warned, ['the machine has been started anew'])
})

test('after kill -9 recovery reads no more than is written between two checkpoints, however fast', async () => {
  const files = new FaultyFiles()
  const often = { ...settings, osCheckpointBytes: 20_000, checkpointBytes: 10 ** 9 }
  const { log } = await osLog(files, { settings: often })
  const partition = await log.createPartition(sensors)
  write(partition, 100)
  await until(() => files.exists(pointsPath))
  write(partition, 10)
  const { log: again, bytes } = await openCounting(files.copy())
  assert.equal(sensorsOf(again).endOffset, 110n)
  assert.ok(bytes < 2 * often.osCheckpointBytes, `${bytes} bytes were read`)
})

test('where the machine does not tell its boot a checkpoint syncs all', async () => {
  const files = new FaultyFiles()
  const { log, checkpoint } = await osLog(files, { processes: aloneIn(undefined) })
  write(await log.createPartition(sensors), 10)
  let isSynced = false
  files.atSync = (_, path) => {
    if (path === first) isSynced = true
  }
  await checkpoint('synced')
  assert.ok(isSynced)
  assert.equal(files.exists(pointsPath), false)
})

test('after a power loss all is there of the segments that were finished before a checkpoint', async () => {
  const files = new FaultyFiles()
  const { log, checkpoint } = await osLog(files)
  const partition = await log.createPartition(sensors, { segmentBytes: 10_000 })
  write(partition, 95)
  assert.ok(partition.closedSegments.length > 5)
  await checkpoint('synced')
  for (let seed = 1; seed <= 20; seed++) {
    const lost = files.powerLoss(seededRandom(seed))
    const { log: again, bytes } = await openCounting(lost, { processes: aloneIn('next') })
    assert.ok(sensorsOf(again).endOffset >= 81n, `seed ${seed}`)
    assert.ok(bytes <= 15 * batchOf([value]).length, 'what was finished is not read')
    const { length } = offsetsIn(readAll(sensorsOf(again)))
    assert.equal(BigInt(length), sensorsOf(again).endOffset)
  }
})

test('finished segments that a killed process had not synced are synced by the next one, with their names', async () => {
  const files = new FaultyFiles()
  const { log, checkpoint } = await osLog(files)
  const partition = await log.createPartition(sensors, { segmentBytes: 10_000 })
  write(partition, 1)
  await checkpoint('synced')
  write(partition, 94)
  let left = files
  files.atSync = (moment) => {
    if (moment === 'before' && left === files) left = files.copy()
  }
  await checkpoint()
  await until(() => left !== files)
  const { bytes } = await openCounting(left)
  assert.equal(bytes, 0)
  for (let seed = 1; seed <= 20; seed++) {
    const lost = left.powerLoss(seededRandom(seed))
    const { log: again } = await openCounting(lost, { processes: aloneIn('next') })
    assert.equal(sensorsOf(again).endOffset, 95n, `seed ${seed}`)
    assert.equal(offsetsIn(readAll(sensorsOf(again))).length, 95)
  }
})

for (const [what, why, spoil] of [
  [
    'damaged',
    'the file is damaged: the CRC is wrong',
    (files: FaultyFiles) => files.damage(pointsPath, 30, Buffer.from([1, 2, 3])),
  ],
  [
    'cut short',
    'the file is damaged: it does not start as such a file does',
    (files: FaultyFiles) => files.damage(pointsPath, 0, Buffer.alloc(12)),
  ],
  [
    'beside a segment that lost its end',
    `'${first}' is shorter than it was`,
    (files: FaultyFiles) => files.open(first).truncate(50 * batchOf([value]).length),
  ],
] as const) {
  test(`points as written that are ${what} cost only time`, async () => {
    const files = await killed()
    const size = files.sizeOf(first) ?? 0
    spoil(files)
    const { log, bytes, warned } = await openCounting(files)
    assert.deepEqual(warned, [why])
    const left = files.sizeOf(first) ?? 0
    assert.equal(bytes, left)
    assert.equal(sensorsOf(log).endOffset, left === size ? 103n : 50n)
  })
}

test('points as written are void after a leat that does not know them', async () => {
  const files = await killed()
  const old = Buffer.alloc(files.sizeOf(pointsPath) ?? 0)
  files.open(pointsPath).read(old, 0, old.length, 0)
  const later = await openLog({ files })
  write(sensorsOf(later), 1)
  await later.settled()
  // It left them where they were.
  const left = files.copy()
  left.open(pointsPath, { create: true }).write(old, 0)
  const { log, warned } = await openCounting(left)
  assert.equal(sensorsOf(log).endOffset, 104n)
  assert.deepEqual(warned, ["somebody has written 'recovery-points' after it"])
})

test('what durability os left unsynced is on the disk once a log is open with durability disk', async () => {
  const files = await killed()
  const { bytes } = await openCounting(files, { durability: 'disk' })
  assert.equal(bytes, 3 * batchOf([value]).length)
  assert.equal(files.exists(pointsPath), false)
  for (let seed = 1; seed <= 20; seed++) {
    const lost = files.powerLoss(seededRandom(seed))
    await using log = await openLog({ files: lost, processes: aloneIn('next') })
    assert.equal(sensorsOf(log).endOffset, 103n, `seed ${seed}`)
  }
})

test('a clean stop with durability os leaves all of it on the disk', async () => {
  const files = new FaultyFiles()
  const { log, checkpoint } = await osLog(files)
  const partition = await log.createPartition(sensors)
  write(partition, 20)
  await checkpoint()
  await log.close()
  assert.equal(files.exists(pointsPath), false)
  for (let seed = 1; seed <= 20; seed++) {
    const lost = files.powerLoss(seededRandom(seed))
    const { log: again, bytes } = await openCounting(lost, { processes: aloneIn('next') })
    assert.equal(sensorsOf(again).endOffset, 20n, `seed ${seed}`)
    assert.equal(bytes, 0)
  }
})

test('with durability os records that are deleted stay deleted after a power loss', async () => {
  const files = new FaultyFiles()
  const { log, checkpoint } = await osLog(files)
  const partition = await log.createPartition(sensors)
  write(partition, 20)
  await checkpoint()
  await partition.deleteRecordsBefore(15n)
  for (let seed = 1; seed <= 20; seed++) {
    const lost = files.powerLoss(seededRandom(seed))
    const { log: again } = await openCounting(lost, { processes: aloneIn('next') })
    const { startOffset, endOffset } = sensorsOf(again)
    assert.deepEqual([startOffset, endOffset], [15n, 20n], `seed ${seed}`)
  }
})
