import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { linesOf } from './lines.ts'

const read = async (...chunks: (string | Buffer)[]) =>
  await Array.fromAsync(
    linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk as string)))),
    (line) => line.toString('latin1'),
  )

test('lines are cut wherever the pieces of the stream are', async () => {
  assert.deepEqual(await read('a\nb', 'c', '\n\nd'), ['a', 'bc', '', 'd'])
})

test('the ends of lines that Windows writes are taken off', async () => {
  assert.deepEqual(await read('a\r\nb\r', '\nc\r'), ['a', 'b', 'c'])
})

test('a last line without an end counts, an empty one does not', async () => {
  assert.deepEqual(await read('a\n'), ['a'])
  assert.deepEqual(await read(), [])
})

test('bytes that are no text stay as they are', async () => {
  assert.deepEqual(await read(Buffer.from([0xff, 0xfe, 0x0a])), ['\xff\xfe'])
})
