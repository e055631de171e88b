import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FaultyFiles } from '../base/testing/faulty-files.ts'
import type { PartitionLog } from './partition-log.ts'
import { append, appendDurably, batchOf, offsetsIn, openLog, readAll } from './testing/workbench.ts'

const topicId = 'AAAAAAAAAAAAAAAAAAAAAQ'
const first = { topic: 'sensors', topicId, partition: 0 }
const second = { ...first, partition: 1 }

/** A batch of an idempotent producer. */
function sequenced(value: string, baseSequence: number, producerId = 7n): Buffer {
  return batchOf([value], { producerId, producerEpoch: 0, baseSequence })
}

/** How often segments are written to, and a disk that can be full for some of them. */
function watchedFiles() {
  const files = new FaultyFiles()
  const watched = { files, writes: [] as string[], isFullFor: (_path: string) => false }
  files.failing = (operation, path) => {
    if (operation !== 'write' || !path.endsWith('.log')) return undefined
    watched.writes.push(path)
    return watched.isFullFor(path) ? 'ENOSPC' : undefined
  }
  return watched
}

for (const durability of ['disk', 'os'] as const) {
  test(`what a burst appends is written by one call a partition, in its order (${durability})`, async () => {
    const watched = watchedFiles()
    await using log = await openLog({ files: watched.files, durability })
    const [one, other] = [await log.createPartition(first), await log.createPartition(second)]
    const promises: Promise<void>[] = []
    log.burst.run(() => {
      for (let number = 0; number < 5; number++) {
        promises.push(append(one, batchOf([`${number}`])).durable)
        promises.push(append(other, batchOf([`${number}`, 'and one more'])).durable)
      }
      assert.equal(one.durableOffset, 0n)
      assert.deepEqual(watched.writes, [])
    })
    assert.equal(watched.writes.length, 2)
    await Promise.all(promises)
    assert.deepEqual(offsetsIn(readAll(one)), [0n, 1n, 2n, 3n, 4n])
    assert.deepEqual(offsetsIn(readAll(other, 100)), [0n, 2n, 4n, 6n, 8n])
  })

  test(`a full disk takes back what a burst appended to one partition, and nothing of others (${durability})`, async () => {
    const watched = watchedFiles()
    await using log = await openLog({ files: watched.files, durability })
    const [one, other] = [await log.createPartition(first), await log.createPartition(second)]
    await appendDurably(one, sequenced('before', 0))
    const before = stateOf(one)
    watched.isFullFor = (path) => path.startsWith(one.folder)
    const lost: Promise<void>[] = []
    const kept: Promise<void>[] = []
    log.burst.run(() => {
      lost.push(append(one, sequenced('a', 1)).durable, append(one, sequenced('b', 2)).durable)
      lost.push(append(one, sequenced('c', 0, 8n)).durable)
      // It is told what the first of the two is told.
      lost.push(append(one, sequenced('b', 2)).durable)
      kept.push(append(other, sequenced('d', 0)).durable)
    })
    for (const durable of lost) await assert.rejects(durable, { code: 'disk-full' })
    await Promise.all(kept)
    assert.deepEqual(stateOf(one), before)
    assert.equal(other.durableOffset, 1n)

    watched.isFullFor = () => false
    assert.throws(() => append(one, sequenced('b', 2)), { code: 'out-of-order-sequence' })
    const again = await appendDurably(one, sequenced('a', 1))
    assert.deepEqual([again.baseOffset, again.duplicate], [1n, false])
    assert.deepEqual(offsetsIn(readAll(one)), [0n, 1n])
  })
}

test('a burst that fills a segment goes on in the next one', async () => {
  const watched = watchedFiles()
  await using log = await openLog({ files: watched.files })
  const partition = await log.createPartition(first, { segmentBytes: 250 })
  log.burst.run(() => {
    for (let number = 0; number < 20; number++) append(partition, sequenced(`${number}`, number))
  })
  await log.settled()
  assert.equal(offsetsIn(readAll(partition)).length, 20)
  assert.equal(new Set(watched.writes).size, watched.writes.length, 'each segment is written once')
  assert.ok(watched.writes.length >= 5)
})

