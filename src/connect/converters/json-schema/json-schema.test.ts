import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectSchema } from '../../kit/data.ts'
import { decimalSchema, logicalSchemas } from '../../values/logical.ts'
import { jsonSchemaLanguage } from './language.ts'

const options = {
  dialect: 'objects',
  decimals: 'BASE64',
  replacesNull: true,
  allowsAdditional: true,
  optionalUnlessRequired: false,
  generalizedSums: false,
} as const
const language = jsonSchemaLanguage(options)

function plain(type: ConnectSchema['type'], rest: Partial<ConnectSchema> = {}): ConnectSchema {
  return { type, optional: false, ...rest }
}

function read(schema: unknown, value: unknown, referencedTexts = new Map<string, string>()) {
  const text = JSON.stringify(schema)
  const registered = { id: 1, type: 'JSON', text, referencedTexts } as const
  return language.reader(registered)(Buffer.from(JSON.stringify(value)))
}

test("a struct is registered as Confluent's converter registers it", () => {
  const fields = [
    { name: 'ID', schema: plain('int64') },
    { name: 'note', schema: plain('string', { optional: true }) },
    { name: 'modified', schema: logicalSchemas.timestamp },
  ]
  const { text, recordName } = language.writer(plain('struct', { name: 'readings', fields }))
  assert.equal(recordName, 'readings')
  assert.deepEqual(JSON.parse(text), {
    type: 'object',
    title: 'readings',
    properties: {
      ID: { type: 'integer', 'connect.type': 'int64', 'connect.index': 0 },
      note: { oneOf: [{ type: 'null' }, { type: 'string' }], 'connect.index': 1 },
      modified: {
        type: 'integer',
        'connect.type': 'int64',
        title: 'org.apache.kafka.connect.data.Timestamp',
        'connect.version': 1,
        'connect.index': 2,
      },
    },
  })
})

test('what goes out comes back with the same schema: every type, optional ones too', () => {
  const inner = plain('struct', { name: 'In', fields: [{ name: 'x', schema: plain('string') }] })
  const types: readonly (readonly [ConnectSchema, unknown])[] = [
    [plain('int8'), -7],
    [plain('int16'), 300],
    [plain('int32'), -(2 ** 31)],
    [plain('int64'), 2n ** 62n],
    [plain('float32'), 0.5],
    [plain('float64'), 1e300],
    [plain('boolean', { default: true }), false],
    [plain('string', { doc: 'said', version: 3, parameters: { a: 'b' } }), 'ü'],
    [plain('bytes'), Buffer.from([0, 255])],
    [logicalSchemas.timestamp, new Date(1_700_000_000_123)],
    [logicalSchemas.date, new Date(19_000 * 86_400_000)],
    [logicalSchemas.time, new Date(3_600_001)],
    [decimalSchema(2), { unscaled: -12_345_678_901_234_567_890n, scale: 2 }],
    [plain('array', { values: logicalSchemas.date }), [new Date(0), new Date(86_400_000)]],
    [plain('map', { keys: plain('string'), values: plain('int8') }), new Map([['a', 1]])],
    [plain('map', { keys: plain('int32'), values: plain('string') }), new Map([[1, 'a']])],
    [inner, { x: 'in' }],
  ]
  const fields = types.flatMap(([schema], index) => [
    { name: `f${index}`, schema },
    { name: `o${index}`, schema: { ...schema, optional: true } },
  ])
  const schema = plain('struct', { name: 'some.Record', fields })
  const values = types.flatMap(([, one], index) => [
    [`f${index}`, one],
    [`o${index}`, one],
  ])
  const value = Object.fromEntries(values)
  for (const decimals of ['BASE64', 'NUMERIC'] as const) {
    const spoken = jsonSchemaLanguage({ ...options, decimals })
    const { text, write } = spoken.writer(schema)
    const registered = { id: 1, type: 'JSON', text, referencedTexts: new Map() } as const
    assert.deepEqual(spoken.reader(registered)(write(value)), { schema, value })
  }
})

test('a schema written by hand is read: numbers, required, unions, enums and references', () => {
  const schema = {
    title: 'Reading',
    type: 'object',
    properties: {
      count: { type: 'integer' },
      ratio: { type: 'number' },
      either: { oneOf: [{ type: 'integer' }, { type: 'string' }, { $ref: '#/definitions/place' }] },
      color: { enum: ['red', 'green'] },
      maybe: { type: ['string', 'null'] },
      home: { $ref: 'place.json' },
    },
    definitions: { place: { type: 'object', properties: { hall: { type: 'string' } } } },
  }
  const place = JSON.stringify({ type: 'object', properties: { row: { type: 'integer' } } })
  const references = new Map([['place.json', place]])
  const given = { count: 1, ratio: 2, either: { hall: 'A' }, color: 'red', home: { row: 3 } }
  const { schema: connect, value } = read(schema, given, references)
  const types = connect?.fields?.map((field) => [field.name, field.schema.type])
  assert.deepEqual(types, [
    ['count', 'int64'],
    ['ratio', 'float64'],
    ['either', 'struct'],
    ['color', 'string'],
    ['maybe', 'string'],
    ['home', 'struct'],
  ])
  const union = 'io.confluent.connect.json.OneOf.field.'
  assert.deepEqual(value, {
    count: 1n,
    ratio: 2,
    either: { [`${union}0`]: null, [`${union}1`]: null, [`${union}2`]: { hall: 'A' } },
    color: 'red',
    maybe: null,
    home: { row: 3n },
  })
})

test('what is not required may become optional, and allOf is one schema', () => {
  const optionalLanguage = jsonSchemaLanguage({ ...options, optionalUnlessRequired: true })
  const text = JSON.stringify({
    allOf: [
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      { properties: { b: { type: 'string' } } },
    ],
  })
  const registered = { id: 1, type: 'JSON', text, referencedTexts: new Map() } as const
  const { schema } = optionalLanguage.reader(registered)(Buffer.from('{"a":"x"}'))
  assert.deepEqual(
    schema?.fields?.map((field) => [field.name, field.schema.optional]),
    [
      ['a', false],
      ['b', true],
    ],
  )
})

test('an object that contains itself is read as deep as it goes', () => {
  const schema = {
    $id: '#node',
    type: 'object',
    properties: { at: { type: 'integer' }, next: { oneOf: [{ type: 'null' }, { $ref: '#node' }] } },
  }
  const { value } = read(schema, { at: 1, next: { at: 2, next: { at: 3 } } })
  assert.deepEqual(value, { at: 1n, next: { at: 2n, next: { at: 3n, next: null } } })
})
