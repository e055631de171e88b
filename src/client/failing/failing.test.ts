import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { InvalidMessageError } from '../../formats/sinetstream/index.ts'
import type { Message } from '../message.ts'
import { Reader } from '../reader.ts'
import type { ReaderParameters } from '../service/index.ts'
import { Writer } from '../writer.ts'

const patient = { attempts: 3, delay_ms: 1, max_delay_ms: 2 }

/** A reader within this process, a writer to it, and a reader of its dead letters. */
async function ends(parameters: Pick<ReaderParameters, 'retry' | 'dead_letters'> = {}) {
  const common = { no_config: true, type: 'iostream', value_type: 'text' } as const
  const topic = randomUUID()
  const letters = `${topic}-letters`
  const reading = { ...common, topic, receive_timeout_ms: 50, client_id: 'the-reader' }
  const reader = await Reader.open({
    ...reading,
    retry: patient,
    dead_letters: { topic: letters },
    ...parameters,
  })
  const writer = await Writer.open({ ...common, topic })
  const bare = await Writer.open({ ...common, topic, user_data_only: true })
  const undertaker = await Reader.open({ ...reading, topic: letters })
  return { reader, writer, bare, undertaker, topic }
}

function headersOf({ headers }: Message<unknown>) {
  return Object.fromEntries(headers.map(({ key, value }) => [key, Buffer.from(value).toString()]))
}

test('a handler that fails is called again, and the message behind it waits', async () => {
  const { reader, writer, undertaker } = await ends()
  const seen: string[] = []
  const listening = reader.listen({
    onMessage({ value, attempt }) {
      seen.push(`${value} ${attempt}`)
      if (value === 'one' && attempt < 3) throw new Error('not yet')
      if (value === 'two') void reader.close()
    },
  })
  await writer.publish('one')
  await writer.publish('two')
  await listening
  assert.deepEqual(seen, ['one 1', 'one 2', 'one 3', 'two 1'])
  for await (const letter of undertaker) assert.fail(`${letter.value} lies among the dead letters`)
})

test('what was tried in vain lies among the dead letters, which say why, and the reader goes on', async () => {
  const { reader, writer, undertaker, topic } = await ends()
  const told: unknown[] = []
  const listening = reader.listen({
    onMessage({ value }) {
      if (value === 'bad') throw new TypeError('cannot\nbe handled')
      void reader.close()
    },
    onFailure: (error, message) => void told.push([String(error), message?.value]),
  })
  const own = { key: 'k', headers: { h: 'v', 'dead-letter-reason': 'of an earlier time' } }
  await writer.publish('bad', { ...own, timestampUs: 1_700_000_000_123_456 })
  await writer.publish('end')
  await listening
  assert.deepEqual(told, [['TypeError: cannot\nbe handled', 'bad']])

  const { value: letter } = await undertaker[Symbol.asyncIterator]().next()
  const { 'dead-letter-time': time, ...headers } = headersOf(letter)
  assert.ok(Math.abs(Date.parse(time ?? '') - Date.now()) < 60_000)
  assert.deepEqual(headers, {
    h: 'v',
    'dead-letter-reason': 'cannot be handled',
    'dead-letter-error': 'TypeError',
    'dead-letter-topic': topic,
    'dead-letter-attempts': '3',
  })
  assert.deepEqual(
    [letter.value, letter.timestampUs, letter.key?.toString()],
    ['bad', 1_700_000_000_123_456, 'k'],
  )
})

test('a message that cannot be read goes to the dead letters at once, and the loop goes on', async () => {
  const { reader, writer, bare, undertaker } = await ends()
  await bare.publish('no envelope')
  await writer.publish('fine')
  const heard: string[] = []
  for await (const { value } of reader) heard.push(value)
  assert.deepEqual(heard, ['fine'])
  await assert.rejects(undertaker[Symbol.asyncIterator]().next(), InvalidMessageError)
})

