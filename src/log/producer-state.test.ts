import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import type { PartitionLog } from './partition-log.ts'
import { append, batchOf, openLog, sensors } from './testing/workbench.ts'

const producerId = 7n
const day = 24 * 60 * 60_000

function send(partition: PartitionLog, baseSequence: number, more = {}) {
  return append(
    partition,
    batchOf(['x', 'y'], { producerId, producerEpoch: 0, baseSequence, ...more }),
  )
}

async function opened(more: Parameters<typeof openLog>[0] = {}) {
  const log = await openLog(more)
  return { log, partition: await log.createPartition(sensors) }
}

test('one of the last five batches, sent again, gets its first offset and writes nothing', async () => {
  const { log, partition } = await opened()
  const offsets = [0, 2, 4, 6, 8].map((sequence) => send(partition, sequence).baseOffset)
  for (const [index, sequence] of [0, 2, 4, 6, 8].entries()) {
    const { baseOffset, lastOffset, duplicate, durable } = send(partition, sequence)
    assert.deepEqual([baseOffset, duplicate], [offsets[index], true])
    assert.equal(lastOffset, baseOffset + 1n)
    await durable
    assert.ok(partition.durableOffset > lastOffset)
  }
  assert.equal(partition.endOffset, 10n)
  send(partition, 10)
  assert.throws(() => send(partition, 0), { code: 'duplicate-sequence' })
  await log.close()
})

test('a gap in the sequence is refused', async () => {
  const { log, partition } = await opened()
  send(partition, 0)
  assert.throws(() => send(partition, 3), { code: 'out-of-order-sequence' })
  send(partition, 2)
  await log.close()
})

test('an older epoch is refused, a newer one starts at sequence 0', async () => {
  const { log, partition } = await opened()
  send(partition, 0, { producerEpoch: 5 })
  assert.throws(() => send(partition, 2, { producerEpoch: 4 }), { code: 'invalid-producer-epoch' })
  assert.throws(() => send(partition, 2, { producerEpoch: 6 }), { code: 'out-of-order-sequence' })
  send(partition, 0, { producerEpoch: 6 })
  await log.close()
})

test('a producer that is not known may start anywhere, and sequences wrap after 2^31 - 1', async () => {
  const { log, partition } = await opened()
  send(partition, 2 ** 31 - 2)
  assert.throws(() => send(partition, 5), { code: 'out-of-order-sequence' })
  send(partition, 0)
  assert.equal(send(partition, 2 ** 31 - 2).duplicate, true)
  await log.close()
})

test('a producer that is idle for a day is forgotten', async () => {
  const clock = new ManualClock()
  const { log, partition } = await opened({ clock })
  send(partition, 0)
  clock.advance(day + 1)
  send(partition, 1000)
  assert.deepEqual([...partition.producers()].length, 1)
  await log.close()
})

test('a partition remembers a bounded number of producers, those that wrote last', async () => {
  const { log, partition } = await opened({ settings: { producersPerPartition: 3 } })
  for (const id of [1n, 2n, 3n, 1n, 4n]) {
    send(partition, id === 1n ? Number(partition.endOffset) / 3 : 0, { producerId: id })
  }
  const known = [...partition.producers()].map((one) => one.producerId)
  assert.deepEqual(known, [3n, 1n, 4n])
  await log.close()
})

test('producers are known after a restart as before it', async () => {
  const files = new FaultyFiles()
  const { log, partition } = await opened({ files })
  send(partition, 0)
  await log.close()
  await using again = await openLog({ files })
  const found = again.partition(sensors.topicId, 0) as PartitionLog
  assert.deepEqual([...found.producers()], [...partition.producers()])
  assert.equal(send(found, 0).duplicate, true)
  assert.throws(() => send(found, 3), { code: 'out-of-order-sequence' })
})
