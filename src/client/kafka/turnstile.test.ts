import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turnstile } from './turnstile.ts'

test('who waits at a shut turnstile goes on in order, and no more wait than may', () => {
  const turnstile = new Turnstile(2)
  const entered: number[] = []
  turnstile.shut()
  const queued = [1, 2, 3].map((one) => turnstile.queue(() => entered.push(one)))
  assert.deepEqual(queued, [true, true, false])
  assert.deepEqual(entered, [])
  turnstile.open()
  assert.deepEqual(entered, [1, 2])
  assert.equal(turnstile.isShut, false)
})
