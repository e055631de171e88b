/** Records to bytes and back; protobufjs is the oracle. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import protobufjs from 'protobufjs'
import { MalformedBytes } from '../../../base/bytes.ts'
import { between, seededRandom } from '../../../base/random.ts'
import { protobufFormat } from '../index.ts'
import { randomSchema } from '../testing/random-schema.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

const reading = protobufFormat.parse(`
syntax = "proto3";
package plant;
message Reading {
  string id = 1;
  optional int64 count = 2;
  repeated sint32 deltas = 3;
  map<string, Phase> phases = 4;
  oneof value { double power = 5; bytes image = 6; Phase phase = 7; }
  Mode mode = 8;
  message Phase { float amperes = 1; uint64 since = 2; }
  enum Mode { UNKNOWN = 0; IDLE = 1; ON = 2; ALSO_ON = 2; option allow_alias = true; }
}`)

test(`what is encoded by chance decodes to itself, and protobufjs encodes it alike (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  for (let round = 0; round < 300; round += 1) {
    const { text, message, record } = randomSchema(random)
    const schema = protobufFormat.parse(text)
    const oracle = protobufjs.parse(text).root.resolveAll().lookupType(message)
    for (let draw = 0; draw < 5; draw += 1) {
      const value = record()
      const bytes = schema.encode(value, message)
      assert.deepEqual(schema.decode(bytes, message), value, text)
      const theirs = Buffer.from(oracle.encode(oracle.decode(bytes)).finish())
      assert.deepEqual(schema.decode(theirs, message), value, text)
    }
  }
})

test('int64 is a bigint, bytes a Buffer, a map a Map, an enum a name, and what is absent null', () => {
  const value = {
    id: 'meter-7',
    count: -(2n ** 63n),
    deltas: [0, -1, 2147483647],
    phases: new Map([['L1', { amperes: 1.5, since: 2n ** 64n - 1n }]]),
    power: null,
    image: Buffer.from([0, 255]),
    phase: null,
    mode: 'ON',
  }
  assert.deepEqual(reading.decode(reading.encode(value)), value)
  assert.deepEqual(reading.decode(Buffer.alloc(0)), {
    id: '',
    count: null,
    deltas: [],
    phases: new Map(),
    power: null,
    image: null,
    phase: null,
    mode: 'UNKNOWN',
  })
})

test('an object may stand for a map, an exact number for an int64, a number for an enum', () => {
  const bytes = reading.encode({ count: 7, phases: { L2: { since: 3 } }, mode: 9 })
  const { count, phases, mode } = reading.decode(bytes)
  assert.deepEqual([count, phases, mode], [7n, new Map([['L2', { amperes: 0, since: 3n }]]), 9])
})

test('a value that does not fit is refused with the way to it', () => {
  const wrong: [unknown, RegExp][] = [
    [{ deltas: [1, 'x'] }, /at deltas\[1\] .* a whole number from -2147483648 .* not 'x'/],
    [{ phases: { L1: { since: -1n } } }, /at phases\[L1\]\.since /],
    [{ id: 5 }, /at id .* a string is expected, not 5/],
    [{ count: 0.5 }, /at count /],
    [{ count: 2n ** 63n }, /at count /],
    [{ mode: 'OFF' }, /at mode .*'plant\.Reading\.Mode'.*not 'OFF'/],
    [{ power: 1, image: Buffer.alloc(1) }, /at image .*one field of 'value'.*this and 'power'/],
    [{ pwoer: 1 }, /at pwoer .*a field of 'plant\.Reading'/],
    [{ phase: 3 }, /at phase .*an object for 'plant\.Reading\.Phase'/],
    [{ deltas: 3 }, /at deltas .*an array/],
    ['text', /an object for 'plant\.Reading'/],
    [{ id: '\ud800' }, /at id /],
  ]
  for (const [value, message] of wrong) {
    assert.throws(() => reading.encode(value), { code: 'wrong-value', message })
  }
})

test('a required field is missed when it is written and when it is read', () => {
  const schema = protobufFormat.parse('message A { required int32 n = 1; optional A a = 2; }')
  assert.throws(() => schema.encode({ a: {} }), /at n |at a\.n /)
  assert.throws(() => schema.decode(Buffer.alloc(0)), MalformedBytes)
})

test('a value that holds itself is refused, not followed for ever', () => {
  const schema = protobufFormat.parse('message A { optional A a = 1; }')
  const value: Record<string, unknown> = {}
  value.a = value
  assert.throws(() => schema.encode(value), { code: 'wrong-value' })
})

test('fields of a later schema are passed over, whatever their wire type', () => {
  const later = protobufFormat.parse(`
    message A {
      optional int32 a = 1; optional fixed32 b = 2; optional fixed64 c = 3; optional string d = 4;
      optional group E = 5 { optional group F = 6 { optional int32 g = 1; } }
    }`)
  const earlier = protobufFormat.parse('message A { optional string z = 9; }')
  const value = { a: 1, b: 2, c: 3n, d: 'x', e: { f: { g: 1 } } }
  assert.deepEqual(later.decode(later.encode(value)), value)
  assert.deepEqual(earlier.decode(later.encode(value)), { z: null })
})

test('a message that comes in pieces is merged, and the last field of a oneof wins', () => {
  const schema = protobufFormat.parse(
    'message A { optional A a = 1; optional int32 b = 2; repeated int32 c = 3; oneof o { int32 d = 4; int32 e = 5; } }',
  )
  const pieces = [
    { a: { b: 1, c: [1] }, d: 1 },
    { a: { c: [2] }, e: 2 },
  ]
  const merged = schema.decode(Buffer.concat(pieces.map((piece) => schema.encode(piece))))
  const a = { a: null, b: 1, c: [1, 2], d: null, e: null }
  assert.deepEqual(merged, { a, b: null, c: [], d: null, e: 2 })
})

test(`damaged bytes are malformed or something else, never a crash (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  let malformed = 0
  for (let round = 0; round < 300; round += 1) {
    const { text, message, record } = randomSchema(random)
    const schema = protobufFormat.parse(text)
    const bytes = schema.encode(record(), message)
    for (let damage = 0; damage < 10; damage += 1) {
      const damaged = Buffer.from(bytes.subarray(0, between(random, 0, bytes.length)))
      if (damaged.length > 0)
        damaged[between(random, 0, damaged.length - 1)] = between(random, 0, 255)
      try {
        schema.decode(damaged, message)
      } catch (error) {
        assert.ok(error instanceof MalformedBytes, `${text}\n${damaged.toString('hex')}\n${error}`)
        malformed += 1
      }
    }
  }
  assert.ok(malformed > 0)
})

test('bytes that nest without end are malformed', () => {
  const schema = protobufFormat.parse('message A { optional A a = 1; optional group G = 2 { } }')
  let nested = Buffer.alloc(0)
  for (let depth = 0; depth < 200; depth += 1) {
    const head =
      nested.length < 128 ? [nested.length] : [(nested.length & 127) | 128, nested.length >> 7]
    nested = Buffer.concat([Buffer.from([10, ...head]), nested])
  }
  assert.throws(() => schema.decode(nested), MalformedBytes)
  assert.throws(() => schema.decode(Buffer.alloc(100_000, 0x1b)), MalformedBytes)
  assert.throws(() => schema.decode(Buffer.alloc(100_000, 0x13)), MalformedBytes)
})
