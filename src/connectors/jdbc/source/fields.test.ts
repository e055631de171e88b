import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResultColumn } from '../session.ts'
import { utc, zoneNamed } from '../values/zone.ts'
import { sourceField } from './fields.ts'
import type { NumericMapping } from './settings.ts'

const settings = { numericMapping: 'none', granularity: 'connect_logical', zone: utc } as const

function column(type: string, more: Partial<ResultColumn> = {}): ResultColumn {
  return {
    ...{ name: 'c', type, optional: true, unsigned: false, fraction: 6 },
    ...{ precision: undefined, scale: undefined, ...more },
  }
}

test('each type of a database is the type of Connect that Confluent gives it', () => {
  const types: [ResultColumn, string, string, unknown][] = [
    [column('tinyint'), 'int8', '-1', -1],
    [column('tinyint', { unsigned: true }), 'int16', '255', 255],
    [column('smallint', { unsigned: true }), 'int32', '65535', 65_535],
    [column('int'), 'int32', '7', 7],
    [column('int', { unsigned: true }), 'int64', '4294967295', 4_294_967_295n],
    [column('bigint'), 'int64', '9223372036854775807', 2n ** 63n - 1n],
    [column('float'), 'float32', '0.5', 0.5],
    [column('double'), 'float64', '1e300', 1e300],
    [column('bool'), 'boolean', 't', true],
    [column('int2'), 'int16', '7', 7],
    [column('int8'), 'int64', '7', 7n],
    [column('uuid'), 'string', 'abc', 'abc'],
    [column('jsonb'), 'string', '{}', '{}'],
    [column('year'), 'int32', '2023', new Date('2023-01-01T00:00:00Z')],
    [column('date'), 'int32', '2023-02-24', new Date('2023-02-24T00:00:00Z')],
    [column('time'), 'int32', '01:02:03.004', new Date(3_723_004)],
    [column('datetime'), 'int64', '2023-02-24 16:57:11.963', new Date('2023-02-24T16:57:11.963Z')],
    [column('timestamptz'), 'int64', '2023-02-24 16:57:11+05:30', new Date('2023-02-24T11:27:11Z')],
  ]
  for (const [of, type, text, value] of types) {
    const { schema, read } = sourceField(of, settings)
    assert.equal(schema.type, type, of.type)
    assert.deepEqual(read(text), value, of.type)
  }
})

test('times without a zone are of the zone that is told, others are not', () => {
  const tokyo = { ...settings, zone: zoneNamed('Asia/Tokyo') ?? utc }
  const text = '2023-02-24 16:57:11'
  const wall = sourceField(column('datetime'), tokyo).read(text)
  assert.deepEqual(wall, new Date('2023-02-24T07:57:11Z'))
  const instant = sourceField(column('timestamptz'), tokyo).read(text)
  assert.deepEqual(instant, new Date('2023-02-24T16:57:11Z'))
})

test('timestamps are as fine as timestamp.granularity says', () => {
  const text = '2023-02-24 16:57:11.963421'
  const values = {
    micros_long: 1_677_257_831_963_421n,
    micros_string: '1677257831963421',
    micros_iso_datetime_string: '2023-02-24T16:57:11.963421',
    nanos_long: 1_677_257_831_963_421_000n,
    nanos_string: '1677257831963421000',
    nanos_iso_datetime_string: '2023-02-24T16:57:11.963421000',
  }
  for (const [granularity, value] of Object.entries(values)) {
    const { schema, read } = sourceField(column('datetime'), { ...settings, granularity })
    assert.equal(schema.type, granularity.endsWith('long') ? 'int64' : 'string')
    assert.equal(read(text), value)
  }
})

test('decimals are what numeric.mapping says, and lose no digit', () => {
  const typeOf = (precision: number, scale: number, numericMapping: NumericMapping) =>
    sourceField(column('decimal', { precision, scale }), { ...settings, numericMapping }).schema
      .type
  assert.equal(typeOf(5, 0, 'none'), 'bytes')
  assert.equal(typeOf(2, 0, 'precision_only'), 'int8')
  assert.equal(typeOf(5, 0, 'best_fit'), 'int32')
  assert.equal(typeOf(18, 0, 'best_fit'), 'int64')
  assert.equal(typeOf(20, 0, 'best_fit'), 'bytes')
  assert.equal(typeOf(5, 2, 'precision_only'), 'bytes')
  assert.equal(typeOf(5, 2, 'best_fit'), 'float64')
  assert.equal(typeOf(20, 2, 'best_fit'), 'bytes')
  assert.equal(typeOf(20, 2, 'best_fit_eager_double'), 'float64')
  const { schema, read } = sourceField(column('numeric', { precision: 65, scale: 2 }), settings)
  assert.deepEqual(schema.parameters, { scale: '2', 'connect.decimal.precision': '65' })
  assert.deepEqual(read('-0.05'), { unscaled: -5n, scale: 2 })
  const free = sourceField(column('numeric'), settings)
  assert.deepEqual(free.read('1.5'), { unscaled: 15n * 10n ** 17n, scale: 18 })
})

test('a value that no record can hold is refused, and not bent', () => {
  const refused: [ResultColumn, string][] = [
    [column('bigint', { unsigned: true }), '18446744073709551615'],
    [column('datetime'), '0000-00-00 00:00:00'],
    [column('time'), '-12:00:00'],
    [column('timestamp'), 'infinity'],
    [column('numeric'), '0.1234567890123456789'],
    [column('numeric'), 'NaN'],
  ]
  for (const [of, text] of refused) {
    assert.throws(() => sourceField(of, settings).read(text), /none that a record can hold/, text)
  }
})
