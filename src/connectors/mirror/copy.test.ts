import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { systemClock } from '../../base/clock.ts'
import type {
  EncodedBatch,
  FetchedBatch,
  FetcherOptions,
  KafkaClient,
  PlacedRecords,
  Producer,
} from '../../client/index.ts'
import { encodeBatch, readBatchHeader } from '../../protocols/kafka/record-batch.ts'
import { Copy } from './copy.ts'

const mebibyte = 1024 * 1024

function batchOf(baseOffset: bigint, sizes: readonly number[]): FetchedBatch {
  const records = sizes.map((size) => ({ timestamp: 1n, key: null, value: Buffer.alloc(size) }))
  const bytes = encodeBatch({ baseOffset, records })
  return { bytes, header: readBatchHeader(bytes) }
}

/** A copy between a fetcher and a producer whose answers a test gives. */
function openCopy() {
  const waiting: { records: number; resolve: (placed: PlacedRecords[]) => void }[] = []
  let fetching: FetcherOptions | undefined
  const source = {
    fetcher: (options: FetcherOptions) => {
      fetching = options
      return { assign() {}, close: async () => {} }
    },
  } as unknown as KafkaClient
  const producer = {
    sendBatch: ({ records }: EncodedBatch) =>
      new Promise<PlacedRecords[]>((resolve) => waiting.push({ records, resolve })),
  } as unknown as Producer
  const { signal } = new AbortController()
  const copy = new Copy([{ topic: 't', partition: 0, next: 0n, end: undefined, tail: undefined }], {
    ...{ source, producer, clock: systemClock, signal, reset: 'earliest' },
    remote: (topic) => `a.${topic}`,
  })
  let offset = 100n
  return {
    copy,
    take: async (batch: FetchedBatch) => {
      assert.ok(fetching !== undefined && 'onBatches' in fetching)
      await fetching.onBatches('t', 0, [batch], batch.header.baseOffset)
    },
    acknowledge: async (count: number, ...pieces: number[]) => {
      for (const { records, resolve } of waiting.splice(0, count)) {
        const placed = (pieces.length > 0 ? pieces : [records]).map((some) => {
          const at = { records: some, offset }
          offset += BigInt(some)
          return at
        })
        resolve(placed)
      }
      await nextTurn()
    },
    /** Somebody else has written so many records. */
    skip: (count: bigint) => {
      offset += count
    },
  }
}

test('reading waits while too much is on its way, without keeping everybody else from working', async () => {
  const { copy, take, acknowledge } = openCopy()
  await take(batchOf(0n, [15 * mebibyte]))
  await take(batchOf(1n, [15 * mebibyte]))
  let taken = false
  const third = take(batchOf(2n, [30 * mebibyte])).then(() => {
    taken = true
  })
  await nextTurn()
  assert.equal(taken, false)
  // Nobody asks for what has been copied, and it is still too much.
  await acknowledge(1)
  await nextTurn()
  assert.equal(taken, false)
  await acknowledge(1)
  await third
  await acknowledge(1)
  const [copied] = await copy.next()
  assert.deepEqual(copied?.entries, [{ upstream: 0n, downstream: 100n }])
  assert.deepEqual(copied?.last, { upstream: 2n, downstream: 102n })
  await copy.close()
})

test('what has been copied is told in order and once, and a new distance has an entry of its own', async () => {
  const { copy, take, acknowledge } = openCopy()
  await take(batchOf(5n, [1, 1]))
  await acknowledge(1)
  const [first] = await copy.next()
  assert.deepEqual(first?.entries, [{ upstream: 5n, downstream: 100n }])
  assert.equal(first?.records, 2)
  await take(batchOf(9n, [1]))
  await acknowledge(1)
  const [second] = await copy.next()
  assert.deepEqual(second?.entries, [{ upstream: 9n, downstream: 102n }])
  assert.deepEqual(await copy.next(), [])
  await copy.close()
})

test('a batch that the target took in pieces has an entry where others wrote between them', async () => {
  const { copy, take, acknowledge, skip } = openCopy()
  await take(batchOf(0n, [1, 1, 1, 1]))
  await take(batchOf(4n, [1]))
  await acknowledge(1, 2, 2)
  skip(3n)
  await acknowledge(1)
  const [copied] = await copy.next()
  assert.deepEqual(copied?.entries, [
    { upstream: 0n, downstream: 100n },
    { upstream: 4n, downstream: 107n },
  ])
  assert.deepEqual(copied?.end, { upstream: 5n, downstream: 108n })
  await copy.close()
})
