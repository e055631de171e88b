import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Room } from './room.ts'

const megabyte = 1024 * 1024

/** How many of these get in before one leaves. */
async function enteringAtOnce(sizes: readonly number[]): Promise<number> {
  const room = new Room()
  let inside = 0
  const entering = sizes.map((bytes) => room.enter(bytes).then(() => ++inside))
  await new Promise(setImmediate)
  const atOnce = inside
  for (const [at, bytes] of sizes.entries()) {
    await entering[at]
    room.leave(bytes)
  }
  await room.empty()
  return atOnce
}

test('thirty-two are on their way at once, fewer large ones, and one however large', async () => {
  assert.equal(await enteringAtOnce(Array(100).fill(10)), 32)
  assert.equal(await enteringAtOnce(Array(10).fill(10 * megabyte)), 3)
  assert.equal(await enteringAtOnce([100 * megabyte, 1]), 1)
})

test('it is empty when all have left', async () => {
  const room = new Room()
  await room.empty()
  await room.enter(1)
  let isEmpty = false
  const empty = room.empty().then(() => {
    isEmpty = true
  })
  await new Promise(setImmediate)
  assert.ok(!isEmpty)
  room.leave(1)
  await empty
})

test('ten thousand may wait, and the next is told so', async () => {
  const room = new Room()
  const entering = Array.from({ length: 10_032 }, () => room.enter(1))
  await assert.rejects(room.enter(1), { code: 's3-busy' })
  for (const entered of entering) {
    await entered
    room.leave(1)
  }
})
