import assert from 'node:assert/strict'
import { test } from 'node:test'
import { protobufFormat } from '../../../formats/protobuf/index.ts'
import type { ConnectSchema } from '../../kit/data.ts'
import { decimalSchema, logicalSchemas } from '../../values/logical.ts'
import { protobufLanguage } from './language.ts'

const options = {
  enhanced: false,
  generalizedSums: false,
  intForEnums: false,
  optionalForNullables: false,
  wrapperForNullables: false,
  scrubsNames: false,
  ignoresDefaults: false,
}
const language = protobufLanguage(options)

function plain(type: ConnectSchema['type'], rest: Partial<ConnectSchema> = {}): ConnectSchema {
  return { type, optional: false, ...rest }
}

function registered(text: string) {
  return { id: 1, type: 'PROTOBUF', text, referencedTexts: new Map() } as const
}

const fields = [
  { name: 'ID', schema: plain('int64') },
  { name: 'small', schema: plain('int8') },
  { name: 'note', schema: plain('string', { optional: true }) },
  { name: 'modified', schema: logicalSchemas.timestamp },
  { name: 'price', schema: decimalSchema(2) },
]

test('a struct is registered as a message with its logical types', () => {
  const { text } = language.writer(plain('struct', { name: 'a.b.Reading', fields }))
  assert.equal(
    text,
    [
      'syntax = "proto3";',
      'package a.b;',
      '',
      'import "confluent/meta.proto";',
      'import "confluent/type/decimal.proto";',
      'import "google/protobuf/timestamp.proto";',
      '',
      'message Reading {',
      '  int64 ID = 1;',
      '  int32 small = 2 [(confluent.field_meta) = {',
      '    params: [',
      '      {',
      '        value: "int8",',
      '        key: "connect.type"',
      '      }',
      '    ]',
      '  }];',
      '  string note = 3;',
      '  google.protobuf.Timestamp modified = 4;',
      '  confluent.type.Decimal price = 5 [(confluent.field_meta) = {',
      '    params: [',
      '      {',
      '        value: "2",',
      '        key: "scale"',
      '      }',
      '    ]',
      '  }];',
      '}',
      '',
    ].join('\n'),
  )
})

test('what goes out comes back: every type, with optional fields told by their words or wrappers', () => {
  const inner = plain('struct', { name: 'In', fields: [{ name: 'x', schema: plain('string') }] })
  const types: readonly (readonly [ConnectSchema, unknown])[] = [
    [plain('int8'), -7],
    [plain('int16'), 300],
    [plain('int32'), -(2 ** 31)],
    [plain('int64'), 2n ** 62n],
    [plain('float32'), 0.5],
    [plain('float64'), 1e300],
    [plain('boolean'), true],
    [plain('string'), 'ü'],
    [plain('bytes'), Buffer.from([0, 255])],
    [logicalSchemas.timestamp, new Date(-1)],
    [logicalSchemas.date, new Date(19_000 * 86_400_000)],
    [logicalSchemas.time, new Date(3_600_001)],
    [decimalSchema(2), { unscaled: -12_345_678_901_234_567_890n, scale: 2 }],
    [plain('array', { values: logicalSchemas.date }), [new Date(0), new Date(86_400_000)]],
    [plain('array', { values: inner }), [{ x: 'a' }, { x: 'b' }]],
    [plain('map', { keys: plain('string'), values: plain('int8') }), new Map([['a', 1]])],
    [plain('map', { keys: plain('int32'), values: plain('string') }), new Map([[1, 'a']])],
    [inner, { x: 'in' }],
  ]
  const members = types.map(([schema], index) => ({ name: `f${index}`, schema }))
  const optional = types.map(([schema], index) => ({
    name: `o${index}`,
    schema: { ...schema, optional: true },
  }))
  const schema = plain('struct', { name: 'R', fields: [...members, ...optional] })
  const given = Object.fromEntries(types.map(([, one], index) => [`f${index}`, one]))
  for (const nullables of [{ optionalForNullables: true }, { wrapperForNullables: true }]) {
    const spoken = protobufLanguage({ ...options, ...nullables })
    const { text, write } = spoken.writer(schema)
    const { schema: back, value } = spoken.reader(registered(text))(write(given))
    const values = value as Record<string, unknown>
    for (const [index, [type, one]] of types.entries()) {
      assert.deepEqual(values[`f${index}`], one, type.type)
      const absent = type.type === 'array' ? [] : type.type === 'map' ? new Map() : null
      assert.deepEqual(values[`o${index}`], absent, type.type)
      const field = back?.fields?.find(({ name }) => name === `f${index}`)
      assert.equal(field?.schema.type, type.type)
      assert.equal(field?.schema.name, type.name)
    }
  }
})

test('a message written by hand is read: oneofs, enums, unsigned numbers, nested and later messages', () => {
  const text = `syntax = "proto3";
    package p;
    message First { string a = 1; }
    message Second {
      enum Color { RED = 0; GREEN = 5; }
      message Inner { uint64 big = 1; fixed32 small = 2; }
      Color color = 1;
      oneof either { string word = 2; Inner inner = 3; }
      repeated sint32 list = 4;
      Second again = 5;
    }`
  const protobuf = protobufFormat.parse(text)
  const record = {
    color: 'GREEN',
    inner: { big: 2n ** 64n - 1n, small: 4_000_000_000 },
    list: [-1, 2],
    again: { word: 'w' },
  }
  // The second message: one index, which is 1, as zigzag varints.
  const framed = Buffer.concat([Buffer.from([2, 2]), protobuf.encode(record, 'p.Second')])
  const { schema, value } = language.reader(registered(text))(framed)
  assert.equal(schema?.name, 'Second')
  assert.deepEqual(value, {
    either_0: { word: null, inner: { big: -1n, small: 4_000_000_000n } },
    color: 'GREEN',
    list: [-1, 2],
    again: { either_0: { word: 'w', inner: null }, color: 'RED', list: [], again: null },
  })
  const list = schema?.fields?.find(({ name }) => name === 'list')?.schema
  assert.equal(list?.values?.parameters?.['io.confluent.connect.protobuf.Type'], 'sint32')
})

test('a schema that was read is written as the same message', () => {
  const text = `syntax = "proto3";
    package p;
    message R {
      enum Color { RED = 0; GREEN = 5; }
      message Inner { uint64 big = 7; }
      Color color = 3;
      oneof either { string word = 2; Inner inner = 9; }
      map<string, Inner> named = 4;
    }`
  const enhanced = protobufLanguage({ ...options, enhanced: true })
  const record = { color: 'GREEN', inner: { big: 3n }, named: new Map([['k', { big: 4n }]]) }
  const framed = Buffer.concat([Buffer.from([0]), protobufFormat.parse(text).encode(record)])
  const { schema, value } = enhanced.reader(registered(text))(framed)
  const writer = enhanced.writer(schema)
  const again = enhanced.reader(registered(writer.text))(writer.write(value))
  assert.deepEqual(again, { schema, value })
  assert.deepEqual(
    protobufFormat.parse(text).incompatibilities(protobufFormat.parse(writer.text)),
    [],
  )
})

test('what is no message is refused', () => {
  assert.throws(() => language.writer(plain('string')), /only structs/)
  const nested = plain('array', { values: plain('array', { values: plain('string') }) })
  const refused = plain('struct', { fields: [{ name: 'a', schema: nested }] })
  assert.throws(() => language.writer(refused), /Array cannot be nested/)
})
