/** Records of every shape that transforms meet, by hand and by chance. */
import type { Random } from '../../src/base/random.ts'
import type { ConnectField, ConnectSchema } from '../../src/connect/kit/data.ts'
import type { SinkRecord } from '../../src/connect/kit/record.ts'
import { decimalSchema, logicalSchemas } from '../../src/connect/values/logical.ts'
import { sinkRecord } from './connect-data.ts'

export function plain(
  type: ConnectSchema['type'],
  rest: Partial<ConnectSchema> = {},
): ConnectSchema {
  return { type, optional: false, ...rest }
}

const place = plain('struct', {
  optional: true,
  name: 'place',
  fields: [
    { name: 'hall', schema: plain('string', { optional: true }) },
    { name: 'row.seat', schema: plain('int32', { default: 7 }) },
  ],
})

const reading = plain('struct', {
  name: 'Reading',
  version: 2,
  doc: 'a reading',
  fields: [
    { name: 'id', schema: plain('int64') },
    { name: 'small', schema: plain('int8') },
    { name: 'count', schema: plain('int32', { optional: true, default: 5 }) },
    { name: 'ratio', schema: plain('float32') },
    { name: 'temperature', schema: plain('float64', { optional: true }) },
    { name: 'ok', schema: plain('boolean') },
    { name: 'text', schema: plain('string', { doc: 'said', parameters: { a: 'b' } }) },
    { name: 'number', schema: plain('string') },
    { name: 'raw', schema: plain('bytes') },
    { name: 'at', schema: logicalSchemas.timestamp },
    { name: 'day', schema: { ...logicalSchemas.date, optional: true } },
    { name: 'time', schema: logicalSchemas.time },
    { name: 'price', schema: decimalSchema(2) },
    { name: 'tags', schema: plain('array', { values: plain('string') }) },
    { name: 'place', schema: place },
  ],
})

const readingValue = {
  id: 9_007_199_254_740_993n,
  small: -7,
  count: null,
  ratio: Math.fround(3.14),
  temperature: 1e21,
  ok: true,
  text: 'tidal "mill"',
  number: '123',
  raw: Buffer.from('00ff', 'hex'),
  at: new Date(1_700_000_000_123),
  day: new Date(86_400_000 * 19_000),
  time: new Date(3_600_001),
  price: { unscaled: -1250n, scale: 2 },
  tags: ['a', 'b'],
  place: { hall: null, 'row.seat': 9 },
}

const flat = plain('struct', {
  optional: true,
  fields: [
    { name: 'id', schema: plain('int32') },
    { name: 'text', schema: plain('string', { optional: true, default: 'none' }) },
    { name: 'at', schema: plain('string', { optional: true }) },
  ],
})

const schemaless = {
  id: 5,
  big: 9_007_199_254_740_993n,
  small: -3,
  ratio: 2.5,
  ok: false,
  text: 'plain',
  number: '-42',
  nothing: null,
  at: 1_600_000_000_000,
  place: { hall: 'A', deeper: { end: 1.5 } },
  tags: [1, 'x', null],
}

/** Records by the name of their shape. */
export const records: Readonly<Record<string, SinkRecord>> = {
  reading: sinkRecord({
    keySchema: plain('string'),
    key: 'k1',
    valueSchema: reading,
    value: readingValue,
  }),
  'reading without a place': sinkRecord({
    valueSchema: reading,
    value: { ...readingValue, place: null, count: 3, temperature: null, day: null },
  }),
  'optional struct': sinkRecord({
    keySchema: flat,
    key: { id: 1, text: 'key', at: null },
    valueSchema: flat,
    value: { id: 1, text: null, at: '2024-02-29 13:14:15.016' },
  }),
  'null with a schema': sinkRecord({ keySchema: flat, valueSchema: flat }),
  schemaless: sinkRecord({ key: { id: 'k' }, value: schemaless }),
  tombstone: sinkRecord({ keySchema: plain('int32'), key: 7 }),
  text: sinkRecord({ valueSchema: plain('string', { name: 'note' }), value: '77' }),
  'plain text': sinkRecord({ key: 'key', value: '1' }),
  number: sinkRecord({
    valueSchema: plain('int64', { optional: true }),
    value: 1_700_000_000_123n,
  }),
  timestamp: sinkRecord({
    valueSchema: { ...logicalSchemas.timestamp, optional: true },
    value: new Date(1_700_000_000_123),
    headers: [
      { key: 'a', schema: plain('string'), value: 'x' },
      { key: 'b', schema: null, value: null },
      { key: 'a', schema: plain('int8'), value: 3 },
    ],
  }),
  'without a time': sinkRecord({
    valueSchema: plain('boolean'),
    value: true,
    timestamp: undefined,
  }),
}

