import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localInput, moment } from './times.ts'

test('a moment is shown to the millisecond, where the reader is', () => {
  const at = new Date(2026, 10, 1, 9, 4, 5, 7).getTime()
  assert.deepEqual(moment(at), ['2026-11-01', '09:04:05.007'])
  assert.equal(localInput(at), '2026-11-01T09:04:05')
})

test('what is no time is a dash', () => {
  for (const none of [-1, 9e15, Number.NaN]) assert.equal(moment(none).join(''), '–')
})
