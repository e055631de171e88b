import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectSchema } from '../../../connect/kit/index.ts'
import { valueTextOf } from '../values/texts.ts'
import { utc, zoneNamed } from '../values/zone.ts'
import type { Dialect } from './dialect.ts'
import { mysql } from './mysql/dialect.ts'
import { mysqlWrites } from './mysql/writes.ts'
import { postgresql } from './postgresql/dialect.ts'
import { postgresqlWrites } from './postgresql/writes.ts'

const key = { name: 'k', type: 'bigint' }
const text = { name: 'v', type: 'text' }
const columns = [
  ['1', '2', '3'],
  ["'a'", "'b'", 'NULL'],
]

test('MySQL writes many rows in one statement', () => {
  const {
    insert,
    upsert,
    update,
    delete: remove,
  } = mysqlWrites({ table: 't', keys: [key], others: [text] })
  assert.equal(insert.statement(columns, 0, 2).sql, "INSERT INTO t(k,v) VALUES(1,'a'),(2,'b')")
  assert.equal(
    upsert.statement(columns, 1, 3).sql,
    "insert into t(k,v) values(2,'b'),(3,NULL) on duplicate key update v=values(v)",
  )
  assert.equal(update.statement(columns, 2, 3).sql, 'UPDATE t SET v = NULL WHERE k = 3')
  assert.equal(
    remove.statement(columns.slice(0, 1), 0, 2).sql,
    'DELETE FROM t WHERE (k) IN ((1),(2))',
  )
  const onlyKeys = mysqlWrites({ table: 't', keys: [key], others: [] })
  assert.match(
    onlyKeys.upsert.statement(columns, 0, 1).sql,
    /on duplicate key update k=values\(k\)$/,
  )
})

test('PostgreSQL writes many rows from an array for each column', () => {
  const list = { name: 'l', type: 'integer[]' }
  const {
    insert,
    upsert,
    update,
    delete: remove,
  } = postgresqlWrites({
    ...{ table: 't', keys: [key], others: [text, list] },
  })
  const given = 'unnest($1::bigint[],$2::text[],$3::text[]) AS given(v1,v2,v3)'
  const inserted = `INSERT INTO t (k,v,l) SELECT given.v1,given.v2,given.v3::integer[] FROM ${given}`
  assert.equal(insert.statement([], 0, 0).sql, inserted)
  assert.equal(
    upsert.statement([], 0, 0).sql,
    `${inserted} ON CONFLICT (k) DO UPDATE SET v=EXCLUDED.v,l=EXCLUDED.l`,
  )
  assert.equal(
    update.statement([], 0, 0).sql,
    `UPDATE t AS held SET v = given.v2, l = given.v3::integer[] FROM ${given} WHERE held.k = given.v1`,
  )
  assert.equal(
    remove.statement([], 0, 0).sql,
    'DELETE FROM t AS held USING unnest($1::bigint[]) AS given(v1) WHERE held.k = given.v1',
  )
  assert.deepEqual(insert.statement([['1', '2', '3']], 1, 3).values, ['{2,3}'])
})

function encoded(dialect: Dialect, schema: ConnectSchema, value: unknown, zone = 'UTC'): string {
  const times = zoneNamed(zone) ?? utc
  const settings = {
    ...{ times, dates: utc, timestampFields: new Set(['counted']) },
    timestampUnit: 'microseconds',
  } as const
  const name = schema.doc ?? 'field'
  return dialect.encoder(valueTextOf(name, schema, settings, times))(value)
}

const plain = (type: ConnectSchema['type']): ConnectSchema => ({ type, optional: false })
const named = (name: string): ConnectSchema => ({
  ...plain('int64'),
  name: `org.apache.kafka.connect.data.${name}`,
})

test('values are written so that nothing in them ends them', () => {
  assert.equal(encoded(mysql, plain('string'), "a'b\\c\0"), "'a''b\\\\c\\0'")
  assert.equal(encoded(postgresql, plain('string'), `a"b\\c'`), `"a\\"b\\\\c'"`)
  assert.equal(encoded(mysql, plain('bytes'), Buffer.from([0, 255])), "x'00ff'")
  assert.equal(encoded(postgresql, plain('bytes'), Buffer.from([0, 255])), '"\\\\x00ff"')
  const lists: ConnectSchema = { ...plain('array'), values: plain('string') }
  assert.equal(encoded(postgresql, lists, ['a"', null]), '"{\\"a\\\\\\"\\",NULL}"')
})

test('numbers are exact, and times are those of the zone', () => {
  assert.equal(encoded(mysql, plain('int64'), 2n ** 63n - 1n), '9223372036854775807')
  assert.equal(encoded(mysql, plain('boolean'), true), '1')
  assert.equal(encoded(postgresql, plain('float64'), Number.NaN), 'NaN')
  const decimal = { unscaled: -1250n, scale: 2 }
  assert.equal(encoded(mysql, named('Decimal'), decimal), '-12.50')
  const instant = new Date('2023-02-24T16:57:11.963Z')
  assert.equal(encoded(mysql, named('Timestamp'), instant), "'2023-02-24 16:57:11.963'")
  assert.equal(
    encoded(mysql, named('Timestamp'), instant, 'Asia/Tokyo'),
    "'2023-02-25 01:57:11.963'",
  )
  assert.equal(encoded(mysql, named('Date'), new Date('2023-02-24T00:00:00Z')), "'2023-02-24'")
  assert.equal(encoded(mysql, named('Time'), new Date(3_723_004)), "'01:02:03.004'")
  const counted = { ...plain('int64'), doc: 'counted' }
  assert.equal(encoded(mysql, counted, 1_677_257_831_963_421n), "'2023-02-24 16:57:11.963421'")
  assert.equal(encoded(mysql, { ...counted, type: 'string' }, '-1'), "'1969-12-31 23:59:59.999999'")
})

test('a value of another kind than its schema is refused, and not repeated', () => {
  const evil = '1); DROP TABLE t; --'
  for (const type of ['int8', 'int64', 'float64', 'boolean', 'bytes'] as const) {
    for (const dialect of [mysql, postgresql]) {
      assert.throws(
        () => encoded(dialect, plain(type), evil),
        (error: Error) =>
          /should hold .* and holds a string/.test(error.message) && !error.message.includes(evil),
      )
    }
  }
  assert.throws(
    () => encoded(mysql, plain('float64'), Number.POSITIVE_INFINITY),
    /cannot hold the number/,
  )
  assert.throws(
    () => encoded(mysql, named('Timestamp'), new Date(Number.NaN)),
    /should hold a timestamp/,
  )
})
