import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Marks, settledUntil } from './settled.ts'

test('rows are settled up to the oldest open transaction, and a second less', () => {
  const open = { nowMs: 100_000, openSinceMs: 70_000, isWhole: true }
  assert.equal(settledUntil(open, 10_000), 69_000)
  assert.equal(settledUntil({ ...open, openSinceMs: undefined }, 10_000), 99_000)
})

test('where the transactions of others cannot be seen, a delay stands for them', () => {
  const hidden = { nowMs: 100_000, openSinceMs: undefined, isWhole: false }
  assert.equal(settledUntil(hidden, 10_000), 90_000)
  assert.equal(settledUntil({ ...hidden, openSinceMs: 50_000 }, 10_000), 49_000)
})

test('a number is safe when every transaction has ended that was open when it was seen', () => {
  const marks = new Marks()
  assert.equal(marks.settled(1_000), undefined)
  marks.add(1_000, 5n)
  marks.add(2_000, 9n)
  assert.equal(marks.settled(1_000), undefined)
  assert.equal(marks.settled(1_500), 5n)
  assert.ok(marks.areWaiting)
  assert.equal(marks.settled(9_000), 9n)
  marks.add(9_500, 9n)
  assert.ok(!marks.areWaiting)
  marks.add(9_600, 7n)
  assert.equal(marks.settled(10_000), 9n)
})

test('marks stay few, however long a transaction is open, and go on after it', () => {
  const marks = new Marks()
  for (let at = 0; at < 100_000; at++) marks.add(at, BigInt(at))
  assert.equal(marks.settled(0), undefined)
  assert.equal(marks.settled(200_000), 999n)
  marks.add(200_000, 200_000n)
  assert.equal(marks.settled(200_001), 200_000n)
})
