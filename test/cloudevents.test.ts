/** CloudEvents through both doors of leat: what comes by one is an event at the other, as far as its protocol can say so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidMessageError, Reader, Writer } from '../src/index.ts'
import { startLeat } from './helpers/leat.ts'
import { withoutPeer } from './helpers/peers.ts'
import { startS3 } from './helpers/s3.ts'

const writers = [
  'kafka binary',
  'kafka structured',
  'MQTTv5 binary',
  'MQTTv5 structured',
  'MQTTv311 structured',
]
const readers = ['kafka', 'MQTTv5', 'MQTTv311']

test('an event that comes by Kafka or MQTT, in any mode, is one for readers of both', async (t) => {
  const leat = await startLeat(t, { kafka: { topics: { events: { partitions: 1 } } } })
  const service = (protocol: string) => {
    const sure = { no_config: true, consistency: 'AT_LEAST_ONCE', topic: 'events' } as const
    return protocol === 'kafka'
      ? ({ ...sure, type: 'kafka', brokers: leat.brokers } as const)
      : ({
          ...{ ...sure, type: 'mqtt', brokers: `127.0.0.1:${leat.mqttPort}` },
          type_spec: { protocol },
        } as const)
  }
  const reading = { value_type: 'json', cloudevents: true, receive_timeout_ms: 60_000 } as const
  const opened = await Promise.all(
    readers.map(async (name) => {
      const reader = await Reader.open({ ...service(name), ...reading })
      return { name, reader, messages: reader[Symbol.asyncIterator]() }
    }),
  )
  for (const name of writers) {
    const [protocol = '', mode] = name.split(' ') as [string, 'binary' | 'structured']
    const writer = await Writer.open({
      ...{ ...service(protocol), value_type: 'json' },
      cloudevents: { mode, source: '/pump/1', type: 'reading', extensions: { line: 'a' } },
    })
    const event = { id: name, subject: '温度' }
    await writer.publish({ celsius: 46.7 }, { timestampUs: 1_700_000_000_123_456, event })
    await writer.close()
    for (const { name: by, messages } of opened) {
      const what = `${name}, read by ${by}`
      if (by === 'MQTTv311' && mode === 'binary') {
        // Attributes are properties, which this protocol does not have.
        await assert.rejects(messages.next(), InvalidMessageError, what)
        continue
      }
      const { value: message } = await messages.next()
      assert.deepEqual(message.value, { celsius: 46.7 }, what)
      assert.equal(message.timestampUs, 1_700_000_000_123_456, what)
      assert.deepEqual(
        message.event,
        {
          ...{ specversion: '1.0', id: name, source: '/pump/1', type: 'reading' },
          ...{ subject: '温度', line: 'a', datacontenttype: 'application/json' },
          time: '2023-11-14T22:13:20.123456Z',
        },
        what,
      )
    }
  }
  await Promise.all(opened.map(({ reader }) => reader.close()))
})

test('in a bucket an event is JSON, and its trace stands in the metadata', {
  skip: withoutPeer('versitygw'),
}, async (t) => {
  const server = await startS3(t)
  const service = { no_config: true, type: 's3', topic: 'events', type_spec: server.spec } as const
  const sure = { ...service, consistency: 'AT_LEAST_ONCE', value_type: 'text' } as const
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const writer = await Writer.open(
    { ...sure, cloudevents: { source: '/pump/1', type: 'reading' } },
    { injectTrace: (carrier) => void Object.assign(carrier, { traceparent }) },
  )
  await writer.publish('hello', { event: { id: '1' } })
  await writer.close()
  const [object] = await server.objects()
  assert.equal(JSON.parse(`${object?.bytes}`).data, 'hello')
  await using reader = await Reader.open({ ...sure, cloudevents: true })
  const { value: message } = await reader[Symbol.asyncIterator]().next()
  assert.deepEqual(
    [message.value, message.event?.id, message.trace],
    ['hello', '1', { traceparent }],
  )
})
