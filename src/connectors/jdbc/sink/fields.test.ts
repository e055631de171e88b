import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectSchema } from '../../../connect/kit/index.ts'
import { mysql } from '../dialects/mysql/dialect.ts'
import { postgresql } from '../dialects/postgresql/dialect.ts'
import { namesQuotedBy } from '../table-name.ts'
import { utc } from '../values/zone.ts'
import { fieldsOf } from './fields.ts'
import { addColumns, createTable } from './tables.ts'

const settings = {
  ...({ pkMode: 'record_value', pkFields: ['ID'], fieldsWhitelist: [] as string[] } as const),
  ...{ stringColumn: 'record_value', replaceNullWithDefault: true },
}

const zones = {
  ...{ times: utc, dates: utc, timestampFields: new Set(['counted']) },
  timestampUnit: 'microseconds',
} as const

function field(name: string, type: ConnectSchema['type'], more: Partial<ConnectSchema> = {}) {
  return { name, schema: { type, optional: false, ...more } }
}

const logicalName = (name: string) => `org.apache.kafka.connect.data.${name}`

const reading: ConnectSchema = {
  ...{ type: 'struct', optional: false },
  fields: [
    field('ID', 'int64'),
    field('profile_name', 'string'),
    field('temperature', 'float64', { optional: true }),
    field('modified', 'int64', { name: logicalName('Timestamp') }),
  ],
}

test('the table of the smart meter is the one that Kafka Connect makes', () => {
  const { all } = fieldsOf(null, reading, settings)
  assert.equal(
    createTable(mysql, namesQuotedBy('`', true), '`Readings`', all, zones),
    'CREATE TABLE `Readings` (\n`ID` BIGINT NOT NULL,\n`profile_name` TEXT NOT NULL,\n`temperature` DOUBLE NULL,\n`modified` DATETIME(3) NOT NULL,\nPRIMARY KEY(`ID`))',
  )
  assert.equal(
    createTable(postgresql, namesQuotedBy('"', true), '"Readings"', all, zones),
    'CREATE TABLE "Readings" (\n"ID" BIGINT NOT NULL,\n"profile_name" TEXT NOT NULL,\n"temperature" DOUBLE PRECISION NULL,\n"modified" TIMESTAMP NOT NULL,\nPRIMARY KEY("ID"))',
  )
})

test('each type has the column type of Kafka Connect', () => {
  const types: [ReturnType<typeof field>, string, string | undefined][] = [
    [field('a', 'int8'), 'TINYINT', 'SMALLINT'],
    [field('a', 'int16'), 'SMALLINT', 'SMALLINT'],
    [field('a', 'int32'), 'INT', 'INT'],
    [field('a', 'int64'), 'BIGINT', 'BIGINT'],
    [field('a', 'float32'), 'FLOAT', 'REAL'],
    [field('a', 'float64'), 'DOUBLE', 'DOUBLE PRECISION'],
    [field('a', 'boolean'), 'TINYINT', 'BOOLEAN'],
    [field('a', 'string'), 'TEXT', 'TEXT'],
    [field('a', 'bytes'), 'VARBINARY(1024)', 'BYTEA'],
    [
      field('a', 'bytes', { name: logicalName('Decimal'), parameters: { scale: '2' } }),
      ...(['DECIMAL(65,2)', 'DECIMAL'] as const),
    ],
    [field('a', 'int32', { name: logicalName('Date') }), 'DATE', 'DATE'],
    [field('a', 'int32', { name: logicalName('Time') }), 'TIME(3)', 'TIME'],
    [field('a', 'int64', { name: logicalName('Timestamp') }), 'DATETIME(3)', 'TIMESTAMP'],
    [field('counted', 'int64'), 'DATETIME(6)', 'TIMESTAMP'],
    [field('counted', 'string'), 'DATETIME(6)', 'TIMESTAMP'],
  ]
  for (const [{ name, schema }, inMysql, inPostgresql] of types) {
    const column = { name, schema, isKey: false, read: () => null }
    assert.equal(mysql.columnType(column, zones), inMysql)
    assert.equal(postgresql.columnType(column, zones), inPostgresql)
  }
  const list = field('a', 'array', { values: { type: 'int32', optional: false } })
  const column = { ...list, isKey: false, read: () => null }
  assert.equal(postgresql.columnType(column, zones), 'INT[]')
  assert.throws(() => mysql.columnType(column, zones), /has no column type.*Flatten/)
})

test('a text in a key of MySQL has a length, and tells letters apart', () => {
  const keySchema: ConnectSchema = { type: 'string', optional: false }
  const { all } = fieldsOf(keySchema, null, {
    ...settings,
    pkMode: 'record_key',
    pkFields: ['name'],
  })
  assert.match(
    createTable(mysql, namesQuotedBy('`', true), 't', all, zones),
    /`name` VARCHAR\(255\) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL/,
  )
})

test("columns stand in the order of Kafka's place, of the value's fields, and then of the key's names", () => {
  const keySchema: ConnectSchema = {
    ...{ type: 'struct', optional: false },
    fields: [field('zone', 'string'), field('ID', 'int64'), field('area', 'string')],
  }
  const names = (pkMode: 'kafka' | 'record_key') =>
    fieldsOf(keySchema, reading, { ...settings, pkMode, pkFields: [] }).all.map(({ name }) => name)
  const value = ['ID', 'profile_name', 'temperature', 'modified']
  const kafka = ['__connect_topic', '__connect_partition', '__connect_offset']
  assert.deepEqual(names('kafka'), [...kafka, ...value])
  assert.deepEqual(names('record_key'), [...value, 'area', 'zone'])
})

test('fields.whitelist leaves out what is neither named nor in the key', () => {
  const chosen = fieldsOf(null, reading, { ...settings, fieldsWhitelist: ['temperature'] })
  assert.deepEqual(
    chosen.all.map(({ name }) => name),
    ['ID', 'temperature'],
  )
})

test('new columns come with their defaults, in one statement', () => {
  const newer: ConnectSchema = {
    ...{ type: 'struct', optional: false },
    fields: [
      field('unit', 'string', { default: "o'clock" }),
      field('count', 'int32', { default: 0, optional: true }),
      field('on', 'boolean', { default: true }),
    ],
  }
  const { all } = fieldsOf(null, newer, { ...settings, pkMode: 'none' })
  assert.equal(
    addColumns(mysql, namesQuotedBy('`', true), 't', all, zones),
    "ALTER TABLE t \nADD `unit` TEXT DEFAULT ('o''clock'),\nADD `count` INT DEFAULT 0,\nADD `on` TINYINT DEFAULT 1",
  )
  assert.equal(
    addColumns(postgresql, namesQuotedBy('"', true), 't', all.slice(0, 1), zones),
    `ALTER TABLE t ADD "unit" TEXT DEFAULT 'o''clock'`,
  )
})

test('keys that do not fit pk.mode are refused with what to do', () => {
  const fields = (pkMode: typeof settings.pkMode | 'record_key' | 'kafka', pkFields: string[]) =>
    fieldsOf({ type: 'string', optional: false }, reading, { ...settings, pkMode, pkFields })
  assert.throws(() => fields('record_key', []), /name the one column that it goes to/)
  assert.throws(
    () => fields('record_value', ['absent']),
    /no field 'absent', which pk\.fields names/,
  )
  assert.throws(() => fields('kafka', ['a', 'b']), /kafka takes three names/)
})
