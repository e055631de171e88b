import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, systemClock } from '../../base/clock.ts'
import { between, pick, seededRandom } from '../../base/random.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import type { SeenRecord } from './judge.ts'
import type { Order } from './question.ts'
import type { Span } from './spans.ts'
import { Walk, type WalkOptions } from './walk.ts'

const firstSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
const atOnce = 100

/** Offset, and the time that is also what the record says. */
interface Written {
  readonly offset: bigint
  readonly time: number
}

type Log = readonly Written[]

/** Reads logs as the fetcher does: forwards, some records at a time. */
function readerOf(logs: readonly Log[]): WalkOptions['reader'] {
  return {
    async read({ partition, start, end }, take) {
      const log = logs[partition] ?? []
      const last = firstFrom(log, end)
      for (let at = firstFrom(log, start); at < last; at += atOnce) {
        const some = log.slice(at, Math.min(at + atOnce, last)).map(recordOf)
        if (!(await take(some))) return
      }
    },
  }
}

/** Where the first record stands whose offset is no smaller. */
function firstFrom(log: Log, offset: bigint): number {
  let [low, high] = [0, log.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((log[middle]?.offset ?? 0n) < offset) low = middle + 1
    else high = middle
  }
  return low
}

function recordOf({ offset, time }: Written): Record {
  return { offset, timestamp: BigInt(time), key: null, value: null, headers: [] }
}

const nothing = { format: 'null', value: null, bytes: 0 } as const

function judgeOf(isWanted: (time: number) => boolean): WalkOptions['judge'] {
  return {
    tell: async (partition, records) =>
      records.map(({ offset, timestamp }): SeenRecord | undefined => {
        if (!isWanted(Number(timestamp))) return undefined
        const told = { partition, offset: `${offset}`, timestamp: Number(timestamp), headers: [] }
        return { ...told, key: nothing, value: nothing }
      }),
  }
}

function spansOf(logs: readonly Log[]): Span[] {
  return logs.map((log, partition) => ({
    ...{ partition, start: 0n },
    end: (log.at(-1)?.offset ?? -1n) + 1n,
  }))
}

/** Where the next page begins, as the routes read it. */
function after(spans: readonly Span[], next: { readonly [at: string]: string }, order: Order) {
  return spans.flatMap((span) => {
    const at = next[span.partition]
    if (at === undefined) return []
    return [order === 'newest' ? { ...span, end: BigInt(at) } : { ...span, start: BigInt(at) }]
  })
}

interface Pages {
  readonly logs: readonly Log[]
  readonly order: Order
  readonly limit: () => number
  readonly isWanted: (time: number) => boolean
  readonly clock?: Clock
}

async function readAll({ logs, order, limit, isWanted, clock = systemClock }: Pages) {
  const pages: number[][] = []
  const scanned: number[] = []
  for (let spans = spansOf(logs); ; ) {
    const most = limit()
    const walk = new Walk(spans, {
      ...{ reader: readerOf(logs), order, limit: most, judge: judgeOf(isWanted), clock },
      deadlineMs: Number.POSITIVE_INFINITY,
    })
    const page = await Array.fromAsync(walk.records(), ({ timestamp }) => timestamp)
    assert.ok(page.length <= most)
    pages.push(page)
    scanned.push(walk.end.scanned)
    spans = after(spans, walk.end.next, order)
    if (walk.end.reachedEnd) return { pages, scanned, all: pages.flat() }
  }
}

test(`page by page every wanted record comes once, in order, whatever was compacted (SEED=${firstSeed})`, async () => {
  for (let round = 0; round < 60; round++) {
    const random = seededRandom(firstSeed + round)
    const sparse = pick(random, [1, 1, 3, 1000, 10_000_000])
    const logs = Array.from({ length: between(random, 1, 6) }, () => [] as Written[])
    const ends = logs.map(() => 0n)
    const count = between(random, 0, 1500)
    for (let time = 1; time <= count; time++) {
      const partition = between(random, 0, logs.length - 1)
      const offset = (ends[partition] ?? 0n) + BigInt(between(random, 0, sparse - 1))
      logs[partition]?.push({ offset, time })
      ends[partition] = offset + 1n
    }
    const share = pick(random, [1, 2, 50])
    const isWanted = (time: number) => time % share === 0
    const order = pick(random, ['newest', 'oldest'] as const)
    const limit = () => between(random, 1, 400)
    const { all } = await readAll({ logs, order, limit, isWanted })
    const wanted = Array.from({ length: count }, (_, index) => index + 1).filter(isWanted)
    const said = `SEED=${firstSeed + round}`
    assert.deepEqual(all, order === 'newest' ? wanted.toReversed() : wanted, said)
  }
})

for (const order of ['newest', 'oldest'] as const) {
  test(`what is rare is looked for in pages of no more than 150000 records, the ${order} first`, async () => {
    const log = Array.from({ length: 400_000 }, (_, index) => ({
      ...{ offset: BigInt(index), time: index + 1 },
    }))
    const isWanted = (time: number) => time === 7 || time === 399_990
    const { all, scanned } = await readAll({ logs: [log, []], order, limit: () => 50, isWanted })
    assert.deepEqual(all.toSorted(), [399_990, 7].toSorted())
    assert.ok(scanned.length >= 3, `${scanned}`)
    assert.ok(
      scanned.every((records) => records <= 150_000),
      `${scanned}`,
    )
  })
}

test('when its time is over a walk says where to go on', async () => {
  let nowMs = 0
  const clock = { ...systemClock, now: () => nowMs }
  const log = Array.from({ length: 50_000 }, (_, index) => ({ offset: BigInt(index), time: index }))
  const reader = readerOf([log])
  const walk = new Walk(spansOf([log]), {
    ...{ order: 'oldest', limit: 1000, judge: judgeOf(() => false), clock, deadlineMs: 10 },
    reader: {
      read: async (...asked) => {
        nowMs += 6
        await reader.read(...asked)
      },
    },
  })
  assert.deepEqual(await Array.fromAsync(walk.records()), [])
  const { reachedEnd, next, scanned } = walk.end
  assert.equal(reachedEnd, false)
  assert.deepEqual(next, { 0: `${scanned}` })
  assert.ok(scanned > 0 && scanned < 50_000)
})

for (const order of ['newest', 'oldest'] as const) {
  test(`of records that are large few are kept at once, and yet all come, the ${order} first`, async () => {
    const log = Array.from({ length: 300 }, (_, index) => ({
      ...{ offset: BigInt(index), time: index + 1 },
    }))
    const logs = [log, []]
    let told = 0
    const value = { format: 'text', value: 'x'.repeat(1024 * 1024), bytes: 1024 * 1024 } as const
    const small = judgeOf(() => true)
    const walk = new Walk(spansOf(logs), {
      ...{ order, limit: 1000, clock: systemClock, deadlineMs: Number.POSITIVE_INFINITY },
      reader: readerOf(logs),
      judge: {
        async tell(partition, records) {
          const found = await small.tell(partition, records)
          return found.map((one) => one && { ...one, value })
        },
      },
    })
    for await (const { timestamp } of walk.records()) {
      told += 1
      assert.equal(timestamp, order === 'newest' ? 301 - told : told)
    }
    assert.equal(told, 300)
  })
}
