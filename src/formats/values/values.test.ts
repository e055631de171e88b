import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InvalidArgumentError, InvalidMessageError } from '../sinetstream/errors.ts'
import { valueTypeByName } from './index.ts'

test('bytes are handed through as they are', () => {
  const type = valueTypeByName('byte_array')
  const bytes = Buffer.from([0, 255])
  assert.equal(type.encode(bytes), bytes)
  assert.equal(type.decode(bytes), bytes)
})

test('what is no bytes is refused without telling what it holds', () => {
  for (const value of ['secret', ['secret'], null, undefined, { secret: 'secret' }]) {
    assert.throws(
      () => valueTypeByName('byte_array').encode(value as never),
      (error: Error) => error instanceof InvalidMessageError && !error.message.includes('secret'),
    )
  }
})

test('text is UTF-8, a byte order mark included', () => {
  const type = valueTypeByName('text')
  for (const text of ['', 'センサー 🌡', '\uFEFFabc', '\0']) {
    assert.equal(type.decode(Buffer.from(type.encode(text))), text)
  }
  assert.deepEqual(type.encode('温'), Buffer.from('e6b8a9', 'hex'))
})

test('what is no text is refused on both sides', () => {
  const type = valueTypeByName('text')
  assert.throws(() => type.encode(Buffer.from('abc') as never), /takes a string, not/)
  assert.throws(() => type.encode('\ud83c'), InvalidMessageError)
  assert.throws(() => type.decode(Buffer.from([0x61, 0xff])), InvalidMessageError)
})

test('json is any value that JSON can say', () => {
  const type = valueTypeByName('json')
  for (const value of [null, true, 1.5, 'ä', [1, { a: [] }]]) {
    assert.deepEqual(type.decode(Buffer.from(type.encode(value))), value)
  }
})

test('what JSON cannot say, and what is no JSON, is refused', () => {
  const type = valueTypeByName('json')
  const itself: unknown[] = []
  itself.push(itself)
  for (const value of [undefined, () => 1, 1n, itself]) {
    assert.throws(() => type.encode(value), InvalidMessageError)
  }
  for (const bytes of ['', '{', 'abc', Buffer.from([0x22, 0xff, 0x22])]) {
    assert.throws(() => type.decode(Buffer.from(bytes as string)), InvalidMessageError)
  }
})

test('an unknown name is an InvalidArgumentError that lists the known ones', () => {
  for (const name of ['txet', 'toString', '']) {
    assert.throws(
      () => valueTypeByName(name),
      (error: Error) =>
        error instanceof InvalidArgumentError &&
        error.message.endsWith('the known ones are byte_array, text, json, ndarray, image.'),
    )
  }
})

test('an argument that a type does not have is an InvalidArgumentError', () => {
  assert.throws(() => valueTypeByName('text', { encoding: 'sjis' }), InvalidArgumentError)
  assert.throws(
    () => valueTypeByName('image', { format: '.png' }),
    /it takes img_format, img_params/,
  )
})
