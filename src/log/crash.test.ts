import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../base/random.ts'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { points } from '../base/testing/points.ts'
import type { Log } from './log.ts'
import { CrashModel, type CrashPoint, judge } from './testing/crash-model.ts'
import { openLog } from './testing/workbench.ts'

const crashPoints = points('CRASH_POINTS', { few: 1000, all: 2000 })
const firstSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
const generations = 4
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

/** With durability `os` only the end of the process is survived, until recovery has synced all. */
type LifePoint = CrashPoint & { readonly killedOnly?: boolean }

/** A log that works, loses power, recovers, works on, …; returns how many crash points were judged. */
async function life(random: Random): Promise<number> {
  let point: LifePoint = { files: new FaultyFiles(), at: 'the beginning', partitions: [] }
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
  const durability = random.next() < 0.2 ? 'os' : 'disk'
  const points: LifePoint[] = []
  let model: CrashModel | undefined
  files.atSync = (moment, path) => {
    // While it still recovers, what was promised before has to hold.
    const onDisk = durability === 'disk' && (model !== undefined || !from.killedOnly)
    const killed = !onDisk || random.next() < 0.1
    const lost = killed ? files.copy() : files.powerLoss(random)
    const at = `${killed ? 'killed' : 'power lost'} ${moment} the sync of ${path}`
    const point = model?.crashPoint(lost, at) ?? { ...from, files: lost, at }
    points.push({ ...point, killedOnly: !onDisk })
  }
  const log = await openLog({ files, clock, settings, durability })
  model = new CrashModel(random, log, judge(log, from))
  for (let steps = between(random, 10, 80); steps > 0; steps--) {
    await model.step()
    if (random.next() < 0.03) clock.advance(settings.checkpointMs)
  }
  await model.finish()
  if (random.next() < 0.5) await log.close()
  return points
}

async function checkRecovery(point: CrashPoint, random: Random): Promise<void> {
  try {
    const files = point.files.copy()
    const log = await openLog({ files, settings })
    judge(log, point)
    const contents = summary(log)
    // A kill, or one more power loss, right after recovery changes nothing.
    for (const again of [files.copy(), files.powerLoss(random)]) {
      const recovered = await openLog({ files: again, settings })
      assert.deepEqual(summary(recovered), contents, 'recovered twice is recovered once')
    }
  } catch (error) {
    throw new Error(point.at, { cause: error })
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
