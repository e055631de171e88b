import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { InvalidMessageError } from '../formats/sinetstream/index.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** A service within this process, on a topic of its own. */
function service(parameters: { receive_timeout_ms?: number } = {}) {
  const common = { no_config: true, type: 'iostream' } as const
  const topic = randomUUID()
  return {
    reader: { ...common, topic, ...parameters },
    writer: { ...common, topic },
  }
}

test('a message comes with its value, topic and time', async () => {
  const { reader, writer } = service()
  await using from = await Reader.open({ ...reader, value_type: 'text' })
  await using to = await Writer.open({ ...writer, value_type: 'text' })
  await to.publish('hello', { timestampUs: 1_700_000_000_123_456, key: 'k', headers: { h: 'v' } })
  for await (const message of from) {
    assert.equal(message.value, 'hello')
    assert.equal(message.topic, writer.topic)
    assert.equal(message.timestampUs, 1_700_000_000_123_456)
    assert.equal(message.timestamp?.toISOString(), '2023-11-14T22:13:20.123Z')
    assert.equal(message.key?.toString(), 'k')
    assert.deepEqual(message.headers, [{ key: 'h', value: Buffer.from('v') }])
    break
  }
})

test('a time that is not set is undefined', async () => {
  const { reader, writer } = service()
  await using from = await Reader.open({ ...reader, value_type: 'text' })
  await using to = await Writer.open({ ...writer, value_type: 'text' })
  await to.publish('hello', { timestamp: 0 })
  const { value: message } = await from[Symbol.asyncIterator]().next()
  assert.equal(message.timestamp, undefined)
  assert.equal(message.timestampUs, 0)
})

test('the receive timeout ends the loop, not the reader', async () => {
  const { reader, writer } = service({ receive_timeout_ms: 20 })
  await using from = await Reader.open({ ...reader, value_type: 'text' })
  await using to = await Writer.open({ ...writer, value_type: 'text' })
  const heard: string[] = []
  for await (const { value } of from) heard.push(value)
  await to.publish('later')
  for await (const { value } of from) heard.push(value)
  assert.deepEqual(heard, ['later'])
  assert.equal(from.metrics.error_count_total, 0)
})

test('a message that cannot be read is thrown, and the next loop goes on behind it', async () => {
  const { reader, writer } = service({ receive_timeout_ms: 20 })
  await using from = await Reader.open({ ...reader, value_type: 'text' })
  await using bare = await Writer.open({ ...writer, user_data_only: true, value_type: 'text' })
  await using to = await Writer.open({ ...writer, value_type: 'text' })
  await bare.publish('no envelope')
  await to.publish('fine')
  const read = async () => {
    const heard: string[] = []
    for await (const { value } of from) heard.push(value)
    return heard
  }
  await assert.rejects(read(), InvalidMessageError)
  assert.deepEqual(await read(), ['fine'])
  assert.equal(from.metrics.error_count_total, 1)
})

test('a value of another type is refused before it is sent', async () => {
  const { writer } = service()
  await using to = await Writer.open({ ...writer, value_type: 'text' })
  await assert.rejects(to.publish(42 as unknown as string), InvalidMessageError)
  assert.equal(to.metrics.error_count_total, 1)
})

test('closing ends a loop that waits, and a closed reader says so', async () => {
  const { reader } = service()
  const from = await Reader.open(reader)
  const waiting = from[Symbol.asyncIterator]().next()
  await from.close()
  assert.deepEqual(await waiting, { done: true, value: undefined })
  assert.throws(() => from[Symbol.asyncIterator](), /the reader is closed/i)
  await from.close()
})

test('a loop whose reader is closed from its body ends well', async () => {
  const { reader, writer } = service()
  const from = await Reader.open({ ...reader, value_type: 'text' })
  await using to = await Writer.open({ ...writer, value_type: 'text' })
  await to.publish('one')
  await to.publish('two')
  const heard: string[] = []
  for await (const { value } of from) {
    heard.push(value)
    await from.close()
  }
  assert.deepEqual(heard, ['one'])
})

