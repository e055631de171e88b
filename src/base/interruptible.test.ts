import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInterrupted, within } from './interruptible.ts'

test('what ends in time gives its result, or throws what it throws', () => {
  assert.equal(
    within(5000, () => 1 + 1),
    2,
  )
  const wrong = new Error('wrong')
  assert.throws(
    () =>
      within(5000, () => {
        throw wrong
      }),
    (error) => error === wrong && !isInterrupted(error),
  )
})

test('what would never end is stopped, and nothing after it is harmed', () => {
  const forever = () => {
    for (;;);
  }
  assert.throws(() => within(20, forever), isInterrupted)
  assert.equal(
    within(5000, () => 'after'),
    'after',
  )
})
