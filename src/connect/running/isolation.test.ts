import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadRecordError } from '../kit/index.ts'
import { putIsolated } from './isolation.ts'

test('of a batch with bad records only those are set aside, and the others are put in order', async () => {
  const bad = new Set([3, 4, 700])
  const written: number[] = []
  const aside: number[] = []
  let puts = 0
  await putIsolated(
    Array.from({ length: 1000 }, (_, index) => index),
    async (batch) => {
      puts += 1
      if (batch.some((one) => bad.has(one))) throw new BadRecordError('it does not fit')
      written.push(...batch)
    },
    async (item) => void aside.push(item),
  )
  assert.deepEqual(aside, [3, 4, 700])
  assert.equal(written.length, 997)
  assert.deepEqual(
    written,
    [...written].sort((one, other) => one - other),
  )
  assert.ok(puts < 60, `${puts} puts`)
})

test('what is no bad record ends it', async () => {
  const failing = putIsolated(
    [1, 2],
    () => Promise.reject(new Error('the disk is full')),
    async () => {},
  )
  await assert.rejects(failing, /the disk is full/)
})
