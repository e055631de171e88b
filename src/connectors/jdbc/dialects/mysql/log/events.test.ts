import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AnyBinlogEvent } from '@vlasky/zongji'
import { BinlogEvents } from './events.ts'

function event(name: string, facts: Readonly<Record<string, unknown>>): AnyBinlogEvent {
  return { ...facts, getTypeName: () => name } as unknown as AnyBinlogEvent
}

function tableMap(tableId: number, tableName: string): AnyBinlogEvent {
  return event('TableMap', {
    ...{ tableId, tableName, schemaName: 'plant', tableMap: { [tableId]: { columns: [] } } },
    hasSelfDescribingMetadata: () => true,
  })
}

test('a number that comes to stand for another table means that one from then on', () => {
  const events = new BinlogEvents({ file: 'log.1', pos: 4 }, () => undefined)
  const tableOf = (id: number) => {
    const [item] = events.read(event('WriteRows', { tableId: id, rows: [{}], size: 1 }))
    return item?.kind === 'rows' ? item.mapped.table.name : undefined
  }
  events.read(tableMap(7, 'a'))
  assert.equal(tableOf(7), 'a')
  events.read(tableMap(7, 'b'))
  assert.equal(tableOf(7), 'b')
})

test('what is known of a table is kept as long as it is the same', () => {
  const events = new BinlogEvents({ file: 'log.1', pos: 4 }, () => undefined)
  const mapped = () => {
    events.read(tableMap(7, 'a'))
    const [item] = events.read(event('WriteRows', { tableId: 7, rows: [{}], size: 1 }))
    return item?.kind === 'rows' ? item.mapped : undefined
  }
  assert.equal(mapped(), mapped())
})
