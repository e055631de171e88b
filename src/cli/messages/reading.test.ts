import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { InvalidMessageError, Reader, Writer } from '../../client/reader-and-writer.ts'
import { readMessages } from './reading.ts'

async function readerAndWriter() {
  const service = { no_config: true, type: 'iostream', topic: randomUUID() } as const
  const reader = await Reader.open({ ...service, value_type: 'text' })
  const writer = await Writer.open({ ...service, value_type: 'byte_array' })
  return {
    reader,
    async write(...texts: (string | Buffer)[]) {
      for (const text of texts) await writer.publish(Buffer.from(text))
    },
  }
}

const never = new AbortController().signal
const notUtf8 = Buffer.from([0xff])

/** Keeps what it gets, until there are as many as it wants. */
function collector(wanted: number, passOver: (error: unknown) => void) {
  const texts: string[] = []
  return {
    texts,
    passOver,
    async receive({ value }: { readonly value: string }) {
      texts.push(value)
    },
    isEnough: () => texts.length >= wanted,
    ended: never,
  }
}

test('it ends with enough messages, and leaves the next one', async () => {
  const { reader, write } = await readerAndWriter()
  await using _reader = reader
  await write('a', 'b', 'c')
  const two = collector(2, assert.ifError)
  await readMessages(reader, two)
  const one = collector(1, assert.ifError)
  await readMessages(reader, one)
  assert.deepEqual([two.texts, one.texts], [['a', 'b'], ['c']])
})

test('a message that cannot be read is passed over, or ends it', async () => {
  const { reader, write } = await readerAndWriter()
  await using _reader = reader
  await write(notUtf8, 'a')
  const failures: unknown[] = []
  const one = collector(1, (error) => failures.push(error))
  await readMessages(reader, one)
  assert.deepEqual(one.texts, ['a'])
  assert.ok(failures[0] instanceof InvalidMessageError)

  await write(notUtf8, 'b')
  const strict = collector(1, (error) => {
    throw error
  })
  await assert.rejects(readMessages(reader, strict), InvalidMessageError)
})

test('a message that fails where it is received is passed over, or ends it', async () => {
  const { reader, write } = await readerAndWriter()
  await using _reader = reader
  await write('a', 'b')
  const failing = { ...collector(1, assert.ifError), receive: async () => assert.fail('full') }
  await assert.rejects(readMessages(reader, failing), /full/)
  const failures: unknown[] = []
  const isEnough = () => failures.length === 1
  await readMessages(reader, { ...failing, isEnough, passOver: (error) => failures.push(error) })
  assert.equal(failures.length, 1)
})

test('whoever wants an end gets it: at once while it waits, else after the message in hand', async () => {
  const waiting = await readerAndWriter()
  const stop = new AbortController()
  const idle = { ...collector(1, assert.ifError), ended: stop.signal }
  const end = readMessages(waiting.reader, idle)
  stop.abort()
  await end
  assert.deepEqual(idle.texts, [])

  const busy = await readerAndWriter()
  await busy.write('a', 'b')
  const wish = new AbortController()
  const texts: string[] = []
  await readMessages(busy.reader, {
    ...collector(9, assert.ifError),
    ended: wish.signal,
    async receive({ value }) {
      wish.abort()
      texts.push(value)
    },
  })
  assert.deepEqual(texts, ['a'])
})
