import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BufferRoom } from './buffer-room.ts'

const unexpected = (error: Error) => assert.fail(error)

test('who finds no room waits in order, and small ones do not overtake', () => {
  const room = new BufferRoom(10)
  const entered: string[] = []
  room.take(8, () => entered.push('first'), unexpected)
  room.take(5, () => entered.push('second'), unexpected)
  room.take(1, () => entered.push('third'), unexpected)
  assert.deepEqual(entered, ['first'])
  room.leave(8)
  assert.deepEqual(entered, ['first', 'second', 'third'])
  assert.equal(room.usedBytes, 6)
})

test('what can never fit is refused at once', () => {
  let refused: unknown
  new BufferRoom(10).take(11, assert.fail, (error) => {
    refused = error
  })
  assert.equal((refused as { code: string }).code, 'record-too-large')
})

test('the number of those who wait has a limit', () => {
  const room = new BufferRoom(1)
  room.take(1, () => {}, unexpected)
  for (let waiting = 0; waiting < 10_000; waiting++) room.take(1, assert.fail, unexpected)
  let refused: unknown
  room.take(1, assert.fail, (error) => {
    refused = error
  })
  assert.equal((refused as { code: string }).code, 'buffer-full')
})
