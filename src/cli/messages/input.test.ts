import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import { type Input, messagesOf } from './input.ts'

const never = new AbortController().signal

async function messages(text: string, input: Partial<Input> = {}): Promise<string[]> {
  const given = { message: undefined, file: undefined, byLine: false, isText: false, ...input }
  const stdin = Readable.from([...text].map((letter) => Buffer.from(letter)))
  const found = await Array.fromAsync(messagesOf(given, stdin, never))
  return found.map((one) => one.toString())
}

test('all of the input is one message, byte by byte', async () => {
  assert.deepEqual(await messages('a\r\nb\n'), ['a\r\nb\n'])
  assert.deepEqual(await messages('äöü'), ['äöü'])
})

test('no input is no message, but an empty message is one', async () => {
  assert.deepEqual(await messages(''), [])
  assert.deepEqual(await messages('', { message: '' }), [''])
})

test('the line ends of a text are plain ones', async () => {
  assert.deepEqual(await messages('a\r\nb\rc\n', { isText: true }), ['a\nb\nc\n'])
})

test('by line, each line is a message without its end', async () => {
  const byLine = { byLine: true, isText: true }
  assert.deepEqual(await messages('a\r\n\nb', byLine), ['a', '', 'b'])
})

test('a file that is not there is told', async () => {
  await assert.rejects(messages('', { file: 'not/there' }), /not\/there cannot be read \(ENOENT\)/)
})

test('whoever wants an end gets it at once, and half a line is no message', async () => {
  const stdin = new PassThrough()
  const stop = new AbortController()
  const input = { message: undefined, file: undefined, byLine: true, isText: true }
  const lines = messagesOf(input, stdin, stop.signal)
  stdin.write('a\nb')
  assert.equal((await lines.next()).value?.toString(), 'a')
  const next = lines.next()
  stop.abort()
  assert.deepEqual(await next, { done: true, value: undefined })
})
