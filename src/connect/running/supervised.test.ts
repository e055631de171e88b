import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { silentLogger } from '../../base/logger.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { type Attempt, Supervised } from './supervised.ts'

function supervise(attempt: (attempt: Attempt) => Promise<void>) {
  const clock = new ManualClock()
  const states: string[] = []
  const supervised = new Supervised({
    ...{ name: 'task', attempt, clock, logger: silentLogger },
    // Neither more nor less than the whole back-off.
    random: { next: () => 0.5, bytes: () => Buffer.alloc(0) },
    onState: async (state) => void states.push(state),
    backOff: { firstMs: 1000, longestMs: 8000 },
  })
  return { clock, states, supervised }
}

test('what fails is begun again after a pause that doubles up to a limit', async () => {
  let attempts = 0
  const { clock, supervised } = supervise(async () => {
    attempts += 1
    throw new Error('it is broken')
  })
  for (const ms of [1000, 2000, 4000, 8000, 8000]) {
    await settled()
    const before = attempts
    clock.advance(ms - 1)
    await settled()
    assert.equal(attempts, before)
    clock.advance(1)
    await settled()
    assert.equal(attempts, before + 1)
  }
  await supervised.close()
})

test('after a success the next failure is the first one again', async () => {
  let attempts = 0
  const { clock, supervised } = supervise(async ({ succeeded }) => {
    attempts += 1
    if (attempts === 3) succeeded()
    throw new Error('it is broken')
  })
  await settled()
  for (const ms of [1000, 2000, 1000]) {
    clock.advance(ms)
    await settled()
  }
  assert.equal(attempts, 4)
  await supervised.close()
})

test('a restart by hand waits for nothing', async () => {
  let attempts = 0
  const { states, supervised } = supervise(async ({ running, signal }) => {
    attempts += 1
    if (attempts === 1) throw new Error('it is broken')
    await running()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  })
  await settled()
  assert.ok(supervised.isFailed)
  supervised.restart()
  await settled()
  assert.equal(attempts, 2)
  await supervised.close()
  assert.deepEqual(states, ['FAILED', 'RUNNING', 'UNASSIGNED'])
})

/** Everything that waits for nothing has happened. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await turn()
}