test('a message that a loop fails is handed out again, and then goes to the dead letters', async () => {
  const { reader, writer, undertaker } = await ends()
  await writer.publish('bad')
  await writer.publish('fine')
  const seen: string[] = []
  for await (const message of reader) {
    seen.push(`${message.value} ${message.attempt}`)
    if (message.value === 'bad') message.fail(new Error('no'))
  }
  assert.deepEqual(seen, ['bad 1', 'bad 2', 'bad 3', 'fine 1'])
  const { value: letter } = await undertaker[Symbol.asyncIterator]().next()
  assert.equal(headersOf(letter)['dead-letter-attempts'], '3')
})

test('who knows that another attempt is in vain says so', async () => {
  const { reader, writer, undertaker } = await ends()
  await writer.publish('bad')
  for await (const message of reader) message.fail(new Error('no such device'), { again: false })
  const { value: letter } = await undertaker[Symbol.asyncIterator]().next()
  assert.equal(headersOf(letter)['dead-letter-attempts'], '1')
})

test('without dead letters a loop throws what a message failed with, and the next goes on behind it', async () => {
  const { reader, writer } = await ends({ dead_letters: undefined as never })
  await writer.publish('bad')
  await writer.publish('fine')
  const read = async () => {
    const heard: string[] = []
    for await (const message of reader) {
      if (message.value === 'bad') message.fail(new Error('tried in vain'))
      else heard.push(message.value)
    }
    return heard
  }
  await assert.rejects(read(), /tried in vain/)
  assert.deepEqual(await read(), ['fine'])
})

test('without retry a message has one attempt', async () => {
  const { reader, writer, undertaker } = await ends({ retry: undefined as never })
  await writer.publish('bad')
  for await (const message of reader) message.fail('no error object')
  const { value: letter } = await undertaker[Symbol.asyncIterator]().next()
  const { 'dead-letter-attempts': attempts, 'dead-letter-reason': reason } = headersOf(letter)
  assert.deepEqual([attempts, reason], ['1', 'no error object'])
})

test('messages of other keys do not wait while one is tried again', async () => {
  const { reader, writer } = await ends()
  const seen: string[] = []
  const other = Promise.withResolvers<void>()
  const listening = reader.listen({
    concurrency: 3,
    async onMessage({ value, attempt }) {
      seen.push(`${value} ${attempt}`)
      if (value === 'a1' && attempt < 3) {
        await other.promise
        throw new Error('not yet')
      }
      if (value === 'b1') other.resolve()
      if (value === 'a2') void reader.close()
    },
  })
  for (const value of ['a1', 'a2', 'b1']) await writer.publish(value, { key: value.slice(0, 1) })
  await listening
  assert.deepEqual(seen, ['a1 1', 'b1 1', 'a1 2', 'a1 3', 'a2 1'])
})

test('closing ends the waiting for another attempt', async () => {
  const { reader, writer, undertaker } = await ends({
    retry: { attempts: 2, delay_ms: 3_600_000, max_delay_ms: 3_600_000 },
  })
  await writer.publish('bad')
  const attempted = Promise.withResolvers<void>()
  const listening = reader.listen({
    onMessage() {
      attempted.resolve()
      throw new Error('no')
    },
  })
  await attempted.promise
  await reader.close()
  await listening
  for await (const letter of undertaker) assert.fail(`${letter.value} lies among the dead letters`)
})

test('dead letters that would come back, or could not say why, are refused', async () => {
  const common = { no_config: true, brokers: '127.0.0.1:1' } as const
  const refused = { name: 'InvalidArgumentError' }
  await assert.rejects(
    Reader.open({ ...common, type: 'kafka', topics: ['a', 'b'], dead_letters: { topic: 'b' } }),
    { ...refused, message: /'b', which the reader reads itself/ },
  )
  await assert.rejects(
    Reader.open({
      ...{ ...common, type: 'mqtt', topic: 'a/#', dead_letters: { topic: 'a/dead' } },
      type_spec: { protocol: 'MQTTv5' },
    }),
    { ...refused, message: /'a\/dead', which the reader reads itself/ },
  )
  await assert.rejects(
    Reader.open({ ...common, type: 'mqtt', topic: 'a', dead_letters: { topic: 'dead' } }),
    { ...refused, message: /protocol: MQTTv5/ },
  )
})
