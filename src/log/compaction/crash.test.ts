import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../../base/random.ts'
import { FaultyFiles } from '../../base/testing/faulty-files.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { points } from '../../base/testing/points.ts'
import type { Log } from '../log.ts'
import type { PartitionLog } from '../partition-log.ts'
import { defaultPolicy } from '../settings.ts'
import { keyed, recordsOf } from '../testing/keyed.ts'
import { aloneIn, append, openLog, sensors } from '../testing/workbench.ts'
import { type Problem, verifyDirectory } from '../verify.ts'

const crashPoints = points('CRASH_POINTS', { few: 200, all: 1000 })
const firstSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
const generations = 4
const settings = {
  journalBytes: 32 * 1024,
  directBytes: 1024,
  groupBytes: 16 * 1024,
  openFiles: 8,
  checkpointMs: 1000,
  cleanerBackoffMs: 100,
  dedupeBufferBytes: 24 * 6,
}
const policy = {
  ...defaultPolicy,
  compacted: true,
  segmentBytes: 1024,
  indexIntervalBytes: 128,
  minCleanableDirtyRatio: 0.2,
  deleteRetentionMs: 2000,
}

test(`no power loss undoes a compaction by halves (${crashPoints} crash points from SEED=${firstSeed})`, async () => {
  let done = 0
  for (let seed = firstSeed; done < crashPoints; seed++) {
    try {
      done += await life(seededRandom(seed))
    } catch (error) {
      throw new Error(`repeat with SEED=${seed}`, { cause: error })
    }
  }
})

/** A record as it was written; without a value a tombstone. */
interface Written {
  readonly offset: bigint
  readonly key: string
  readonly value: string | undefined
}

interface CrashPoint {
  readonly files: FaultyFiles
  readonly at: string
  /** By offset; what was acknowledged is before `promised`. */
  readonly written: readonly Written[]
  readonly promised: bigint
  /** What durability `disk` promised, which holds after a power loss; `os` promises no more. */
  readonly synced: bigint
  readonly boot: number
  readonly start: { readonly asked: bigint; readonly promised: bigint }
}

const nothing = {
  written: [],
  promised: 0n,
  synced: 0n,
  boot: 0,
  start: { asked: 0n, promised: 0n },
}

/** A log that works, is compacted, loses power, recovers, works on, …; returns the count of crash points. */
async function life(random: Random): Promise<number> {
  let point: CrashPoint = { files: new FaultyFiles(), at: 'the beginning', ...nothing }
  let count = 0
  for (let generation = 0; generation < generations; generation++) {
    const points = await work(point, random)
    for (const one of points) await checkRecovery(one)
    count += points.length
    point = pick(random, points)
  }
  return count
}

/** Works on from a crash point; returns what a power loss at each sync may leave. */
async function work(from: CrashPoint, random: Random): Promise<CrashPoint[]> {
  const files = from.files.copy()
  const clock = new ManualClock()
  const points: CrashPoint[] = []
  const durability = random.next() < 0.4 ? 'os' : 'disk'
  let { written, promised, synced, start } = from
  files.atSync = (moment, path) => {
    const killed = random.next() < (durability === 'os' ? 0.5 : 0.1)
    const at = `${killed ? 'killed' : 'power lost'} ${moment} the sync of ${path} (${durability})`
    const left = killed ? files.copy() : files.powerLoss(random)
    const { boot } = from
    const known = killed ? { promised, boot } : { promised: synced, boot: boot + 1 }
    points.push({ files: left, at, written, synced, start, ...known })
  }
  const processes = aloneIn(`boot ${from.boot}`)
  const log = await openLog({ files, clock, settings, durability, processes })
  const partition = await partitionOf(log)
  judge(partition, from)
  written = written.filter(({ offset }) => offset < partition.endOffset)
  promised = partition.endOffset
  if (durability === 'disk') synced = promised
  start = { asked: partition.startOffset, promised: partition.startOffset }
  const pending: Promise<unknown>[] = []
  for (let steps = between(random, 20, 120); steps > 0; steps--) {
    const dice = random.next()
    if (dice < 0.01) {
      const offset = BigInt(between(random, Number(start.asked), Number(partition.durableOffset)))
      start = { ...start, asked: offset }
      const deleted = partition.deleteRecordsBefore(offset).then(() => {
        if (offset > start.promised) start = { ...start, promised: offset }
      })
      pending.push(deleted)
    } else if (dice < 0.4) {
      clock.advance(between(random, 1, 300))
      await new Promise((resolve) => setImmediate(resolve))
    } else {
      const { texts, options } = draft(partition, random)
      const { baseOffset, lastOffset, durable } = append(partition, keyed(texts, options))
      written = [...written, ...texts.map((text, index) => asWritten(text, baseOffset, index))]
      pending.push(
        durable.then(() => {
          if (lastOffset >= promised) promised = lastOffset + 1n
          if (durability === 'disk') synced = promised
        }),
      )
    }
  }
  await Promise.all(pending)
  clock.advance(settings.cleanerBackoffMs)
  await log.settled()
  if (random.next() < 0.5) await log.close()
  return points
}

