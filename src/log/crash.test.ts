import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../base/random.ts'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { points } from '../base/testing/points.ts'
import type { Log } from './log.ts'
import { afterPowerLoss, CrashModel, type CrashPoint, judge } from './testing/crash-model.ts'
import { aloneIn, openLog } from './testing/workbench.ts'

const crashPoints = points('CRASH_POINTS', { few: 600, all: 2000 })
const firstSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
const generations = 4
/** How often a log is opened with durability `os`. */
const osShare = 0.4
const settings = {
  journalBytes: 32 * 1024,
  directBytes: 2048,
  groupBytes: 16 * 1024,
  openFiles: 8,
  checkpointMs: 1000,
}

test(`no power loss takes what was acknowledged (${crashPoints} crash points from SEED=${firstSeed})`, async () => {
  let done = 0
  for (let seed = firstSeed; done < crashPoints; seed++) {
    try {
      done += await life(seededRandom(seed))
    } catch (error) {
      throw new Error(`repeat with SEED=${seed}`, { cause: error })
    }
  }
})

/** A point in the life of a machine, which a power loss starts anew. */
type LifePoint = CrashPoint & { readonly boot: number }

/** A log that works, loses power, recovers, works on, …; returns how many crash points were judged. */
async function life(random: Random): Promise<number> {
  let point: LifePoint = { files: new FaultyFiles(), at: 'the beginning', partitions: [], boot: 0 }
  let count = 0
  for (let generation = 0; generation < generations; generation++) {
    const points = await work(point, random)
    for (const one of points) await checkRecovery(one, random)
    count += points.length
    point = pick(random, points)
  }
  return count
}

/** Works on from a crash point; returns what a power loss at each sync may leave. */
async function work(from: LifePoint, random: Random): Promise<LifePoint[]> {
  const files = from.files.copy()
  const clock = new ManualClock()
  const durability = random.next() < osShare ? 'os' : 'disk'
  const points: LifePoint[] = []
  let model: CrashModel | undefined
  const mayEnd = (when: string) => {
    const killed = random.next() < (durability === 'os' ? 0.5 : 0.1)
    const left = killed ? files.copy() : files.powerLoss(random)
    const at = `${killed ? 'killed' : 'power lost'} ${when} (${durability})`
    // While it still recovers, what was promised before has to hold.
    const point = model?.crashPoint(left, at) ?? { ...from, files: left, at }
    const { boot } = from
    points.push(killed ? { ...point, boot } : { ...afterPowerLoss(point), boot: boot + 1 })
  }
  files.atSync = (moment, path) => mayEnd(`${moment} the sync of ${path}`)
  const processes = aloneIn(`boot ${from.boot}`)
  const log = await openLog({ files, clock, settings, durability, processes })
  model = new CrashModel(random, log, durability, judge(log, from, durability))
  for (let steps = between(random, 10, 80); steps > 0; steps--) {
    await model.step()
    // Not much is synced then.
    if (durability === 'os' && random.next() < 0.1) mayEnd('between two steps')
    if (random.next() < 0.03) clock.advance(settings.checkpointMs)
  }
  await model.finish()
  if (random.next() < 0.5) await log.close()
  return points
}

async function checkRecovery(point: LifePoint, random: Random): Promise<void> {
  const durability = random.next() < osShare ? 'os' : 'disk'
  const open = (files: FaultyFiles, boot: number) =>
    openLog({ files, settings, durability, processes: aloneIn(`boot ${boot}`) })
  try {
    const files = point.files.copy()
    const log = await open(files, point.boot)
    judge(log, point, durability)
    const contents = summary(log)
    // A kill, or one more power loss, right after recovery changes nothing.
    const killed = await open(files.copy(), point.boot)
    assert.deepEqual(summary(killed), contents, 'recovered twice is recovered once')
    const lost = await open(files.powerLoss(random), point.boot + 1)
    if (durability === 'os') judge(lost, afterPowerLoss(point), durability)
    else assert.deepEqual(summary(lost), contents, 'recovered twice is recovered once')
  } catch (error) {
    throw new Error(`${point.at}, then ${durability}`, { cause: error })
  }
}

function summary(log: Log) {
  return [...log.partitions()].map((partition) => ({
    identity: partition.identity,
    startOffset: partition.startOffset,
    endOffset: partition.endOffset,
    producers: [...partition.producers()].map(({ producerId, epoch, lastSequence }) => ({
      producerId,
      epoch,
      lastSequence,
    })),
  }))
}
