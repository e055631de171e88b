import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesQuotedBy } from '../table-name.ts'
import { sharesOf, shareText, tablesOfShare, wantedTables } from './tables.ts'

const names = namesQuotedBy('`', true)
const tables = ['a', 'b', 'c,d'].map((name) => ({ schema: 'plant', name }))
const all = {
  ...{ 'table.whitelist': [], 'table.blacklist': [] },
  ...{ 'table.include.list': [], 'table.exclude.list': [] },
}

function chosen(filters: Partial<Parameters<typeof wantedTables>[1]>): string {
  return wantedTables(tables, { ...all, ...filters }, names)
    .map(({ name }) => name)
    .join(' ')
}

test('tables are chosen by their names, quoted or not, with their schema or without', () => {
  assert.equal(chosen({}), 'a b c,d')
  assert.equal(chosen({ 'table.whitelist': ['a', 'plant.b', 'plant.x'] }), 'a b')
  assert.equal(chosen({ 'table.whitelist': ['`plant`.`a`'] }), 'a')
  assert.equal(chosen({ 'table.blacklist': ['plant.b'] }), 'a c,d')
  assert.equal(chosen({ 'table.include.list': ['plant\\.[ab]'] }), 'a b')
  assert.equal(chosen({ 'table.exclude.list': ['.*a'] }), 'b c,d')
})

test('tables of one name in two schemas are refused, because their topics would be one', () => {
  const twice = [...tables, { schema: 'office', name: 'a' }]
  assert.throws(() => wantedTables(twice, all, names), /plant\.a, office\.a/)
})

test('tables are shared evenly, and a share reads back as it was written', () => {
  const sizes = (count: number, most: number) => {
    const many = Array.from({ length: count }, (_, at) => ({ schema: 's', name: `${at}` }))
    return sharesOf(many, most).map(({ length }) => length)
  }
  assert.deepEqual(sizes(7, 3), [2, 2, 3])
  assert.deepEqual(sizes(2, 3), [1, 1])
  assert.deepEqual(sizes(0, 3), [])
  assert.deepEqual(tablesOfShare(shareText(tables, names), '`'), tables)
  assert.deepEqual(tablesOfShare('', '`'), [])
})
