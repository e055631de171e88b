import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../../base/testing/manual-clock.ts'
import { Coalesced } from './coalesced.ts'

function counted(clock: ManualClock) {
  const runs: PromiseWithResolvers<void>[] = []
  const coalesced = new Coalesced(clock, 100, () => {
    const run = Promise.withResolvers<void>()
    runs.push(run)
    return run.promise
  })
  return { coalesced, runs }
}

test('what many ask for is done once, an interval after the first', () => {
  const clock = new ManualClock()
  const { coalesced, runs } = counted(clock)
  for (let asked = 0; asked < 10; asked++) coalesced.ask()
  clock.advance(99)
  assert.equal(runs.length, 0)
  clock.advance(1)
  assert.equal(runs.length, 1)
})

test('what is asked for while it runs is done afterwards, never twice at once', async () => {
  const clock = new ManualClock()
  const { coalesced, runs } = counted(clock)
  coalesced.ask()
  clock.advance(100)
  coalesced.ask()
  clock.advance(1000)
  assert.equal(runs.length, 1)
  const settled = coalesced.settle()
  runs[0]?.resolve()
  while (runs.length < 2) await Promise.resolve()
  runs[1]?.resolve()
  await settled
  clock.advance(1000)
  assert.equal(runs.length, 2)
})
