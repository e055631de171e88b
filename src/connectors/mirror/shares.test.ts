import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesIn, sharesOf } from './shares.ts'

const wide = (topic: string, partitions: number) =>
  Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))

const all = (shares: ReturnType<typeof sharesOf>) => shares.map(namesIn)

test('the tasks of a wide topic share its partitions', () => {
  assert.deepEqual(all(sharesOf(wide('readings', 5), 2, [])), [
    ['readings-0', 'readings-2', 'readings-4'],
    ['readings-1', 'readings-3'],
  ])
})

test('there are no more tasks than partitions', () => {
  assert.deepEqual(all(sharesOf(wide('readings', 1), 4, [])), [['readings-0']])
  assert.deepEqual(sharesOf([], 4, []), [])
})

test('a partition stays with its task when topics come and go, wherever they stand in the list', () => {
  const before = sharesOf(wide('readings', 4), 3, [])
  const grown = sharesOf([...wide('alarms', 2), ...wide('readings', 4)], 3, before)
  assert.deepEqual(all(grown), [
    ['readings-0', 'readings-3'],
    ['readings-1', 'alarms-0'],
    ['readings-2', 'alarms-1'],
  ])
  assert.deepEqual(all(sharesOf(wide('readings', 4), 3, grown)), all(before))
})

test('what would be uneven moves', () => {
  const before = sharesOf(wide('readings', 4), 1, [])
  assert.deepEqual(all(sharesOf(wide('readings', 4), 2, before)), [
    ['readings-0', 'readings-1'],
    ['readings-2', 'readings-3'],
  ])
})
