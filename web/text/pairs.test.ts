import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pairListIn, pairsIn } from './pairs.ts'

test('names and values stand one a line', () => {
  assert.deepEqual(pairsIn('a=1\n\n b = x=y \n'), { a: '1', b: 'x=y' })
  assert.deepEqual(pairListIn('h=1\nh='), [
    ['h', '1'],
    ['h', ''],
  ])
})

test('a line that is no pair is named', () => {
  assert.throws(() => pairsIn('a=1\nretention'), /'retention' is no NAME=VALUE/)
})
