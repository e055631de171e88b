import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MalformedBytes } from '../base/bytes.ts'
import { between, seededRandom } from '../base/random.ts'
import { BufferPool } from './buffer-pool.ts'
import { FrameReader } from './frames.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)

function framed(...bodies: Buffer[]): Buffer {
  return Buffer.concat(
    bodies.flatMap((body) => {
      const length = Buffer.alloc(4)
      length.writeInt32BE(body.length)
      return [length, body]
    }),
  )
}

test(`frames come out whole and in order however the stream is cut (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  const pool = new BufferPool(64 * 1024, 4)
  for (let round = 0; round < 200; round++) {
    const bodies = Array.from({ length: between(random, 1, 8) }, () =>
      random.bytes(between(random, 0, 1) === 0 ? between(random, 0, 20) : between(random, 0, 9000)),
    )
    const stream = framed(...bodies)
    const got: Buffer[] = []
    const reader = new FrameReader(1 << 20, pool, (frame, gathered) => {
      got.push(Buffer.from(frame))
      if (gathered !== undefined) pool.give(gathered)
    })
    for (let at = 0; at < stream.length; ) {
      const end = Math.min(stream.length, at + between(random, 1, 5000))
      reader.push(Buffer.from(stream.subarray(at, end)))
      at = end
    }
    assert.deepEqual(got, bodies)
  }
})

test('a frame that is announced too long is refused before any memory is taken for it', () => {
  const reader = new FrameReader(1000, new BufferPool(1000, 1), () => assert.fail('no frame came'))
  const length = Buffer.alloc(4)
  length.writeInt32BE(1001)
  assert.throws(() => reader.push(length), MalformedBytes)
})

test('a negative length is refused', () => {
  const reader = new FrameReader(1000, new BufferPool(1000, 1), () => assert.fail('no frame came'))
  assert.throws(() => reader.push(Buffer.from('ffffffff', 'hex')), MalformedBytes)
})
