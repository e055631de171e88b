import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConnectSchema, logical } from '../../connect/kit/index.ts'
import { fitOf } from './compatibility.ts'
import { projectionOf } from './projection.ts'

const number: ConnectSchema = { type: 'int32', optional: false }
const perhaps: ConnectSchema = { type: 'string', optional: true }

function struct(fields: Readonly<Record<string, ConnectSchema>>, more = {}): ConnectSchema {
  const list = Object.entries(fields).map(([name, schema]) => ({ name, schema }))
  return { type: 'struct', optional: false, fields: list, ...more }
}

const narrow = struct({ id: number })
const wide = struct({ id: number, unit: perhaps })

test('without versions, the schema with more fields is the newer one', () => {
  assert.ok(fitOf('BACKWARD')(narrow, wide))
  assert.equal(fitOf('BACKWARD')(wide, narrow), undefined)
  assert.ok(fitOf('FORWARD')(wide, narrow))
  assert.equal(fitOf('FORWARD')(narrow, wide), undefined)
  assert.ok(fitOf('FULL')(narrow, wide))
  assert.equal(fitOf('NONE')(narrow, wide), undefined)
})

test('where both have versions, these say which one is newer', () => {
  const [old, young] = [
    { ...wide, version: 1 },
    { ...narrow, version: 2 },
  ]
  const down = fitOf('BACKWARD')(old, young)
  assert.deepEqual(down?.project({ id: 1, unit: 'kW' }), { id: 1 })
  assert.equal(fitOf('BACKWARD')(young, old), undefined)
  const up = fitOf('FORWARD')(young, old)
  assert.deepEqual(up?.project({ id: 1 }), { id: 1, unit: null })
})

test('values inside lists, maps and structs are told in the other schema', () => {
  const inside = (schema: ConnectSchema) =>
    struct({
      list: { type: 'array', optional: true, values: schema },
      map: { type: 'map', optional: true, keys: { ...perhaps, optional: false }, values: schema },
    })
  const projection = projectionOf(inside(narrow), inside(wide))
  const value = { list: [{ id: 1 }], map: new Map([['a', { id: 2 }]]) }
  assert.deepEqual(projection?.project(value), {
    list: [{ id: 1, unit: null }],
    map: new Map([['a', { id: 2, unit: null }]]),
  })
  assert.deepEqual(projection?.project({ list: null, map: null }), { list: null, map: null })
  assert.equal(projection?.fills, true)
  assert.equal(projectionOf(inside(wide), inside(narrow))?.drops, true)
})

test('numbers become wider and never narrower', () => {
  const wider = (type: 'int64' | 'float64' | 'int8') =>
    projectionOf(number, { ...number, type })?.project(7)
  assert.deepEqual([wider('int64'), wider('float64'), wider('int8')], [7n, 7, undefined])
})

test('what cannot be told in the other schema begins a file of its own', () => {
  const named = { ...number, name: logical.date }
  for (const [from, to] of [
    [perhaps, { ...perhaps, optional: false }],
    [number, perhaps],
    [number, named],
    [named, { ...named, type: 'int64' }],
    [narrow, struct({ id: number, unit: { ...perhaps, optional: false } })],
    [
      { ...narrow, name: 'A' },
      { ...narrow, name: 'B' },
    ],
  ] as [ConnectSchema, ConnectSchema][]) {
    assert.equal(projectionOf(from, to), undefined, JSON.stringify([from, to]))
  }
  const filled = { ...perhaps, optional: false, default: 'none' }
  assert.equal(projectionOf(perhaps, filled)?.project(null), 'none')
})
