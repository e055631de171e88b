import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MalformedBytes } from '../../base/bytes.ts'
import { deepestRecords, mostEmptyItems } from './codec/avro-reader.ts'
import { avroFormat } from './index.ts'

test('the values of the specification have the bytes of the specification', () => {
  const examples: readonly (readonly [schema: unknown, value: unknown, hex: string])[] = [
    ['long', -64n, '7f'],
    ['long', 64n, '8001'],
    ['string', 'foo', '06666f6f'],
    [record({ a: 'long', b: 'string' }), { a: 27n, b: 'foo' }, '3606666f6f'],
    [{ type: 'array', items: 'long' }, [3n, 27n], '04063600'],
    [['null', 'string'], null, '00'],
    [['null', 'string'], 'a', '020261'],
    ['double', 1.5, '000000000000f83f'],
    ['float', -1.5, '0000c0bf'],
  ]
  for (const [schema, value, hex] of examples) {
    const codec = parse(schema)
    assert.equal(codec.encode(value).toString('hex'), hex)
    assert.deepEqual(codec.decode(Buffer.from(hex, 'hex')), value)
  }
})

test('a long keeps all of its 64 bits, and a safe integer is taken for one', () => {
  const long = parse('long')
  for (const value of [
    0n,
    -1n,
    2n ** 48n,
    -(2n ** 49n),
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ]) {
    assert.equal(long.decode(long.encode(value)), value)
  }
  for (const value of [0, -5, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    assert.equal(long.decode(long.encode(value)), BigInt(value))
  }
})

test('the smart meter’s record is read: a union without a default, and attributes that are kept', () => {
  const text =
    '{"type":"record","name":"Reading","namespace":"meter","fields":[{"name":"ID","type":"string"},{"name":"power","type":["null","double"]}],"connect.name":"meter.Reading"}'
  const schema = avroFormat.parse(text)
  assert.deepEqual(schema.decode(schema.encode({ ID: 'm1', power: 2.5 })), { ID: 'm1', power: 2.5 })
  assert.deepEqual(schema.decode(schema.encode({ ID: 'm1' })), { ID: 'm1', power: null })
  assert.deepEqual(schema.definition, JSON.parse(text))
})

test('a field that the value lacks gets its default, and none changes the next one', () => {
  const schema = parse({
    type: 'record',
    name: 'R',
    fields: [
      { name: 'list', type: { type: 'array', items: 'int' }, default: [1, 2] },
      { name: 'raw', type: 'bytes', default: 'ÿ' },
      { name: 'inner', type: record({ a: 'int' }, 'I'), default: { a: 7 } },
    ],
  })
  const expected = { list: [1, 2], raw: Buffer.from([255]), inner: { a: 7 } }
  assert.deepEqual(schema.decode(schema.encode({})), expected)
  const reader = schema.reader(parse(record({})))
  const first = reader.decode(Buffer.alloc(0)) as { list: number[] }
  first.list.push(3)
  assert.deepEqual(reader.decode(Buffer.alloc(0)), expected)
})

test('the value decides the branch of a union: the narrowest that takes it', () => {
  const symbols = { type: 'enum', name: 'E', symbols: ['ON', 'OFF'] }
  const id = { type: 'fixed', name: 'F', size: 2 }
  const point = record({ x: 'int', y: 'int' }, 'Point')
  const circle = record({ x: 'int', y: 'int', r: ['null', 'int'] }, 'Circle')
  const branchOf = (union: unknown[], value: unknown) =>
    (parse(union).encode(value)[0] as number) / 2
  assert.equal(branchOf(['string', symbols], 'ON'), 1)
  assert.equal(branchOf(['string', symbols], 'AUTO'), 0)
  assert.equal(branchOf(['bytes', id], Buffer.alloc(2)), 1)
  assert.equal(branchOf(['bytes', id], Buffer.alloc(3)), 0)
  assert.equal(branchOf(['double', 'long', 'int'], 7), 2)
  assert.equal(branchOf(['double', 'long', 'int'], 2 ** 40), 1)
  assert.equal(branchOf(['double', 'long', 'int'], 7.5), 0)
  assert.equal(branchOf(['double', 'int'], -0), 0)
  assert.equal(branchOf(['null', point, circle], { x: 1, y: 2 }), 1)
  assert.equal(branchOf(['null', point, circle], { x: 1, y: 2, r: 3 }), 2)
  const [named, counted] = [
    record({ of: record({ name: 'string' }, 'Named') }, 'OfNamed'),
    record({ of: { type: 'map', values: 'int' } }, 'Counted'),
  ]
  assert.equal(branchOf([named, counted], { of: { name: 'pump' } }), 0)
  assert.equal(branchOf([named, counted], { of: { name: 7 } }), 1)
  assert.equal(branchOf([{ type: 'map', values: 'int' }, point], { x: 1, y: 2 }), 1)
  assert.equal(branchOf([{ type: 'map', values: 'int' }, point], { z: 1 }), 0)
  assert.equal(branchOf([{ type: 'map', values: 'int' }, point], { x: 1, y: 2, z: 3 }), 0)
  assert.equal(branchOf([{ type: 'map', values: 'int' }, point], { x: 1, y: 2, z: 'a' }), 1)
})

test('a value that does not fit is refused, and the error names the field', () => {
  const schema = parse(
    record({
      readings: { type: 'array', items: record({ power: ['null', 'double'] }, 'Reading') },
      tags: { type: 'map', values: 'int' },
    }),
  )
  const wrong: readonly (readonly [value: unknown, says: RegExp])[] = [
    [7, /^The value does not fit its Avro schema: an object is expected, not 7\.$/],
    [{ tags: {} }, /at readings .*: an array is expected, not nothing/],
    [
      { readings: [{}, { power: 'a lot' }], tags: {} },
      /at readings\[1\]\.power .*one of null, double/,
    ],
    [{ readings: [], tags: { 'a b': 1.5 } }, /at tags\["a b"\] .*an int .*not 1\.5/],
  ]
  for (const [value, says] of wrong) {
    assert.throws(() => schema.encode(value), { code: 'wrong-value', message: says })
  }
  for (const [type, value] of [
    ['int', 2 ** 31],
    ['long', 2 ** 53],
    ['long', 2n ** 63n],
    ['string', Buffer.alloc(1)],
    ['boolean', 1],
    [{ type: 'fixed', name: 'F', size: 2 }, Buffer.alloc(3)],
  ]) {
    assert.throws(() => parse(type).encode(value), { code: 'wrong-value' })
  }
})

test('a reader’s schema reads what another wrote: by name, by alias, promoted, with defaults', () => {
  const writer = parse({
    type: 'record',
    name: 'Reading',
    namespace: 'old',
    fields: [
      { name: 'gone', type: { type: 'map', values: ['null', { type: 'array', items: 'string' }] } },
      { name: 'count', type: 'int' },
      { name: 'watts', type: 'float' },
      { name: 'state', type: { type: 'enum', name: 'State', symbols: ['ON', 'ODD'] } },
      { name: 'text', type: 'bytes' },
      { name: 'next', type: ['null', 'Reading'] },
    ],
  })
  const reader = parse({
    type: 'record',
    name: 'Reading',
    namespace: 'now',
    fields: [
      { name: 'power', type: 'double', aliases: ['watts'] },
      { name: 'count', type: ['null', 'long'] },
      {
        name: 'state',
        type: { type: 'enum', name: 'State', symbols: ['ON', 'OTHER'], default: 'OTHER' },
      },
      { name: 'unit', type: 'string', default: 'W' },
      { name: 'text', type: 'string' },
      { name: 'next', type: ['Reading', 'null'] },
    ],
  })
  const leaf = { gone: {}, count: -1, watts: 0, state: 'ON', text: Buffer.from('b'), next: null }
  const bytes = writer.encode({
    gone: { a: ['x'] },
    count: 7,
    watts: 1.5,
    state: 'ODD',
    text: Buffer.from('é'),
    next: leaf,
  })
  assert.deepEqual(reader.reader(writer).decode(bytes), {
    power: 1.5,
    count: 7n,
    state: 'OTHER',
    unit: 'W',
    text: 'é',
    next: { power: 0, count: -1n, state: 'ON', unit: 'W', text: 'b', next: null },
  })
})

test('what a reader’s schema cannot take is refused when it comes, not before', () => {
  const reader = parse('string').reader(parse(['null', 'string']))
  assert.equal(reader.decode(Buffer.from('020261', 'hex')), 'a')
  assert.throws(() => reader.decode(Buffer.from('00', 'hex')), {
    code: 'not-readable',
    message: /written as null cannot be read as string/,
  })
})

test('bytes that end early, go on, or promise too much are malformed', () => {
  const schema = parse(
    record({ ok: 'boolean', list: { type: 'array', items: 'string' }, way: ['null', 'int'] }),
  )
  const good = schema.encode({ ok: true, list: ['a', 'b'], way: 3 })
  for (let length = 0; length < good.length; length++) {
    assert.throws(() => schema.decode(good.subarray(0, length)), MalformedBytes)
  }
  const wrong = ['01' + '0000' + '00', '02' + '0000', '01ffffffff0f', '0100' + '04', '010308026100']
  for (const hex of wrong) {
    assert.throws(() => schema.decode(Buffer.from(hex, 'hex')), MalformedBytes, hex)
  }
})

test('a few bytes cannot ask for a great many empty items, nor nest without end', () => {
  const nulls = parse({ type: 'array', items: 'null' })
  const many = Array.from({ length: mostEmptyItems }, () => null)
  assert.deepEqual(nulls.decode(nulls.encode(many)), many)
  assert.throws(() => nulls.decode(nulls.encode([...many, null])), MalformedBytes)

  const list = parse(record({ next: ['null', 'R'] }))
  const nested = (levels: number) => Buffer.concat([Buffer.alloc(levels - 1, 2), Buffer.alloc(1)])
  assert.doesNotThrow(() => list.decode(nested(deepestRecords)))
  assert.throws(() => list.decode(nested(deepestRecords + 1)), MalformedBytes)
  const endless: { next?: unknown } = {}
  endless.next = endless
  assert.throws(() => list.encode(endless), { code: 'wrong-value' })

  const twice = Array.from({ length: 60 }, (_, index) =>
    record({ a: `T${index + 1}`, b: `T${index + 1}` }, `T${index}`),
  )
  const doubling = parse([...twice, record({}, 'T60')])
  assert.throws(() => doubling.decode(Buffer.from([0])), MalformedBytes)
})

function parse(schema: unknown) {
  return avroFormat.parse(JSON.stringify(schema))
}

function record(fields: Readonly<Record<string, unknown>>, name = 'R') {
  return {
    type: 'record',
    name,
    fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
  }
}
