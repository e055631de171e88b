/**
 * A mirror whose target does not answer, and is then away, while machines go on sending: what waits
 * for it waits at the factory, and not in the memory of the mirror.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { residentMegabytes } from '../../bench/process-figures.ts'
import { points } from '../../src/base/testing/points.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLeat } from '../helpers/leat.ts'
import { countOf } from '../helpers/mirrors.ts'

const valueBytes = 100_000
const total = points('BACKLOG_RECORDS', { few: 2400, all: 4000 })
const partitions = 2
/** Hardly more than half of what waits in a short run, less than a third in a whole one. */
const mostGrownMegabytes = 130

test('a backlog of hundreds of megabytes does not grow the mirror, and is caught up in order, each record once', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const [factory, centre] = [
    await startLeat(t, { kafka: { topics: { readings: { partitions } } } }),
    await startLeat(t, { ownBroker: true }),
  ]
  const mirror = await startLeat(t, {
    kafka: { brokers: [factory.brokers] },
    mirrors: [{ alias: 'factory', target: 'centre', to: { brokers: [centre.brokers] } }],
  })
  await using here = new KafkaClient({ brokers: [factory.brokers], clientId: 'test' })
  await using there = new KafkaClient({ brokers: [centre.brokers], clientId: 'test' })
  const producer = here.producer()
  let next = 0
  const send = async (count: number) => {
    const sent = Array.from({ length: count }, () => {
      const value = Buffer.alloc(valueBytes)
      value.writeInt32BE(next)
      return producer.send({ topic: 'readings', partition: next++ % partitions, value })
    })
    await Promise.all(sent)
  }
  await send(100)
  const arrived = () => countOf(there, 'factory.readings')
  await eventually('the mirror works', async () => (await arrived()) === 100, 60_000)
  const before = residentMegabytes(mirror.program.pid ?? 0)
  let most = before
  const watch = () => {
    most = Math.max(most, residentMegabytes(mirror.program.pid ?? 0))
  }

  // It takes what is sent, as far as the buffers of the system go, and answers nothing.
  centre.program.signal('SIGSTOP')
  while (next < total) {
    await send(100)
    watch()
  }
  await centre.kill()
  watch()
  await centre.start()
  const values: number[][] = Array.from({ length: partitions }, () => [])
  await using fetcher = there.fetcher({
    onRecords: (_topic, partition, records) => {
      for (const { value } of records) values[partition]?.push(value?.readInt32BE() ?? -1)
    },
    onError: (error) => {
      throw error
    },
  })
  for (const partition of values.keys()) fetcher.assign('factory.readings', partition, 'earliest')
  await eventually(
    'all is caught up',
    () => {
      watch()
      return values.flat().length >= total
    },
    180_000,
  )
  t.diagnostic(`${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most`)
  assert.deepEqual(
    values,
    values.map((_, partition) =>
      Array.from({ length: total / partitions }, (_, n) => n * partitions + partition),
    ),
  )
  assert.ok(most - before < mostGrownMegabytes, `${before} MB grew to ${most} MB`)
})
