import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonVersion } from './versions.ts'

const api = { key: 1, versions: { from: 4, to: 18 } }
const broker = (from: number, to: number) => new Map([[1, { from, to }]])

test('the highest version that both know is spoken', () => {
  assert.equal(commonVersion(api, broker(0, 10)), 10)
  assert.equal(commonVersion(api, broker(4, 30)), 18)
  assert.equal(commonVersion(api, broker(4, 18), 12), 12)
})

test('nothing is spoken where there is no common version', () => {
  assert.equal(commonVersion(api, broker(0, 3)), undefined)
  assert.equal(commonVersion(api, broker(19, 20)), undefined)
  assert.equal(commonVersion(api, broker(13, 18), 12), undefined)
  assert.equal(commonVersion(api, new Map()), undefined)
})
