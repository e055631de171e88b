import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOffsets } from './offset-option.ts'

test('an offset that is none is refused with what to write', () => {
  assert.throws(() => readOffsets('to', 'yesterday', 0), {
    code: 'usage',
    message: /^'--to' is 'yesterday'; write start, end, /,
  })
  assert.deepEqual(readOffsets('to', '7', 0), { from: { offset: 7n } })
})
