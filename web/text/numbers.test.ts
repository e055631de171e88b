import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, count, counted, rate } from './numbers.ts'

test('a count beyond what a double holds is shown exactly', () => {
  assert.equal(count('9223372036854775807'), '9,223,372,036,854,775,807')
  assert.equal(count(1234), '1,234')
})

test('a rate has as many digits as say something', () => {
  assert.deepEqual([0, 0.256, 3.44, 12, 98.7, 1234.5].map(rate), [
    '0',
    '0.26',
    '3.4',
    '12',
    '99',
    '1,235',
  ])
})

test('bytes come in units of 1024', () => {
  assert.deepEqual([0, 1023, 1024, 150 * 1024, 1.5 * 2 ** 30].map(bytes), [
    '0 B',
    '1023 B',
    '1.0 KiB',
    '150 KiB',
    '1.5 GiB',
  ])
})

test('one is one, and all others are many', () => {
  assert.equal(counted(1, 'topic'), '1 topic')
  assert.equal(counted('0', 'topic'), '0 topics')
  assert.equal(counted(2, 'history', 'histories'), '2 histories')
})
