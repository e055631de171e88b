import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Batch, type Entry, sequenceAfter } from './batch.ts'
import { PartitionQueue } from './partition-queue.ts'

function entry(value: string, addedMs = 0): Entry {
  const record = { key: null, value: Buffer.from(value), headers: [], timestamp: 0n }
  return { record, bytes: 10, addedMs, resolve() {}, reject() {} }
}

function queueOf(...values: string[]): PartitionQueue {
  const queue = new PartitionQueue('topic', 0, 20)
  for (const value of values) queue.add(entry(value))
  return queue
}

function valuesOf(batch: Batch | undefined): string[] {
  return batch?.entries.map(({ record }) => String(record.value)) ?? []
}

function taken(queue: PartitionQueue): Batch {
  const batch = queue.take()
  assert.ok(batch)
  return batch
}

test('records fill one batch after the other, numbered without a gap', () => {
  const queue = queueOf('a', 'b', 'c')
  const [first, second] = [taken(queue), taken(queue)]
  assert.deepEqual(valuesOf(first), ['a', 'b'])
  assert.deepEqual([first.sequence, second.sequence], [0, 2])
})

test('what failed goes again before what is new, in its old order and one at a time', () => {
  const queue = queueOf('a', 'b', 'c', 'd', 'e')
  const [first, second] = [taken(queue), taken(queue)]
  queue.retry(second)
  assert.equal(queue.maySend(0, 5), false)
  queue.retry(first)
  assert.equal(queue.maySend(0, 5), true)
  assert.deepEqual(valuesOf(taken(queue)), ['a', 'b'])
  assert.equal(queue.maySend(0, 5), false)
  queue.done()
  assert.deepEqual(valuesOf(taken(queue)), ['c', 'd'])
  queue.done()
  assert.deepEqual(valuesOf(taken(queue)), ['e'])
})

test('the halves of a batch keep its sequences', () => {
  const queue = queueOf('a', 'b')
  const batch = taken(queue)
  queue.retry(...batch.halves())
  const half = taken(queue)
  queue.done()
  assert.deepEqual([half.sequence, taken(queue).sequence], [0, 1])
})

test('a new epoch numbers what is left from zero', () => {
  const queue = queueOf('a', 'b', 'c')
  taken(queue)
  queue.done()
  const last = taken(queue)
  queue.retry(last)
  queue.renumber()
  assert.equal(taken(queue).sequence, 0)
})

test('what waited too long is taken out, and a gap among the sequences is told', () => {
  const queue = queueOf('a')
  queue.retry(taken(queue))
  queue.add(entry('b', 50))
  const { batches, leavesGap } = queue.expire(10)
  assert.deepEqual(batches.map(valuesOf), [['a']])
  assert.equal(leavesGap, true)
  assert.equal(queue.isEmpty, false)
})

test('sequences begin again at zero behind the highest', () => {
  assert.equal(sequenceAfter(2 ** 31 - 1, 1), 0)
  assert.equal(sequenceAfter(2 ** 31 - 2, 3), 1)
  assert.equal(sequenceAfter(5, 3), 8)
})
