import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { InvalidMessageError } from '../formats/sinetstream/index.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const pump = { source: '/pump/1', type: 'reading', extensions: { line: 'a', height: 7 } } as const

function service() {
  return { no_config: true, type: 'iostream', topic: randomUUID(), receive_timeout_ms: 50 } as const
}

for (const mode of ['binary', 'structured'] as const) {
  test(`an event crosses in ${mode} mode, with what its writer and its message say of it`, async () => {
    const { receive_timeout_ms: _, ...common } = service()
    const value_type = 'json'
    await using from = await Reader.open({ ...common, value_type, cloudevents: true })
    await using raw = await Reader.open({ ...common, value_type: 'text', user_data_only: true })
    await using to = await Writer.open({ ...common, value_type, cloudevents: { mode, ...pump } })
    const event = { id: '1', subject: '温度', extensions: { partitionkey: 'k', line: 'b' } }
    await to.publish({ celsius: 46.7 }, { timestampUs: 1_700_000_000_123_456, event })

    const { value: message } = await from[Symbol.asyncIterator]().next()
    assert.deepEqual(message.value, { celsius: 46.7 })
    assert.equal(message.timestampUs, 1_700_000_000_123_456)
    assert.equal(message.key?.toString(), 'k')
    assert.deepEqual(message.event, {
      ...{ specversion: '1.0', id: '1', source: '/pump/1', type: 'reading', subject: '温度' },
      time: '2023-11-14T22:13:20.123456Z',
      datacontenttype: 'application/json',
      ...{ partitionkey: 'k', line: 'b' },
      // Headers are text.
      height: mode === 'binary' ? '7' : 7,
    })
    const { value: sent } = await raw[Symbol.asyncIterator]().next()
    if (mode === 'binary') assert.equal(sent.value, '{"celsius":46.7}')
    else assert.deepEqual(JSON.parse(sent.value).data, { celsius: 46.7 })
    assert.equal(sent.headers.length > 0, mode === 'binary')
  })
}

test('an event has a new id and no time where none is given', async () => {
  const common = service()
  await using from = await Reader.open({ ...common, value_type: 'text', cloudevents: true })
  await using to = await Writer.open({
    ...{ no_config: true, type: 'iostream', topic: common.topic, value_type: 'text' },
    cloudevents: pump,
  })
  await to.publish('a', { timestamp: 0 })
  await to.publish('b', { timestamp: 0 })
  const ids = new Set<string>()
  for await (const { event } of from) {
    assert.match(event?.id ?? '', uuid)
    assert.equal(event?.time, undefined)
    ids.add(event?.id ?? '')
  }
  assert.equal(ids.size, 2)
})

test('what is no event is no message for a reader of events', async () => {
  const { receive_timeout_ms: _, ...common } = service()
  await using from = await Reader.open({ ...common, value_type: 'text', cloudevents: true })
  await using plain = await Writer.open({ ...common, value_type: 'text' })
  await plain.publish('no event')
  await assert.rejects(from[Symbol.asyncIterator]().next(), InvalidMessageError)
})

test('what the standard does not allow is refused before it is sent', async () => {
  const { receive_timeout_ms: _, ...common } = service()
  const open = (cloudevents: object) =>
    Writer.open({ ...common, value_type: 'text', cloudevents } as never)
  const refused = (message: RegExp) => ({ name: 'InvalidArgumentError', message })
  const nameless = await open({ source: '/pump/1' })
  await assert.rejects(nameless.publish('x' as never), refused(/'type'/))
  const upper = await open({ ...pump, extensions: { Line: 'a' } })
  await assert.rejects(upper.publish('x' as never), refused(/no extension 'Line'/))
  await assert.rejects(open({ ...pump, kind: 'x' }), refused(/'cloudevents.kind'/))
  await assert.rejects(open({ ...pump, mode: 'batch' }), refused(/'cloudevents.mode'/))
  const plain = await Writer.open({ ...common, value_type: 'text' })
  await assert.rejects(plain.publish('x', { event: { id: '1' } }), refused(/cloudevents/))
  await Promise.all([nameless, upper, plain].map((writer) => writer.close()))
})

test('an event has no envelope, compression or encryption, and a binary mode only with headers', async () => {
  const nowhere = { no_config: true, brokers: '127.0.0.1:1', topic: 't' } as const
  const refused = (message: RegExp) => ({ name: 'InvalidArgumentError', message })
  const kafka = { ...nowhere, type: 'kafka', cloudevents: pump } as const
  await assert.rejects(Writer.open({ ...kafka, data_compression: true }), refused(/exclude/))
  await assert.rejects(Writer.open({ ...kafka, data_encryption: true }), refused(/exclude/))
  await assert.rejects(Writer.open({ ...kafka, user_data_only: false }), refused(/exclude/))
  const binary = { ...pump, mode: 'binary' } as const
  await assert.rejects(
    Writer.open({ ...nowhere, type: 'mqtt', cloudevents: binary }),
    refused(/mode: structured/),
  )
})
