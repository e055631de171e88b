import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectSchema } from '../../kit/data.ts'
import { decimalSchema, logicalSchemas } from '../../values/logical.ts'
import { avroLanguage } from './language.ts'

const options = {
  metaData: true,
  enhanced: false,
  generalizedSums: false,
  scrubsNames: false,
  allowsOptionalMapKeys: false,
  flattensSingletons: true,
  ignoresDefaults: false,
}
const language = avroLanguage(options)

function plain(type: ConnectSchema['type'], rest: Partial<ConnectSchema> = {}): ConnectSchema {
  return { type, optional: false, ...rest }
}

function read(text: string, value: Buffer) {
  return language.reader({ id: 1, type: 'AVRO', text, referencedTexts: new Map() })(value)
}

test("a table row is registered as Confluent's converter registers it", () => {
  const { text } = language.writer(
    plain('struct', {
      name: 'readings',
      fields: [
        { name: 'ID', schema: plain('int64') },
        { name: 'temperature', schema: plain('float64', { optional: true }) },
        { name: 'modified', schema: logicalSchemas.timestamp },
        { name: 'size', schema: plain('int16', { optional: true, default: 3 }) },
      ],
    }),
  )
  assert.deepEqual(JSON.parse(text), {
    type: 'record',
    name: 'readings',
    fields: [
      { name: 'ID', type: 'long' },
      { name: 'temperature', type: ['null', 'double'], default: null },
      {
        name: 'modified',
        type: {
          type: 'long',
          'connect.version': 1,
          'connect.name': 'org.apache.kafka.connect.data.Timestamp',
          logicalType: 'timestamp-millis',
        },
      },
      {
        name: 'size',
        type: [{ type: 'int', 'connect.type': 'int16', 'connect.default': 3 }, 'null'],
        default: 3,
      },
    ],
    'connect.name': 'readings',
  })
})

test('a timestamp is recognised by its name, also where Avro is not told of one', () => {
  const text = JSON.stringify({
    type: 'record',
    name: 'Reading',
    fields: [
      {
        name: 'modified',
        type: {
          type: 'long',
          'connect.name': 'org.apache.kafka.connect.data.Timestamp',
          'connect.version': 1,
        },
      },
      { name: 'pressure', type: ['null', 'double'] },
    ],
  })
  const { schema, value } = read(text, Buffer.from([2, 0]))
  assert.deepEqual(
    schema?.fields?.map((field) => [field.name, field.schema.name ?? field.schema.optional]),
    [
      ['modified', 'org.apache.kafka.connect.data.Timestamp'],
      ['pressure', true],
    ],
  )
  assert.deepEqual(value, { modified: new Date(1), pressure: null })
})

test('docs, defaults, enums and fixed keep their place in parameters', () => {
  const text = JSON.stringify({
    type: 'record',
    name: 'a.B',
    doc: 'whole',
    fields: [
      {
        name: 'e',
        type: { type: 'enum', name: 'E', symbols: ['X', 'Y'] },
        default: 'X',
        doc: 'part',
      },
      { name: 'f', type: { type: 'fixed', name: 'F', size: 2 } },
    ],
  })
  const { schema, value } = read(text, Buffer.from([2, 7, 8]))
  assert.deepEqual(schema, {
    type: 'struct',
    optional: false,
    name: 'a.B',
    parameters: {
      'io.confluent.connect.avro.record.doc': 'whole',
      'io.confluent.connect.avro.field.doc.e': 'part',
    },
    fields: [
      {
        name: 'e',
        schema: {
          type: 'string',
          optional: false,
          name: 'a.E',
          default: 'X',
          parameters: {
            'io.confluent.connect.avro.Enum': 'a.E',
            'io.confluent.connect.avro.Enum.X': 'X',
            'io.confluent.connect.avro.Enum.Y': 'Y',
            'io.confluent.connect.avro.field.default': 'true',
          },
        },
      },
      {
        name: 'f',
        schema: {
          type: 'bytes',
          optional: false,
          name: 'a.F',
          parameters: { 'connect.fixed.size': '2' },
        },
      },
    ],
  })
  assert.deepEqual(value, { e: 'Y', f: Buffer.from([7, 8]) })
})

