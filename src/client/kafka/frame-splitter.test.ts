import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, seededRandom } from '../../base/random.ts'
import { FrameSplitter } from './frame-splitter.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)

test('frames stay what they are when the pieces in which they came are overwritten', (t) => {
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const sent = Array.from({ length: 200 }, () => random.bytes(between(random, 0, 300)))
  const stream = Buffer.concat(sent.map(framed))
  const shared = Buffer.alloc(512)
  const taken: Buffer[] = []
  const splitter = new FrameSplitter(1000, (frame) => taken.push(frame))
  for (let from = 0; from < stream.length; ) {
    const bytes = stream.copy(shared, 0, from, from + between(random, 1, shared.length))
    splitter.push(shared.subarray(0, bytes))
    shared.fill(0xff)
    from += bytes
  }
  assert.deepEqual(taken, sent)
})

test('a length beyond the limit, or below zero, is refused before memory is taken for it', () => {
  for (const length of [1001, -1, 2 ** 31 - 1]) {
    const splitter = new FrameSplitter(1000, () => assert.fail('a frame'))
    const piece = Buffer.alloc(4)
    piece.writeInt32BE(length)
    assert.throws(() => splitter.push(piece), {
      message: `a frame of ${length} bytes; 1000 are accepted`,
    })
  }
})

function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
