import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyMap } from './key-map.ts'

test('the last offset of each key is known, of offsets beyond 32 bits as well', () => {
  const base = 2n ** 40n
  const keys = new KeyMap(base, { keys: 2000, bytes: 1_000_000 })
  for (let index = 0; index < 2000; index++) {
    assert.ok(keys.put(Buffer.from(`key ${index % 1000}`), base + BigInt(index)))
  }
  assert.equal(keys.count, 1000)
  assert.equal(keys.lastOffsetOf(Buffer.from('key 7')), base + 1007n)
  assert.equal(keys.lastOffsetOf(Buffer.from('key 1000')), undefined)
})

test('what does not fit is refused, what is there already is not', () => {
  const keys = new KeyMap(0n, { keys: 1000, bytes: 10 * 24 })
  const taken = Array.from({ length: 20 }, (_, index) =>
    keys.put(Buffer.from([index]), BigInt(index)),
  )
  assert.equal(taken.filter(Boolean).length, 9)
  assert.ok(keys.put(Buffer.from([8]), 100n))
  assert.equal(keys.lastOffsetOf(Buffer.from([8])), 100n)
  assert.equal(keys.lastOffsetOf(Buffer.from([9])), undefined)
})
