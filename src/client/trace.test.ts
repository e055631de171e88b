import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { Reader } from './reader.ts'
import { traceOf } from './trace.ts'
import { Writer } from './writer.ts'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

function header(key: string, value: string) {
  return { key, value: Buffer.from(value) }
}

test('each publish carries the active trace, and the reader tells it', async () => {
  const common = { no_config: true, type: 'iostream', topic: randomUUID() } as const
  let active: Record<string, string> = { traceparent, tracestate: 'vendor=1', baggage: 'user=7' }
  const injectTrace = (carrier: Record<string, string>) => void Object.assign(carrier, active)
  await using from = await Reader.open({ ...common, value_type: 'text' })
  await using to = await Writer.open({ ...common, value_type: 'text' }, { injectTrace })
  const messages = from[Symbol.asyncIterator]()
  await to.publish('within a trace', { headers: { h: 'v' } })
  const { value: first } = await messages.next()
  assert.deepEqual(first.trace, { traceparent, tracestate: 'vendor=1', baggage: 'user=7' })
  assert.equal(first.headers[0]?.key, 'h')

  active = {}
  await to.publish('outside of one')
  assert.equal((await messages.next()).value.trace, undefined)
  await to.publish('as an answer', { trace: first.trace })
  assert.deepEqual((await messages.next()).value.trace, first.trace)
})

test('without a propagator no message has a header more', async () => {
  const common = { no_config: true, type: 'iostream', topic: randomUUID() } as const
  await using from = await Reader.open(common)
  await using to = await Writer.open({ ...common, value_type: 'text' })
  await to.publish('plain')
  const { value: message } = await from[Symbol.asyncIterator]().next()
  assert.deepEqual([message.headers, message.trace], [[], undefined])
})

test('a wrong traceparent is no trace', () => {
  const zeros = (count: number) => '0'.repeat(count)
  for (const wrong of [
    '',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    `00-${zeros(32)}-b7ad6b7169203331-01`,
    `00-0af7651916cd43dd8448eb211c80319c-${zeros(16)}-01`,
    traceparent.toUpperCase(),
    `${traceparent}-more`,
    `${traceparent}0`,
  ]) {
    assert.equal(traceOf([header('traceparent', wrong)]), undefined, wrong)
  }
  const later = `01${traceparent.slice(2)}-more`
  assert.deepEqual(traceOf([header('TraceParent', later)]), { traceparent: later })
})

test('several headers of one name are one list, and a list that is too long is left out', () => {
  const headers = [
    header('traceparent', traceparent),
    header('tracestate', 'a=1'),
    header('tracestate', 'b=2'),
    header('baggage', 'x'.repeat(8193)),
  ]
  assert.deepEqual(traceOf(headers), { traceparent, tracestate: 'a=1,b=2' })
})

test('before MQTT 5 there is no place for a trace', async () => {
  const nowhere = { no_config: true, type: 'mqtt', brokers: '127.0.0.1:1', topic: 't' } as const
  const opening = Writer.open(nowhere, { injectTrace: () => {} })
  await assert.rejects(opening, { name: 'InvalidArgumentError', message: /protocol: MQTTv5/ })
})