test('what follows in a burst is refused where the segment before it could not be written', async () => {
  const watched = watchedFiles()
  await using log = await openLog({ files: watched.files })
  const partition = await log.createPartition(first, { segmentBytes: 300 })
  await appendDurably(partition, sequenced('before', 0))
  let writes = 0
  watched.isFullFor = () => writes++ === 0
  const lost: Promise<void>[] = []
  log.burst.run(() => {
    for (const sequence of [1, 2]) lost.push(append(partition, sequenced('x', sequence)).durable)
    const large = 'y'.repeat(300)
    assert.throws(() => append(partition, sequenced(large, 3)), { code: 'out-of-order-sequence' })
    append(partition, sequenced(large, 1))
  })
  for (const durable of lost) await assert.rejects(durable, { code: 'disk-full' })
  await log.settled()
  assert.deepEqual(offsetsIn(readAll(partition)), [0n, 1n])
})

test('a first segment that could not be written is not begun twice by what follows in the burst', async () => {
  const watched = watchedFiles()
  const log = await openLog({ files: watched.files })
  const partition = await log.createPartition(first, { segmentBytes: 300 })
  let writes = 0
  watched.isFullFor = () => writes++ === 0
  const lost: Promise<void>[] = []
  log.burst.run(() => {
    for (const value of ['a', 'b']) lost.push(append(partition, batchOf([value])).durable)
    append(partition, batchOf(['c'.repeat(200), 'd']))
  })
  for (const durable of lost) await assert.rejects(durable, { code: 'disk-full' })
  await log.settled()
  // Of two with the same name, the first one would take the file of the second with it.
  await partition.deleteRecordsBefore(1n)
  await log.close()
  await using again = await openLog({ files: watched.files })
  const found = again.partition(topicId, 0)
  assert.ok(found !== undefined)
  assert.equal(found.endOffset, 2n)
  assert.deepEqual(offsetsIn(readAll(found)), [0n])
})

test('whoever wants to see what a burst has appended writes it first', async () => {
  const watched = watchedFiles()
  await using log = await openLog({ files: watched.files, durability: 'os' })
  const partition = await log.createPartition(first)
  const steps: string[] = []
  log.burst.run(() => {
    append(partition, batchOf(['a']))
    log.burst.whenWritten(() => steps.push(`given back at ${partition.durableOffset}`))
    log.burst.write()
    steps.push('written')
    append(partition, batchOf(['b']))
    log.burst.run(() => append(partition, batchOf(['c'])))
  })
  log.burst.whenWritten(() => steps.push('at once'))
  assert.deepEqual(steps, ['given back at 1', 'written', 'at once'])
  assert.equal(watched.writes.length, 2)
  assert.deepEqual(offsetsIn(readAll(partition)), [0n, 1n, 2n])
})

test('a burst that breaks off keeps what it has appended', async () => {
  await using log = await openLog()
  const partition = await log.createPartition(first)
  const breaking = () => {
    append(partition, batchOf(['a']))
    throw new Error('the next bytes are no request')
  }
  assert.throws(() => log.burst.run(breaking), /no request/)
  await log.settled()
  assert.deepEqual(offsetsIn(readAll(partition)), [0n])
})

test('a write that fails for another reason than space seals the log for all of a burst', async () => {
  const files = new FaultyFiles()
  const log = await openLog({ files })
  const [one, other] = [await log.createPartition(first), await log.createPartition(second)]
  files.failing = (operation, path) =>
    operation === 'write' && path.endsWith('.log') ? 'EIO' : undefined
  const lost: Promise<void>[] = []
  log.burst.run(() => {
    for (const partition of [one, other]) lost.push(append(partition, batchOf(['x'])).durable)
  })
  for (const durable of lost) await assert.rejects(durable, { code: 'log-sealed' })
  assert.deepEqual([one.endOffset, other.endOffset], [0n, 0n])
  files.failing = () => undefined
  await log.close()
})

function stateOf(partition: PartitionLog) {
  const { endOffset, durableOffset, sizeBytes } = partition
  const producers = [...partition.producers()].map(({ producerId, lastSequence }) => ({
    producerId,
    lastSequence,
  }))
  return { endOffset, durableOffset, sizeBytes, newest: partition.latestTimestamp(), producers }
}
