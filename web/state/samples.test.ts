import assert from 'node:assert/strict'
import { test } from 'node:test'
import { busiest, fallingBehind, pastOf, processorShare, type Sample } from './samples.ts'

const rates = (perSecond: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(perSecond).map(([name, rate]) => [name, { end: '9', perSecond: rate }]),
  )

function pastWith(lags: readonly number[], seconds = 10, cpu = 0.5) {
  return lags.map((lag, index) =>
    pastOf({
      at: index * seconds * 1000,
      topics: {},
      groups: { g: `${lag}`, quiet: '0' },
      process: { cpuSeconds: index * seconds * cpu, residentBytes: 1 },
    }),
  )
}

test('the busiest topics come first, and silent ones not at all', () => {
  const names = busiest(rates({ a: 1, b: 3, c: 0, d: 3 }), 2).map(([name]) => name)
  assert.deepEqual(names, ['b', 'd'])
})

test('of a sample that is over only the busiest topics are remembered', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`t${index}`, index]))
  const behind = Object.fromEntries(Object.entries(many).map(([name, lag]) => [name, `${lag}`]))
  const sample: Sample = { at: 1, topics: rates(many), groups: behind }
  const { perSecond, lags } = pastOf(sample)
  assert.deepEqual([perSecond.size, perSecond.get('t999'), lags.size], [20, 999, 20])
})

test('a group whose lag only grows is falling behind', () => {
  assert.deepEqual(fallingBehind(pastWith([0, 200, 900])), [{ group: 'g', lag: 900, grew: 900 }])
  assert.deepEqual(fallingBehind(pastWith([0, 900, 400])), [])
  assert.deepEqual(fallingBehind(pastWith([5, 6, 7])), [])
  assert.deepEqual(fallingBehind(pastWith([0, 900], 1)), [])
  assert.deepEqual(fallingBehind([]), [])
})

test('the share of a processor is of the time that was looked at', () => {
  assert.equal(processorShare(pastWith([0, 0, 0], 10, 0.25)), 0.25)
  assert.equal(processorShare(pastWith([0])), undefined)
})
