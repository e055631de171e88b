import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/testing/manual-clock.ts'
import type { PartitionLog } from '../log/index.ts'
import { WaitingRoom } from './waiting-room.ts'

const partition = () => ({}) as PartitionLog
const nobodyLeaves = new AbortController().signal

test('a fetch is woken by the partition that moves, and only by its own', async () => {
  const room = new WaitingRoom(new ManualClock())
  const [here, there] = [partition(), partition()]
  let woken = 0
  const waiting = room.wait([here], 1000, nobodyLeaves).then((moved) => {
    woken += 1
    return moved
  })
  room.wake(there)
  await Promise.resolve()
  assert.equal(woken, 0)
  room.wake(here)
  assert.equal(await waiting, true)
  assert.equal(room.size, 0)
})

test('a fetch leaves when its time is over', async () => {
  const clock = new ManualClock()
  const room = new WaitingRoom(clock)
  const waiting = room.wait([partition()], 500, nobodyLeaves)
  clock.advance(500)
  assert.equal(await waiting, false)
  assert.equal(room.size, 0)
})

test('a fetch leaves when its client is gone', async () => {
  const room = new WaitingRoom(new ManualClock())
  const gone = new AbortController()
  const waiting = room.wait([partition()], 500, gone.signal)
  gone.abort()
  assert.equal(await waiting, false)
  assert.equal(room.size, 0)
})

test('one move wakes all who wait for the partition', async () => {
  const room = new WaitingRoom(new ManualClock())
  const here = partition()
  const waiting = [1, 2, 3].map(() => room.wait([here, partition()], 500, nobodyLeaves))
  room.wake(here)
  assert.deepEqual(await Promise.all(waiting), [true, true, true])
  assert.equal(room.size, 0)
})
