import assert from 'node:assert/strict'
import test from 'node:test'
import { backOffMs } from './back-off.ts'
import type { Random } from './random.ts'

const limits = { firstMs: 100, longestMs: 1000 }

test('a wait doubles with each failure, up to the longest', () => {
  const waits = [0, 1, 2, 3, 4, 5, 1e6].map((failures) => waitMs(failures, 0.5))
  assert.deepEqual(waits, [100, 200, 400, 800, 1000, 1000, 1000])
})

test('a wait is scattered by a fifth to both sides', () => {
  assert.deepEqual([waitMs(0, 0), waitMs(0, 1)], [80, 120])
})

function waitMs(failures: number, chance: number): number {
  const random: Random = { next: () => chance, bytes: Buffer.alloc }
  return Math.round(backOffMs(failures, limits, random))
}
