import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadRecordError, type ConnectSchema, type SinkRecord } from '../../../connect/kit/index.ts'
import { utc } from '../values/zone.ts'
import { runsOf } from './runs.ts'
import { stepsOf } from './steps.ts'

const schema: ConnectSchema = { type: 'struct', optional: false, fields: [] }

function record(key: string, value: string | null, valueSchema = schema): SinkRecord {
  return {
    ...{ topic: 't', partition: 0, key, keySchema: { type: 'string', optional: false } },
    ...{
      value: value === null ? null : { value },
      valueSchema: value === null ? null : valueSchema,
    },
    ...{ headers: [], timestamp: 0, timestampType: 'CreateTime' },
    origin: {
      ...{ topic: 't', partition: 0, offset: 0n, timestamp: 0n },
      ...{ key: null, value: null, headers: [] },
    },
  }
}

const settings = {
  ...({ pkMode: 'record_key', deleteEnabled: true, fieldsWhitelist: [] } as const),
  zones: {
    times: utc,
    dates: utc,
    timestampFields: new Set<string>(),
    timestampUnit: 'microseconds',
  },
} as const

const keyOf = ({ key }: SinkRecord) => `${key}`

function told(records: readonly SinkRecord[], mode: 'insert' | 'upsert' | 'update') {
  return stepsOf(records, mode, keyOf)
    .filter(({ records }) => records.length > 0)
    .map((step) => {
      const texts = step.records.map(({ key, value }) => {
        return value === null ? `${key}` : `${key}=${(value as { value: string }).value}`
      })
      return `${step.kind} ${texts.join(' ')}`
    })
}

const mixed = [
  ...[record('a', '1'), record('b', '1'), record('a', '2'), record('b', null)],
  ...[record('c', null), record('c', '3')],
]

test('upserts come down to the last word about each key', () => {
  assert.deepEqual(told(mixed, 'upsert'), ['delete b', 'upsert a=2 c=3'])
})

test('inserts are all kept, and take turns with deletes', () => {
  assert.deepEqual(told(mixed, 'insert'), ['insert a=1 b=1 a=2', 'delete b c', 'insert c=3'])
})

test('updates come down to the last of each turn', () => {
  assert.deepEqual(told(mixed, 'update'), ['update a=2 b=1', 'delete b c', 'update c=3'])
})

test('records run together while their schemas are the same, by what they say', () => {
  const again: ConnectSchema = { type: 'struct', optional: false, fields: [] }
  const other: ConnectSchema = { ...schema, name: 'other' }
  const records = [
    ...[record('a', null), record('a', '1'), record('a', '2', again), record('b', null)],
    ...[record('a', '3', other), record('c', null)],
  ]
  assert.deepEqual(
    runsOf(records, settings).map((run) => [run.records.length, run.valueSchema?.name]),
    [
      [4, undefined],
      [2, 'other'],
    ],
  )
})

test('what can be no row is refused with what to do', () => {
  const refused = (
    bad: SinkRecord,
    message: RegExp,
    mode = settings as Parameters<typeof runsOf>[1],
  ) =>
    assert.throws(
      () => runsOf([bad], mode),
      (error: Error) => error instanceof BadRecordError && message.test(error.message),
    )
  const fine = record('a', '1')
  refused({ ...fine, key: null }, /needs a key with a schema/)
  refused(record('a', null), /set delete\.enabled/, { ...settings, deleteEnabled: false })
  refused({ ...fine, valueSchema: null }, /has no schema.*value\.converter/)
  refused({ ...fine, valueSchema: { type: 'int32', optional: false } }, /HoistField/)
})