test('a union of several types is a struct with one field that has a value', () => {
  const text = JSON.stringify([
    'null',
    'int',
    'string',
    { type: 'record', name: 'R', fields: [{ name: 'a', type: 'long' }] },
  ])
  assert.deepEqual(read(text, Buffer.from([2, 6])).value, { int: 3, string: null, R: null })
  assert.deepEqual(read(text, Buffer.from([6, 6])).value, { int: null, string: null, R: { a: 3n } })
  assert.deepEqual(read(text, Buffer.from([0])).value, null)
  const { schema, value } = read(text, Buffer.from([6, 6]))
  assert.deepEqual(language.writer(schema).write(value), Buffer.from([6, 6]))
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
    [plain('boolean'), true],
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
    { name: `n${index}`, schema: { ...schema, optional: true } },
  ])
  const schema = plain('struct', { name: 'some.Record', fields })
  const value = Object.fromEntries(
    types.flatMap(([, one], index) => [
      [`f${index}`, one],
      [`o${index}`, one],
      [`n${index}`, null],
    ]),
  )
  const { text, write } = language.writer(schema)
  const back = read(text, write(value))
  assert.deepEqual(back.value, value)
  assert.deepEqual(back.schema, schema)
})

test('a field that is null and has a default is written with its default, unless told otherwise', () => {
  const fields = [{ name: 'a', schema: plain('int32', { optional: true, default: 5 }) }]
  const schema = plain('struct', { name: 'R', fields })
  const usual = language.writer(schema)
  assert.deepEqual(read(usual.text, usual.write({ a: null })).value, { a: 5 })
  const asItIs = avroLanguage({ ...options, ignoresDefaults: true }).writer(schema)
  assert.deepEqual(read(asItIs.text, asItIs.write({ a: null })).value, { a: null })
})

test('names that Avro does not take are changed where that is asked for', () => {
  const schema = plain('struct', {
    name: 'my-db.my table',
    fields: [{ name: '1st ä', schema: plain('string') }],
  })
  assert.throws(() => language.writer(schema), /my/)
  const scrubbing = avroLanguage({ ...options, scrubsNames: true }).writer(schema)
  const { name, namespace, fields } = JSON.parse(scrubbing.text)
  assert.deepEqual([namespace, name, fields[0].name], ['my_db', 'my_table', 'x1st__C3_A4'])
  assert.deepEqual(read(scrubbing.text, scrubbing.write({ '1st ä': 'v' })).value, {
    x1st__C3_A4: 'v',
  })
})

test('records that contain themselves are read and written', () => {
  const text = JSON.stringify({
    type: 'record',
    name: 'Node',
    fields: [
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'next', type: ['null', 'Node'], default: null },
    ],
  })
  const { schema, value } = read(text, Buffer.from([2, 2, 4, 0]))
  assert.deepEqual(value, { at: new Date(1), next: { at: new Date(2), next: null } })
  assert.deepEqual(language.writer(schema).write(value), Buffer.from([2, 2, 4, 0]))
})

test('values without a schema are written with a schema for anything, and come back', () => {
  const value = { a: [1, 2.5, 'x', null, true], b: { c: {} }, big: 2n ** 60n }
  const { text, write } = language.writer(null)
  assert.deepEqual(read(text, write(value)), { schema: null, value })
})

test('one name for two different structs is refused', () => {
  const named = (type: 'string' | 'int32') =>
    plain('struct', { name: 'Same', fields: [{ name: 'a', schema: plain(type) }] })
  const fields = [
    { name: 'a', schema: named('string') },
    { name: 'b', schema: named('int32') },
  ]
  assert.throws(() => language.writer(plain('struct', { fields })), /Can't redefine: Same/)
})