const names = ['id', 'text', 'at', 'place', 'count', 'ratio', 'tags', 'price']

/** A struct record of random fields, some missing, some with defaults. */
export function randomRecord(random: Random): SinkRecord {
  const named = below(random, 2) === 0 && { name: 'Made', version: 1 }
  const schema = { ...randomStruct(random, 2), ...named }
  return sinkRecord({ valueSchema: schema, value: randomValue(schema, random, false) })
}

function randomStruct(random: Random, depth: number): ConnectSchema {
  const fields = names
    .filter(() => below(random, 3) > 0)
    .map((name): ConnectField => ({ name, schema: randomSchema(random, depth) }))
  return plain('struct', { fields })
}

export function randomSchema(random: Random, depth: number): ConnectSchema {
  const optional = below(random, 2) === 0
  const pick = below(random, depth > 0 ? 15 : 12)
  if (pick === 14) return { ...randomStruct(random, depth - 1), optional }
  if (pick === 13) return plain('array', { optional, values: randomSchema(random, depth - 1) })
  if (pick === 12) {
    const keys = below(random, 2) === 0 ? plain('string') : plain('int32')
    return plain('map', { optional, keys, values: randomSchema(random, depth - 1) })
  }
  const schema: ConnectSchema = { ...(plainSchemas[pick] ?? plain('string')), optional }
  return below(random, 4) === 0
    ? { ...schema, default: randomValue(schema, random, false) }
    : schema
}

const plainSchemas: readonly ConnectSchema[] = [
  plain('int8'),
  plain('int16'),
  plain('int32'),
  plain('int64'),
  plain('float32'),
  plain('float64'),
  plain('boolean'),
  plain('string'),
  plain('bytes'),
  logicalSchemas.timestamp,
  logicalSchemas.date,
  decimalSchema(3),
]

export function randomValue(schema: ConnectSchema, random: Random, mayBeNull = true): unknown {
  if (mayBeNull && schema.optional && below(random, 4) === 0) return null
  const inner = (one: ConnectSchema | undefined) => randomValue(one ?? plain('string'), random)
  if (schema.name === logicalSchemas.timestamp.name)
    return new Date(below(random, 2 ** 31) * 1000 + 7)
  if (schema.name === logicalSchemas.date.name) return new Date(below(random, 30_000) * 86_400_000)
  switch (schema.type) {
    case 'int8':
      return below(random, 256) - 128
    case 'int16':
      return below(random, 65_536) - 32_768
    case 'int32':
      return below(random, 2 ** 32) - 2 ** 31
    case 'int64':
      // As seconds within what a Date can say.
      return BigInt(below(random, 2 ** 32) - 2 ** 31) * BigInt(below(random, 2 ** 10))
    case 'float32':
      return Math.fround((below(random, 2 ** 22) - 2 ** 21) / 4)
    case 'float64':
      return (below(random, 2 ** 32) - 2 ** 31) / 1000
    case 'boolean':
      return below(random, 2) === 0
    case 'string':
      return ['', 'mill', '12', '-7', 'true', 'ü "x"', '1.5', '3e2'][below(random, 8)]
    case 'bytes':
      return schema.name === undefined
        ? Buffer.from([below(random, 256), below(random, 256)])
        : { unscaled: BigInt(below(random, 2 ** 32) - 2 ** 31), scale: 3 }
    case 'array':
      return Array.from({ length: below(random, 4) }, () => inner(schema.values))
    case 'map':
      return new Map(
        Array.from({ length: below(random, 4) }, () => [inner(schema.keys), inner(schema.values)]),
      )
    default:
      return Object.fromEntries(
        (schema.fields ?? []).map((field) => [field.name, randomValue(field.schema, random)]),
      )
  }
}

/** A whole number of at least 0 and below `limit`. */
export function below(random: Random, limit: number): number {
  return Math.floor(random.next() * limit)
}
