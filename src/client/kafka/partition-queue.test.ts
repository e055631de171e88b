import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Batch, type BatchStamp, type Entry, type Sendable, sequenceAfter } from './batch.ts'
import { PartitionQueue } from './partition-queue.ts'

const [firstEpoch, secondEpoch] = [0, 1].map((epoch) => ({ producerId: 7n, epoch })) as [
  BatchStamp,
  BatchStamp,
]

function entry(value: string, addedMs = 0): Entry {
  const record = { key: null, value: Buffer.from(value), headers: [], timestamp: 0n }
  return { record, bytes: 10, addedMs, resolve() {}, reject() {} }
}

function queueOf(...values: string[]): PartitionQueue {
  const queue = new PartitionQueue('topic', 0, 20)
  for (const value of values) queue.add(entry(value))
  return queue
}

function valuesOf(batch: Sendable | undefined): string[] {
  return batch instanceof Batch ? batch.entries.map(({ record }) => String(record.value)) : []
}

function taken(queue: PartitionQueue): Sendable {
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
  queue.done(first)
  assert.deepEqual(valuesOf(taken(queue)), ['c', 'd'])
  queue.done(second)
  assert.deepEqual(valuesOf(taken(queue)), ['e'])
})

test('the halves of a batch keep its sequences', () => {
  const queue = queueOf('a', 'b')
  const batch = taken(queue)
  queue.retry(batch, batch.halves())
  const half = taken(queue)
  queue.done(half)
  assert.deepEqual([half.sequence, taken(queue).sequence], [0, 1])
})

test('what the broker refused to number is numbered from zero in a new epoch', () => {
  const queue = queueOf('a', 'b', 'c')
  queue.adopt(firstEpoch)
  queue.done(taken(queue))
  const last = taken(queue)
  queue.refuse()
  queue.retry(last)
  assert.equal(queue.adopt(firstEpoch), false)
  assert.equal(queue.adopt(secondEpoch), true)
  assert.deepEqual([taken(queue).sequence, queue.identity], [0, secondEpoch])
})

test('what may have been written keeps its number while others begin a new epoch, then follows them', () => {
  const queue = queueOf('a', 'b', 'c')
  queue.adopt(firstEpoch)
  queue.done(taken(queue))
  queue.retry(taken(queue))
  assert.equal(queue.adopt(secondEpoch), true)
  const again = taken(queue)
  assert.deepEqual([again.sequence, queue.identity], [2, firstEpoch])
  queue.add(entry('d'))
  assert.equal(queue.adopt(secondEpoch), true)
  assert.equal(queue.identity, firstEpoch)
  queue.done(again)
  assert.equal(queue.adopt(secondEpoch), true)
  assert.deepEqual([taken(queue).sequence, queue.identity], [0, secondEpoch])
})

test('a batch is the first only if nothing before it waits or is under way', () => {
  const queue = queueOf('a', 'b', 'c')
  const [one, other] = [taken(queue), taken(queue)]
  assert.deepEqual([queue.isFirst(one), queue.isFirst(other)], [true, false])
  queue.retry(one)
  assert.equal(queue.isFirst(other), false)
})

test('what waited too long is taken out; what is left of the old numbers goes on, and then a new epoch begins', () => {
  const queue = queueOf('a', 'a')
  queue.adopt(firstEpoch)
  queue.add(entry('b', 50))
  const [old, young] = [taken(queue), taken(queue)]
  queue.retry(old)
  queue.retry(young)
  queue.add(entry('c', 50))
  assert.deepEqual(queue.expire(10).map(valuesOf), [['a', 'a']])
  assert.equal(queue.adopt(firstEpoch), true)
  assert.equal(taken(queue), young)
  assert.equal(queue.maySend(100, 5), false)
  queue.done(young)
  assert.equal(queue.maySend(100, 5), true)
  assert.equal(queue.adopt(firstEpoch), false)
  assert.equal(queue.adopt(secondEpoch), true)
  assert.equal(taken(queue).sequence, 0)
})

test('sequences begin again at zero behind the highest', () => {
  assert.equal(sequenceAfter(2 ** 31 - 1, 1), 0)
  assert.equal(sequenceAfter(2 ** 31 - 2, 3), 1)
  assert.equal(sequenceAfter(5, 3), 8)
})
