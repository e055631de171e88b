import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Seen } from './seen.ts'

const object = (key: string, writtenAt: number) => ({ key, writtenAt, size: 1 })

test('what was handed out is not new any more, and what came late to a place already passed is', () => {
  const seen = new Seen(Number.NEGATIVE_INFINITY)
  seen.beginSweep(100)
  assert.ok(seen.isNew(object('old', 1)))
  for (const one of [object('old', 1), object('recent', 120)]) seen.add(one)
  seen.endSweep()
  assert.ok(!seen.isNew(object('old', 1)))
  assert.ok(!seen.isNew(object('recent', 120)))
  assert.ok(seen.isNew(object('late', 110)))
  seen.beginSweep(200)
  seen.endSweep()
  assert.ok(!seen.isNew(object('recent', 120)))
})

test('nothing from before a given time is new', () => {
  const seen = new Seen(1000)
  assert.ok(!seen.isNew(object('before', 999)))
  assert.ok(seen.isNew(object('at', 1000)))
  seen.beginSweep(500)
  seen.endSweep()
  assert.ok(!seen.isNew(object('before', 999)))
})

test('with more than it can remember the oldest come again rather than others never', () => {
  const seen = new Seen(0)
  seen.beginSweep(0)
  for (let number = 0; number <= 100_000; number++) seen.add(object(`${number}`, 1))
  seen.endSweep()
  assert.ok(seen.isNew(object('0', 1)))
  assert.ok(!seen.isNew(object('1', 1)))
  assert.ok(!seen.isNew(object('100000', 1)))
})
