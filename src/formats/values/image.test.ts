import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { InvalidArgumentError, InvalidMessageError } from '../sinetstream/errors.ts'
import { image } from './image.ts'

/** Images of 7 by 3 pixels that Pillow saved. */
interface Saved {
  readonly name: string
  readonly format: string
  readonly width: number
  readonly height: number
  readonly hex: string
}

const fixtures = join(import.meta.dirname, '../../../test/fixtures/sinetstream')
const saved: readonly Saved[] = JSON.parse(readFileSync(join(fixtures, 'images.json'), 'utf8'))
const any = image({})

function savedAs(name: string): Buffer {
  return Buffer.from(saved.find((entry) => entry.name === name)?.hex ?? '', 'hex')
}

test('an image is its bytes, with the format and the size that its header tells', () => {
  assert.ok(saved.length >= 8)
  for (const { name, hex, ...told } of saved) {
    const bytes = Buffer.from(hex, 'hex')
    assert.deepEqual(any.decode(bytes), { ...told, bytes }, name)
  }
})

test('a writer takes an image or its bytes', () => {
  const bytes = savedAs('PNG')
  assert.equal(any.encode(any.decode(bytes)), bytes)
  assert.equal(any.encode(bytes as never), bytes)
})

test('with img_format, a writer refuses an image of another format', () => {
  const jpegOnly = image({ img_format: '.jpg', img_params: [1, 95] })
  assert.deepEqual(jpegOnly.encode(savedAs('JPEG') as never), savedAs('JPEG'))
  assert.throws(
    () => jpegOnly.encode(savedAs('PNG') as never),
    /an encoded image \(jpeg\), not one of the format png/,
  )
  assert.throws(() => image({ img_format: '.xyz' }), InvalidArgumentError)
})

test('what is no image is refused on both sides', () => {
  for (const value of [undefined, 'image', Buffer.from('GIF'), { bytes: 'x' }]) {
    assert.throws(() => any.encode(value as never), InvalidMessageError)
  }
  assert.throws(() => any.decode(Buffer.from('no image')), InvalidMessageError)
})

test('an image whose header was cut off is an InvalidMessageError', () => {
  for (const { name, hex } of saved) {
    const bytes = Buffer.from(hex, 'hex')
    for (let length = 0; length < 10; length++) {
      assert.throws(() => any.decode(bytes.subarray(0, length)), InvalidMessageError, name)
    }
  }
})
