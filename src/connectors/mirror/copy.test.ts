import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { systemClock } from '../../base/clock.ts'
import type { FetcherOptions, KafkaClient, Producer, Sent } from '../../client/index.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import { Copy } from './copy.ts'

const mebibyte = 1024 * 1024

function recordsOf(from: bigint, sizes: readonly number[]): Record[] {
  return sizes.map((size, index) => {
    const offset = from + BigInt(index)
    return {
      offset,
      timestamp: offset,
      key: null,
      value: Buffer.alloc(size),
      headers: [],
    } as Record
  })
}

/** A copy between a fetcher and a producer whose answers a test gives. */
function openCopy() {
  const waiting: ((sent: Sent) => void)[] = []
  let fetching: FetcherOptions | undefined
  const source = {
    fetcher: (options: FetcherOptions) => {
      fetching = options
      return { assign() {}, close: async () => {} }
    },
  } as unknown as KafkaClient
  const producer = {
    send: () => new Promise<Sent>((resolve) => waiting.push(resolve)),
  } as unknown as Producer
  const { signal } = new AbortController()
  const copy = new Copy([{ topic: 't', partition: 0, next: 0n, end: undefined, tail: undefined }], {
    ...{ source, producer, clock: systemClock, signal, reset: 'earliest' },
    remote: (topic) => `a.${topic}`,
  })
  let acknowledged = 100n
  return {
    copy,
    take: async (records: Record[]) => await fetching?.onRecords('t', 0, records, 0n),
    acknowledge: async (count: number) => {
      for (const resolve of waiting.splice(0, count)) {
        resolve({ topic: 'a.t', partition: 0, offset: acknowledged++, timestamp: 0n })
      }
      await nextTurn()
    },
  }
}

test('reading waits while too much is on its way, without keeping everybody else from working', async () => {
  const { copy, take, acknowledge } = openCopy()
  await take(recordsOf(0n, [16 * mebibyte]))
  await take(recordsOf(1n, [16 * mebibyte]))
  let taken = false
  const third = take(recordsOf(2n, [32 * mebibyte])).then(() => {
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
  await take(recordsOf(5n, [1, 1]))
  await acknowledge(2)
  const [first] = await copy.next()
  assert.deepEqual(first?.entries, [{ upstream: 5n, downstream: 100n }])
  assert.equal(first?.records, 2)
  await take(recordsOf(9n, [1]))
  await acknowledge(1)
  const [second] = await copy.next()
  assert.deepEqual(second?.entries, [{ upstream: 9n, downstream: 102n }])
  assert.deepEqual(await copy.next(), [])
  await copy.close()
})
