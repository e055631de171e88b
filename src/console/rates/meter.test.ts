import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import { silentLogger } from '../../base/logger.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import type { KafkaClient } from '../../client/index.ts'
import { RateMeter, type Reading } from './meter.ts'

/** A cluster with one topic, each look at which takes so long. */
function setUp(tookMs = 0) {
  const manual = new ManualClock()
  let setByMs = 0
  let nextSetByMs = 0
  const clock: Clock = {
    now: () => manual.now() + setByMs,
    after: (ms, action) => manual.after(ms, action),
  }
  const looks = { topics: 0, groups: 0 }
  const client = {
    topics: async () => {
      looks.topics += 1
      manual.advance(tookMs)
      setByMs += nextSetByMs
      nextSetByMs = 0
      return [{ name: 'readings', internal: false, partitions: [{ partition: 0, leader: 1 }] }]
    },
    offsets: async () => [{ topic: 'readings', partition: 0, offset: BigInt(looks.topics) * 10n }],
    request: async () => {
      looks.groups += 1
      return { brokers: [] }
    },
  } as unknown as KafkaClient
  const meter = new RateMeter(async () => client, clock, silentLogger)
  const turn = async (ms: number) => {
    manual.advance(ms)
    for (let times = 0; times < 20; times++) await nextTurn()
  }
  /** While it is looked at the next time. */
  const setClock = (byMs: number) => {
    nextSetByMs = byMs
  }
  return { meter, looks, turn, setClock }
}

test('it is measured once a second, however many listen, groups less often, and not while nobody does', async () => {
  const { meter, looks, turn } = setUp()
  const readings: Reading[] = []
  const ends = [1, 2, 3].map(() => meter.listen((reading) => readings.push(reading)))
  await turn(0)
  for (let second = 0; second < 10; second++) await turn(1000)
  assert.deepEqual(looks, { topics: 11, groups: 3 })
  assert.equal(readings.length, 33)
  assert.equal(readings[0]?.before, undefined)
  const { now, before } = readings.at(-1) as Reading
  assert.deepEqual([now.ends.get('readings'), before?.ends.get('readings')], [110n, 100n])
  assert.equal(now.atMs - (before?.atMs ?? 0), 1000)
  for (const end of ends) end()
  for (let second = 0; second < 10; second++) await turn(1000)
  assert.equal(looks.topics, 11)
  const end = meter.listen(() => {})
  await turn(0)
  assert.equal(looks.topics, 12)
  end()
})

test('where measuring takes long it takes no more than a twentieth of the time', async () => {
  const { meter, looks, turn } = setUp(500)
  const end = meter.listen(() => {})
  await turn(0)
  for (let second = 0; second < 31; second++) await turn(1000)
  assert.ok(looks.topics >= 3 && looks.topics <= 4, `${looks.topics}`)
  end()
})

for (const [what, byMs] of [
  ['set back', -3_600_000],
  ['turned on, as after a sleep', 8 * 3_600_000],
] as const) {
  test(`a clock that is ${what} does not stop it`, async () => {
    const { meter, looks, turn, setClock } = setUp()
    const end = meter.listen(() => {})
    await turn(0)
    setClock(byMs)
    for (let second = 0; second < 130; second++) await turn(1000)
    assert.ok(looks.topics > 60, `${looks.topics} looks`)
    assert.ok(looks.groups > 10, `${looks.groups} looks at groups`)
    end()
  })
}
