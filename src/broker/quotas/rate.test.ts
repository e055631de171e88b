import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Rate } from './rate.ts'
import { TokenBucket } from './token-bucket.ts'

const windows = { count: 11, ms: 1000 }

test('who has only begun may do at once what is allowed in ten windows', () => {
  const rate = new Rate(windows)
  rate.record(1000, 0)
  assert.equal(rate.throttleMs(100, 0), 0)
  rate.record(1000, 0)
  assert.equal(rate.throttleMs(100, 0), 10_000)
})

test('what was long ago is forgotten', () => {
  const rate = new Rate(windows)
  rate.record(5000, 0)
  assert.equal(rate.throttleMs(100, 5000), 40_000)
  rate.record(100, 11_001)
  assert.equal(rate.throttleMs(100, 11_001), 0)
})

test('who goes a little slower than is allowed never waits', () => {
  const rate = new Rate(windows)
  for (let second = 0; second < 60; second++) {
    rate.record(90, second * 1000)
    assert.equal(rate.throttleMs(100, second * 1000), 0, `second ${second}`)
  }
})

test('changes are saved up for eleven windows, and what is owed is waited for', () => {
  const bucket = new TokenBucket(windows)
  assert.equal(bucket.throttleMs(2, 1000), 0)
  bucket.take(22, 2, 1000)
  assert.equal(bucket.throttleMs(2, 1000), 0)
  bucket.take(4, 2, 1000)
  assert.equal(bucket.throttleMs(2, 1000), 2000)
  assert.equal(bucket.throttleMs(2, 3000), 0)
  bucket.take(1, 2, 3000)
  assert.equal(bucket.throttleMs(2, 3000), 500)
})
