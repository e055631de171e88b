import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLogger } from '../../../base/logger.ts'
import type { LogChange, LogItem, TableShape } from '../dialects/log.ts'
import type { ResultColumn, Row } from '../session.ts'
import { utc } from '../values/zone.ts'
import { Changes } from './changes.ts'
import type { Deletes } from './settings.ts'

const settings = {
  ...{ topicPrefix: 'p.', lingerMs: 0, batchRows: 1000, mostAttempts: 1 },
  ...({ numericMapping: 'none', granularity: 'connect_logical', zone: utc } as const),
}

const column = (name: string): ResultColumn => ({
  ...{ name, type: 'text', optional: true, unsigned: false, fraction: 0 },
  ...{ precision: undefined, scale: undefined },
})

const shape: TableShape = {
  table: { schema: 's', name: 't' },
  columns: [column('id'), column('text')],
  keys: [0],
}

const begin: LogItem = { kind: 'begin', transaction: { isIn: () => false } }
const end = (at: number): LogItem => ({ kind: 'end', place: { at } })

function change(before: Row | undefined, after: Row | undefined, of = shape): LogItem {
  const rows: Partial<LogChange> = { ...(before && { before }), ...(after && { after }) }
  return { kind: 'change', shape: of, isBeforeWhole: true, bytes: 1, ...rows }
}

function changes(deletes: Deletes = 'tombstone', told = 0) {
  return new Changes(
    { place: { at: 0 }, changes: told },
    {
      ...{ database: 'd', settings, deletes, logger: silentLogger },
      followed: new Map([['s.t', { identity: '', snapshot: { seen: 1 } }]]),
    },
  )
}

function told(reader: Changes, ...items: readonly LogItem[]) {
  return items.flatMap((item) =>
    reader.take(item).map(({ key, value, sourceOffset }) => ({
      id: (key as { id: string } | null)?.id,
      text: (value as { text: string } | null)?.text,
      offset: sourceOffset,
    })),
  )
}

test('each record says how far the log was told, also within a transaction', () => {
  const records = told(
    changes(),
    ...[begin, change(undefined, ['1', 'a']), { kind: 'other' } as const],
    ...[change(['1', 'a'], ['1', 'b']), end(7), begin, change(['1', 'b'], undefined)],
  )
  assert.deepEqual(records, [
    { id: '1', text: 'a', offset: { at: 0, changes: 1 } },
    { id: '1', text: 'b', offset: { at: 0, changes: 3 } },
    { id: '1', text: undefined, offset: { at: 7, changes: 1 } },
  ])
})

test('what was told of a transaction before is passed over, and not what comes behind it', () => {
  const reader = changes('tombstone', 2)
  const place: LogItem = { kind: 'place', place: { at: 5 } }
  told(reader, place)
  assert.deepEqual(reader.position, { place: { at: 5 }, changes: 2 })
  const rows = ['1', '2', '3'].map((id) => change(undefined, [id, 'a']))
  assert.deepEqual(
    told(reader, begin, ...rows, end(9), begin, ...rows).map(({ id }) => id),
    ['3', '1', '2', '3'],
  )
})

test('a row that gets another key leaves its old one, and both are done together', () => {
  assert.deepEqual(told(changes(), begin, change(['1', 'a'], ['2', 'a'])), [
    { id: '1', text: undefined, offset: { at: 0, changes: 0 } },
    { id: '2', text: 'a', offset: { at: 0, changes: 1 } },
  ])
})

test('what a snapshot has seen, or nobody follows, is not told again', () => {
  const seen: LogItem = { kind: 'begin', transaction: { isIn: ({ seen: one }) => one === 1 } }
  assert.deepEqual(told(changes(), seen, change(undefined, ['1', 'a'])), [])
  const stranger = { ...shape, table: { schema: 's', name: 'other' } }
  assert.deepEqual(told(changes(), begin, change(undefined, ['1', 'a'], stranger)), [])
})

test('deletes without a key, or of which nothing is to be told, are left out', () => {
  const keyless = { ...shape, keys: [] }
  assert.deepEqual(told(changes(), begin, change(['1', 'a'], undefined, keyless)), [])
  assert.deepEqual(told(changes('drop'), begin, change(['1', 'a'], undefined)), [])
  const rewritten = told(changes('rewrite-with-tombstone'), begin, change(['1', 'a'], undefined))
  assert.deepEqual(
    rewritten.map(({ id, text }) => [id, text]),
    [
      ['1', 'a'],
      ['1', undefined],
    ],
  )
})
