import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { silentLogger } from '../../base/logger.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import type { Record } from '../../protocols/kafka/record-batch.ts'
import { DataError, type RecordOrigin, type SinkRecord, type TopicPosition } from '../kit/index.ts'
import { sinkSettings } from '../options/settings.ts'
import type { NamedConverter } from './conversion.ts'
import { ErrorPolicy } from './error-policy.ts'
import { SinkRun } from './sink-run.ts'
import { TaskMeter } from './task-meter.ts'

test('what was read before a record that cannot be taken is put, though the task fails of it', async (t) => {
  const { run, puts, letGo, stop } = sinkRun({ mostRecords: 2 })
  t.after(stop)
  const working = run.work()
  const taking = run.take('readings', 0, records(['1', '2', '3', '4', 'bad', '6']), 6n)
  await settled()
  assert.deepEqual(puts, [['1', '2']])
  letGo()
  await assert.rejects(working, /VALUE_CONVERTER of Record 4 of readings-0 failed/)
  assert.deepEqual(puts, [
    ['1', '2'],
    ['3', '4'],
  ])
  await run.revoked([])
  await taking
})

test('records are converted while the task is busy with those before', async (t) => {
  const { run, puts, converted, letGo, stop } = sinkRun({ mostRecords: 2 })
  t.after(stop)
  const working = run.work()
  await run.take('readings', 0, records(['1', '2', '3', '4']), 4n)
  assert.deepEqual(puts, [['1', '2']])
  assert.deepEqual(converted, ['1', '2', '3', '4'])
  letGo()
  await settled()
  assert.deepEqual(puts.at(-1), ['3', '4'])
  stop()
  await working
})

test('a put takes all that waits, and never more records than it may', async (t) => {
  const { run, puts, letGo, stop } = sinkRun({ mostRecords: 1000 })
  t.after(stop)
  const working = run.work()
  for (let from = 0; from < 1800; from += 600) {
    await run.take('readings', 0, records(Array(600).fill('1'), BigInt(from)), 1800n)
  }
  letGo()
  await settled()
  assert.deepEqual(
    puts.map((put) => put.length),
    [500, 600, 600, 100],
  )
  stop()
  await working
})

test('fetching waits while as much as may waits to be put', async (t) => {
  const { run, letGo, stop } = sinkRun({ mostRecords: 500 })
  t.after(stop)
  const working = run.work()
  let taken = 0
  const fetching = (async () => {
    for (; taken < 40; taken++) await run.take('readings', 0, records(Array(500).fill('1')), 1n)
  })()
  await settled()
  const waiting = taken
  assert.ok(waiting > 1 && waiting < 12, `${waiting} fetches were taken`)
  letGo()
  await fetching
  stop()
  await working
})

test('what a task calls settled is committed as far as it was given, and of its own partitions', async (t) => {
  const at = (partition: number, next: bigint) => ({ topic: 'readings', partition, next })
  let says = [at(0, 5n), at(1, 1n)]
  const { run, letGo, committed, clock, stop } = sinkRun({ mostRecords: 2, settles: () => says })
  t.after(stop)
  letGo()
  await run.assigned([at(0, 3n)])
  const working = run.work()
  const goOn = async () => {
    clock.advance(60_000)
    await settled()
  }
  await goOn()
  assert.deepEqual(committed, [])
  await run.take('readings', 0, records(['4', '5'], 3n), 5n)
  await goOn()
  assert.deepEqual(committed, [at(0, 5n)])
  says = [at(0, 6n)]
  await goOn()
  await run.revoked([at(0, 6n)])
  assert.deepEqual(committed, [at(0, 5n)])
  stop()
  await working
})

interface Given {
  readonly mostRecords: number
  /** What the task calls settled, where it says so at all. */
  readonly settles?: () => readonly TopicPosition[]
}

/** A run whose task keeps every put waiting until `letGo`; 'bad' is no value that can be converted. */
function sinkRun({ mostRecords, settles }: Given) {
  const clock = new ManualClock()
  const controller = new AbortController()
  const { signal } = controller
  const random = { next: () => 0.5, bytes: () => Buffer.alloc(0) }
  const puts: string[][] = []
  const converted: string[] = []
  const committed: TopicPosition[] = []
  const gate = Promise.withResolvers<void>()
  const config = { name: 'sink', 'connector.class': 'Sink', topics: 'readings' }
  const policy = new ErrorPolicy<RecordOrigin>(sinkSettings(config), {
    ...{ clock, random, signal, logger: silentLogger },
    describe: ({ topic, partition, offset }) => `Record ${offset} of ${topic}-${partition}`,
    onRetry() {},
    onPassedOver: async () => {},
  })
  const texts: NamedConverter = {
    name: 'texts',
    toConnect(_, bytes) {
      const value = String(bytes)
      if (value === 'bad') throw new DataError('it is bad')
      converted.push(value)
      return { schema: null, value }
    },
    fromConnect: () => null,
  }
  const nothing = { ...texts, toConnect: () => ({ schema: null, value: null }) }
  const run = new SinkRun({
    task: {
      async put(batch: readonly SinkRecord[]) {
        puts.push(batch.map(({ value }) => String(value)))
        await gate.promise
      },
      ...(settles && { settled: async () => settles() }),
      async [Symbol.asyncDispose]() {},
    },
    executing: 'a sink',
    conversion: { key: nothing, value: texts, header: nothing, transform: (record) => record },
    ...{ policy, signal, clock, random, mostRecords, logger: silentLogger },
    commit: async (positions) => void committed.push(...positions),
    meter: new TaskMeter(clock),
    commitIntervalMs: 60_000,
    longestRetryMs: 60_000,
    onTopic() {},
    onDone() {},
  })
  const stop = () => controller.abort()
  return { run, puts, converted, committed, clock, letGo: gate.resolve, stop }
}

function records(values: readonly string[], from = 0n): Record[] {
  return values.map((value, index) => ({
    ...{ offset: from + BigInt(index), timestamp: 0n, key: null, headers: [] },
    value: Buffer.from(value),
  }))
}

/** Everything that waits for nothing but its turn has had it. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 100; turns++) await turn()
}
