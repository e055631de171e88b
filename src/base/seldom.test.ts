import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Seldom } from './seldom.ts'
import { ManualClock } from './testing/manual-clock.ts'

test('what happens often is said once in a while, with how often it was passed over', () => {
  const clock = new ManualClock()
  const seldom = new Seldom(clock, 1000)
  const flood = () => Array.from({ length: 100 }, () => seldom.due('refused'))
  assert.deepEqual(
    flood().filter((passed) => passed !== undefined),
    [0],
  )
  assert.equal(seldom.due('another'), 0)
  clock.advance(1000)
  assert.deepEqual(
    flood().filter((passed) => passed !== undefined),
    [99],
  )
})
