import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { Rate } from './rate.ts'

test('a rate is that of the last ten seconds, however seldom it is asked', () => {
  const clock = new ManualClock(60_000)
  const rate = new Rate(clock)
  rate.add(500)
  clock.advance(2000)
  assert.equal(rate.perSecond(), 250)
  clock.advance(3_600_000)
  assert.equal(rate.perSecond(), 0)
  for (let second = 0; second < 30; second++) {
    rate.add(100)
    clock.advance(1000)
  }
  assert.equal(rate.perSecond(), 100)
  assert.equal(rate.total, 3500)
})

test('a second that has just begun counts for what it has lasted', () => {
  const clock = new ManualClock(60_500)
  const rate = new Rate(clock)
  rate.add(10)
  assert.equal(rate.perSecond(), 10)
  clock.advance(3500)
  assert.equal(rate.perSecond(), 10 / 3.5)
})
