import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namesQuotedBy, parseTableName } from './table-name.ts'

test('a table name has up to three parts, quoted or not', () => {
  const names = {
    Readings: [undefined, 'Readings'],
    'plant.Readings': ['plant', 'Readings'],
    'db.plant.Readings': ['plant', 'Readings'],
    '"a.b".c': ['a.b', 'c'],
    '"a b"': [undefined, 'a b'],
  }
  for (const [text, [schema, name]] of Object.entries(names)) {
    assert.deepEqual(parseTableName(text, '"'), { schema, name }, text)
  }
  for (const text of ['', '.', 'a.', '"a', '"a"b', 'a.b.c.d']) {
    assert.equal(parseTableName(text, '"'), undefined, text)
  }
})

test('a quote in a name does not end it', () => {
  const { column, table } = namesQuotedBy('`', true)
  assert.equal(column('a`b'), '`a``b`')
  assert.equal(table({ schema: 's', name: 't' }), '`s`.`t`')
  assert.equal(namesQuotedBy('`', false).table({ schema: 's', name: 't' }), 's.t')
})
