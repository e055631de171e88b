import assert from 'node:assert/strict'
import { test } from 'node:test'
import { difference } from './difference.ts'

const shown = (before: string, after: string) =>
  difference(before, after).map(({ mark, text }) => `${mark}${text}`)

test('lines that stay, go and come are told apart', () => {
  assert.deepEqual(shown('a\nb\nc', 'a\nx\nc\nd'), [' a', '-b', '+x', ' c', '+d'])
  assert.deepEqual(shown('a', 'a'), [' a'])
  assert.deepEqual(shown('', 'a'), ['-', '+a'])
})

test('texts too long to compare are shown one after the other', () => {
  const [before, after] = ['a\n'.repeat(2500), 'b\n'.repeat(2500)]
  const lines = difference(before, after)
  assert.equal(lines.length, 5002)
  assert.equal(lines[0]?.mark, '-')
  assert.equal(lines.at(-1)?.mark, '+')
})
