import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Found, Kept } from './kept.ts'

const limits = { records: 3, characters: 100 }

function record(offset: bigint, characters: number): Found {
  const nothing = { format: 'null', value: null, bytes: 0 } as const
  const value = { format: 'text', value: 'x'.repeat(characters), bytes: characters } as const
  const told = { partition: 0, offset: `${offset}`, timestamp: 0, key: nothing, value, headers: [] }
  return { offset, timestamp: 0n, told }
}

function keptOf(characters: readonly number[]) {
  const kept = new Kept(limits)
  for (const [index, size] of characters.entries()) kept.addLast(record(BigInt(index), size))
  return { offsets: kept.found.map(({ offset }) => Number(offset)), isCut: kept.isCut }
}

test('of many the last ones stay, and of large ones as many as have room', () => {
  assert.deepEqual(keptOf([1, 1, 1]), { offsets: [0, 1, 2], isCut: false })
  assert.deepEqual(keptOf([1, 1, 1, 1, 1]), { offsets: [2, 3, 4], isCut: true })
  assert.deepEqual(keptOf([60, 30, 10, 40]), { offsets: [1, 2, 3], isCut: true })
  assert.deepEqual(keptOf([60, 60, 60]), { offsets: [2], isCut: true })
})

test('one record has room, however large it is', () => {
  assert.deepEqual(keptOf([1, 5000]), { offsets: [1], isCut: true })
  assert.deepEqual(keptOf([5000, 1]), { offsets: [1], isCut: true })
})

test('it is full by number or by size', () => {
  const kept = new Kept(limits)
  kept.add(record(0n, 99))
  assert.equal(kept.isFull, false)
  kept.add(record(1n, 1))
  assert.equal(kept.isFull, true)
})