function draft(partition: PartitionLog, random: Random) {
  const texts = Array.from({ length: between(random, 1, 4) }, () => {
    const key = `key ${between(random, 1, 8)}`
    if (random.next() < 0.2) return key
    return `${key}=${'x'.repeat(between(random, 1, random.next() < 0.05 ? 1500 : 60))}${random.next()}`
  })
  const compression = pick(random, ['none', 'gzip', 'lz4'] as const)
  if (random.next() < 0.6) return { texts, options: { compression } }
  const producerId = BigInt(between(random, 1, 2))
  const known = [...partition.producers()].find((one) => one.producerId === producerId)
  const baseSequence = known === undefined ? 0 : known.lastSequence + 1
  return { texts, options: { compression, producerId, producerEpoch: 0, baseSequence } }
}

function asWritten(text: string, baseOffset: bigint, index: number): Written {
  const [key = '', value] = text.split('=')
  return { offset: baseOffset + BigInt(index), key, value }
}

async function partitionOf(log: Log): Promise<PartitionLog> {
  const partition = log.partition(sensors.topicId, 0) ?? (await log.createPartition(sensors))
  partition.configure(policy)
  return partition
}

async function checkRecovery(point: CrashPoint): Promise<void> {
  try {
    const files = point.files.copy()
    const processes = () => aloneIn(`boot ${point.boot}`)
    const careful = { ...settings, cleanerEnabled: false }
    const log = await openLog({ files, settings: careful, processes: processes() })
    const partition = log.partition(sensors.topicId, 0)
    if (partition === undefined) {
      assert.equal(point.promised, 0n, 'the partition is not lost')
      return
    }
    judge(partition, point)
    const offsets = recordsOf(partition).map(({ offset }) => offset)
    const left = files.copy()
    const again = await openLog({ files: left, settings, processes: processes() })
    const found = recordsOf(await partitionOf(again)).map(({ offset }) => offset)
    assert.deepEqual(found, offsets, 'recovered twice is recovered once')
    await log.close()
    const problems: unknown[] = []
    const onProblem = ({ path, what }: Problem) => {
      // What a power loss did to an index is found, and put right, when it is used.
      if (path.endsWith('.log')) problems.push(`${path}: ${what}`)
    }
    await verifyDirectory('/data', { files, onProblem })
    assert.deepEqual(problems, [])
  } catch (error) {
    throw new Error(point.at, { cause: error })
  }
}

function judge(partition: PartitionLog, { written, promised, start }: CrashPoint): void {
  const { startOffset, endOffset } = partition
  assert.ok(endOffset >= promised, 'what was acknowledged is there')
  assert.ok(startOffset >= start.promised && startOffset <= start.asked)
  const asked = new Map(written.map((one) => [one.offset, one]))
  const found = recordsOf(partition).filter(({ offset }) => offset >= startOffset)
  const last = new Map<string, bigint>()
  let before = -1n
  for (const { offset, key, value } of found) {
    assert.ok(offset > before && offset < endOffset, 'offsets go up')
    before = offset
    const { key: askedKey, value: askedValue } = asked.get(offset) ?? {}
    assert.deepEqual([String(key), value?.toString()], [askedKey, askedValue], 'a record is itself')
    last.set(String(key), offset)
  }
  assert.deepEqual(
    recordsOf(partition, 300).map(({ offset }) => offset),
    recordsOf(partition).map(({ offset }) => offset),
    'small fetches read the same',
  )
  const expected = new Map<string, Written>()
  for (const one of written) if (one.offset < endOffset) expected.set(one.key, one)
  for (const [key, { offset, value }] of expected) {
    if (offset < startOffset) continue
    const isGone = last.get(key) === undefined && value === undefined
    assert.ok(
      isGone || last.get(key) === offset,
      `the last record of '${key}', ${offset}, is there`,
    )
  }
}