test('two loops at once are refused', async () => {
  const { reader } = service()
  await using from = await Reader.open(reader)
  const waiting = from[Symbol.asyncIterator]().next()
  await assert.rejects(from[Symbol.asyncIterator]().next(), /read elsewhere/)
  await from.close()
  await waiting
})

test('a listener is called message by message, and failures go to its other side', async () => {
  const { reader, writer } = service()
  await using from = await Reader.open({ ...reader, value_type: 'json' })
  await using to = await Writer.open({ ...writer, value_type: 'json' })
  const heard: unknown[] = []
  const failed: unknown[] = []
  const listening = from.listen({
    async onMessage({ value }) {
      if (value === 'bad') throw new Error('cannot be handled')
      heard.push(value)
      if (value === 'end') void from.close()
    },
    onFailure(error, message) {
      failed.push([(error as Error).message, message?.value])
    },
  })
  for (const value of [1, 'bad', { two: 2 }, 'end']) await to.publish(value)
  await listening
  assert.deepEqual(heard, [1, { two: 2 }, 'end'])
  assert.deepEqual(failed, [['cannot be handled', 'bad']])
})

test('without a side for failures the listening ends with the first', async () => {
  const { reader, writer } = service()
  await using from = await Reader.open(reader)
  await using to = await Writer.open({ ...writer, value_type: 'text' })
  const listening = from.listen({
    onMessage() {
      throw new Error('cannot be handled')
    },
  })
  await to.publish('one')
  await to.publish('two')
  await assert.rejects(listening, /cannot be handled/)
})

test('messages of one key are handled in order, those of others side by side', async () => {
  const { reader, writer } = service()
  await using from = await Reader.open({ ...reader, value_type: 'text' })
  await using to = await Writer.open({ ...writer, value_type: 'text' })
  const begun: string[] = []
  const first = Promise.withResolvers<void>()
  const listening = from.listen({
    concurrency: 4,
    async onMessage({ value }) {
      begun.push(value)
      if (value === 'a1') await first.promise
      if (value === 'b1') first.resolve()
      if (value === 'a2') void from.close()
    },
  })
  for (const value of ['a1', 'a2', 'b1']) await to.publish(value, { key: value.slice(0, 1) })
  await listening
  assert.deepEqual(begun, ['a1', 'b1', 'a2'])
})

test('figures count what crossed, before and after compression', async () => {
  const { reader, writer } = service()
  const compressed = { data_compression: true, value_type: 'text' } as const
  await using from = await Reader.open({ ...reader, ...compressed })
  await using to = await Writer.open({ ...writer, ...compressed })
  await to.publish('x'.repeat(1000))
  await from[Symbol.asyncIterator]().next()
  for (const { metrics } of [from, to]) {
    assert.equal(metrics.msg_count_total, 1)
    assert.equal(metrics.msg_uncompressed_bytes_total, 1000)
    assert.ok(metrics.msg_compressed_bytes_total < 100)
    assert.ok(metrics.msg_bytes_total > metrics.msg_compressed_bytes_total)
  }
  assert.equal(to.info('metrics.msg_count_total'), 1)
  assert.match(String(to.info('client_id')), /^sinetstream-[0-9a-f-]{36}$/)
})

test('a type that does not exist is refused by name', async () => {
  const { writer } = service()
  await assert.rejects(Writer.open({ ...writer, type: 'carrier-pigeon' }), {
    name: 'UnsupportedServiceTypeError',
    message: /carrier-pigeon.*kafka/,
  })
})

test('a wrong parameter is told before anything is opened', async () => {
  const nowhere = { no_config: true, type: 'mqtt', brokers: '127.0.0.1:1', topic: 't' } as const
  const wrong = {
    data_compression: true,
    compression: { algorithm: 'gzip', gzip: { nonsense: 1 } },
  } as const
  const refused = { name: 'InvalidArgumentError', message: /nonsense/ }
  await assert.rejects(Reader.open({ ...nowhere, ...wrong }), refused)
  await assert.rejects(Writer.open({ ...nowhere, ...wrong }), refused)
})
