/** `metrics.raw`: what the Kafka client of a Reader or Writer has carried. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader, Writer } from '../src/index.ts'
import { startBroker } from './helpers/broker.ts'

test('the raw figures are those of the Kafka client, in its own words', async (t) => {
  const { address } = await startBroker(t)
  const service = { no_config: true, type: 'kafka', brokers: address, topic: 'figures' } as const
  const sure = { ...service, consistency: 'AT_LEAST_ONCE', value_type: 'byte_array' } as const
  await using reader = await Reader.open(sure)
  const writer = await Writer.open(sure)
  await writer.publish(Buffer.alloc(10_000))
  await reader[Symbol.asyncIterator]().next()

  const written = writer.metrics.raw?.['producer-metrics'] ?? {}
  const read = reader.metrics.raw?.['consumer-metrics'] ?? {}
  for (const figures of [written, read]) {
    const { 'connection-count': open = 0, 'connection-creation-total': opened = 0 } = figures
    assert.ok(open >= 1 && opened >= open, JSON.stringify(figures))
    const { 'request-total': requests = 0, 'response-total': responses = 0 } = figures
    assert.ok(requests >= responses && responses > 1, JSON.stringify(figures))
  }
  assert.ok((written['outgoing-byte-total'] ?? 0) > 10_000)
  assert.ok((read['incoming-byte-total'] ?? 0) > 10_000)
  const total = writer.info('metrics.raw.producer-metrics.request-total')
  assert.equal(total, written['request-total'])

  await writer.close()
  assert.equal(writer.metrics.raw?.['producer-metrics']?.['connection-count'], 0)
  const within = await Writer.open({ no_config: true, type: 'iostream', topic: 'figures' })
  assert.equal(within.metrics.raw, undefined)
})
