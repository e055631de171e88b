import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { between, pick, seededRandom } from '../../../base/random.ts'
import type { CompressionCoding } from '../coding.ts'
import { InvalidArgumentError, InvalidMessageError } from '../errors.ts'
import { compressorOf, decompressorOf } from './index.ts'

const names = ['gzip', 'zstd', 'lz4'] as const
const value = Buffer.alloc(5_000_000, 'readings ')

function coding(
  algorithm: CompressionCoding['algorithm'],
  args: CompressionCoding['args'] = {},
  level?: number,
): CompressionCoding {
  return { algorithm, args, level }
}

test('a value of exactly the limit is decompressed, one byte less of limit is an InvalidMessageError', () => {
  for (const name of names) {
    const compressed = compressorOf(coding(name))(value)
    assert.ok(compressed.length < value.length / 100)
    assert.ok(decompressorOf(coding(name), value.length)(compressed).equals(value))
    assert.throws(
      () => decompressorOf(coding(name), value.length - 1)(compressed),
      (error: Error) => error instanceof InvalidMessageError && /4999999 bytes/.test(error.message),
      name,
    )
  }
})

test('damaged or cut off, a compressed value is an InvalidMessageError or, unsummed, another value', () => {
  const seed = Date.now() % 2 ** 31
  const random = seededRandom(seed)
  for (const name of names) {
    const compressed = compressorOf(coding(name))(Buffer.from('readings '.repeat(30)))
    const decompress = decompressorOf(coding(name))
    for (let length = 0; length < compressed.length; length++) {
      assert.throws(() => decompress(compressed.subarray(0, length)), InvalidMessageError)
    }
    for (let time = 0; time < 500; time++) {
      const damaged = Buffer.from(compressed)
      damaged[between(random, 0, damaged.length - 1)] = between(random, 0, 255)
      try {
        decompress(damaged)
      } catch (error) {
        assert.ok(error instanceof InvalidMessageError, `${name}, seed ${seed}: ${error}`)
      }
    }
  }
})

test('noise is an InvalidMessageError', () => {
  const seed = Date.now() % 2 ** 31
  const random = seededRandom(seed)
  const starts = ['', '789c', '1f8b0800000000000003', '28b52ffd', '04224d18', '04224d186040820f']
  for (let time = 0; time < 1000; time++) {
    const noise = Buffer.concat([
      Buffer.from(pick(random, starts), 'hex'),
      random.bytes(between(random, 0, 40)),
    ])
    const name = pick(random, names)
    try {
      decompressorOf(coding(name), 1_000_000)(noise)
    } catch (error) {
      assert.ok(error instanceof InvalidMessageError, `${name}, seed ${seed}: ${error}`)
    }
  }
})

test('gzip is a zlib stream, unless wbits asks for gzip or for deflate alone', () => {
  const small = Buffer.from('reading')
  const shapes = [
    [{}, inflateSync],
    [{ wbits: 15 }, inflateSync],
    [{ wbits: 9 }, inflateSync],
    [{ wbits: 31 }, gunzipSync],
    [{ wbits: -15 }, inflateRawSync],
  ] as const
  for (const [args, inflate] of shapes) {
    const compressed = compressorOf(coding('gzip', args))(small)
    assert.ok(inflate(compressed).equals(small))
    assert.ok(decompressorOf(coding('gzip', args))(compressed).equals(small))
  }
  const either = decompressorOf(coding('gzip', { wbits: 47 }))
  for (const wbits of [15, 31]) {
    assert.ok(either(compressorOf(coding('gzip', { wbits }))(small)).equals(small))
  }
})

test('a level is heeded, and an argument wins over it', () => {
  const text = Buffer.from(Array.from({ length: 5000 }, (_, at) => crc32(`${at % 700}`)).join(' '))
  for (const [name, least, most] of [
    ['gzip', 1, 9],
    ['zstd', -50, 19],
  ] as const) {
    const length = (args: CompressionCoding['args'], level?: number) =>
      compressorOf(coding(name, args, level))(text).length
    assert.ok(length({}, most) < length({}, least), name)
    assert.equal(length({ level: most }, least), length({}, most))
  }
})

test('an argument that is unknown or impossible is an InvalidArgumentError that names those there are', () => {
  const wrong = [
    ['gzip', { wbit: 31 }, /compression\.gzip\.wbit is not known.*wbits/],
    ['gzip', { wbits: 48 }, /compression\.gzip\.wbits is 48/],
    ['gzip', { wbits: -40 }, /wbits is -40/],
    ['gzip', { level: 'high' }, /level is "high"; it must be a whole number from -1 to 9/],
    ['zstd', { write_checksum: 1 }, /true or false/],
    ['lz4', { content_checksums: true }, /content_checksum,/],
  ] as const
  for (const [name, args, expected] of wrong) {
    for (const make of [compressorOf, decompressorOf]) {
      assert.throws(
        () => make(coding(name, args)),
        (error: Error) => error instanceof InvalidArgumentError && expected.test(error.message),
      )
    }
  }
  assert.throws(() => compressorOf(coding('gzip', {}, 10)), InvalidArgumentError)
})
