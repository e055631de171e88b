import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Arrivals } from './arrivals.ts'
import { ManualClock } from './testing/manual-clock.ts'

test('an address has so many connections, and no more until one is closed', () => {
  const arrivals = new Arrivals({ mostOfAddress: 2, mostPerSecond: 100 }, new ManualClock())
  assert.deepEqual([arrivals.add('a'), arrivals.add('a')], [undefined, undefined])
  assert.equal(arrivals.add('a'), 'mostOfAddress')
  assert.equal(arrivals.add('b'), undefined)
  arrivals.remove('a')
  assert.equal(arrivals.add('a'), undefined)
})

test('new connections of an address are as many as a second allows, and then as time goes on', () => {
  const clock = new ManualClock()
  const arrivals = new Arrivals({ mostOfAddress: 100, mostPerSecond: 4 }, clock)
  const tries = (count: number) =>
    Array.from({ length: count }, () => arrivals.add('a')).filter((why) => why === undefined).length
  assert.equal(tries(10), 4)
  assert.equal(arrivals.add('b'), undefined, 'others are not held up')
  clock.advance(500)
  assert.equal(tries(10), 2)
  clock.advance(60_000)
  assert.equal(tries(10), 4)
})
