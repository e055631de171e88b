import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Seen, SeenRecord } from './answers.ts'
import { draftOf, emptyDraft, requestOf } from './new-record.ts'

const text = (value: string): Seen => ({ format: 'text', value, bytes: value.length })
const none: Seen = { format: 'null', value: null, bytes: 0 }
const record = (some: Partial<SeenRecord>): SeenRecord => ({
  ...{ partition: 1, offset: '7', timestamp: 0, key: none, value: none, headers: [] },
  ...some,
})

test('a record is written again as it was', () => {
  const json: Seen = { format: 'json', value: '{ "a": 1 }', bytes: 10 }
  const before = record({ key: text('k'), value: json, headers: [['h', text('a=b')]] })
  assert.deepEqual(requestOf(draftOf(before) ?? emptyDraft), {
    ...{ keyFormat: 'text', valueFormat: 'text', headers: [['h', 'a=b']] },
    ...{ key: 'k', value: '{ "a": 1 }' },
  })
  const bytes = record({ value: { format: 'bytes', value: 'AP8=', bytes: 2 } })
  const { keyFormat, key, valueFormat, value } = requestOf(draftOf(bytes) ?? emptyDraft)
  assert.deepEqual([keyFormat, key, valueFormat, value], ['null', null, 'base64', 'AP8='])
})

test('what would not be the same again is not offered', () => {
  const cut: Seen = { ...text('abc'), isCut: true }
  const avro: Seen = { format: 'avro', value: '{}', bytes: 9 }
  const others = [
    ...[{ value: cut }, { value: avro }, { key: avro }],
    ...[{ key: text('a\nb') }, { value: text('a\r\nb') }],
    ...[text('a\nb'), text(' a'), none, cut].map((header) => ({
      headers: [['h', header]] as const,
    })),
    { headers: [['a=b', text('x')]] as const },
  ]
  for (const other of others) assert.equal(draftOf(record(other)), undefined, JSON.stringify(other))
})

test('a partition is said where one was chosen', () => {
  assert.equal(requestOf({ ...emptyDraft, partition: '2' }).partition, 2)
  assert.ok(!('partition' in requestOf(emptyDraft)))
})
