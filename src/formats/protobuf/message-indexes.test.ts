import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MalformedBytes } from '../../base/bytes.ts'
import { protobufFormat, readIndexes, writeIndexes } from './index.ts'

const schema = protobufFormat.parse(`
syntax = "proto3";
package plant;
message Meter { message Phase { message Limit {} } message Place {} }
enum Mode { UNKNOWN = 0; }
message Reading {}
`)

test('a message is found by its indexes, and its indexes by its name', () => {
  const places: [string, number[]][] = [
    ['plant.Meter', [0]],
    ['plant.Meter.Phase', [0, 0]],
    ['plant.Meter.Phase.Limit', [0, 0, 0]],
    ['plant.Meter.Place', [0, 1]],
    ['plant.Reading', [1]],
  ]
  assert.deepEqual(
    schema.messageNames,
    places.map(([name]) => name),
  )
  for (const [name, indexes] of places) {
    assert.deepEqual(schema.messageIndexes(name), indexes)
    assert.equal(schema.nameOf(indexes), name)
  }
  assert.throws(() => schema.nameOf([2]), MalformedBytes)
  assert.throws(() => schema.messageIndexes('plant.Mode'), { code: 'wrong-value' })
})

test('a file that only imports another publicly has the messages of that one', () => {
  const leaf = 'syntax = "proto3"; package leaf; message A {} message B { int32 n = 1; }'
  const wrapper = protobufFormat.parse(
    'syntax = "proto3"; import public "leaf.proto";',
    new Map([['leaf.proto', leaf]]),
  )
  assert.deepEqual(wrapper.messageNames, ['leaf.A', 'leaf.B'])
  assert.deepEqual(wrapper.messageIndexes('leaf.B'), [1])
  assert.deepEqual(wrapper.decode(wrapper.encode({ n: 5 }, 'leaf.B'), 'leaf.B'), { n: 5 })
})

test('indexes are zigzag varints with their number before them, and the first message a single 0', () => {
  const written: [number[], string][] = [
    [[0], '00'],
    [[1], '0202'],
    [[0, 0], '040000'],
    [[1, 64], '04028001'],
  ]
  for (const [indexes, hex] of written) {
    assert.equal(writeIndexes(indexes).toString('hex'), hex)
    const bytes = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from('rest')])
    assert.deepEqual(readIndexes(bytes), { indexes, payload: Buffer.from('rest') })
  }
})

test('indexes that cannot be are malformed', () => {
  for (const hex of ['', '01', '02', '0201', 'ffffffff0f', '80', '8080808080808080']) {
    assert.throws(() => readIndexes(Buffer.from(hex, 'hex')), MalformedBytes, hex)
  }
})
