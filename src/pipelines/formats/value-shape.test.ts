import assert from 'node:assert/strict'
import { test } from 'node:test'
import { avroOf, merged, shapeOf } from './value-shape.ts'

test('the schema of values has every field optional, in the order in which they were seen', () => {
  const shape = merged(
    shapeOf({ id: 1n, name: 'a', at: new Date(0), none: null }),
    shapeOf({ id: 2n, mean: 1.5, list: [1, null], inner: { ok: true } }),
  )
  assert.deepEqual(JSON.parse(avroOf(shape, 'clean.readings')), {
    type: 'record',
    name: 'clean_readings',
    fields: [
      { name: 'id', type: ['null', 'long'], default: null },
      { name: 'name', type: ['null', 'string'], default: null },
      {
        name: 'at',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'mean', type: ['null', 'double'], default: null },
      { name: 'list', type: ['null', { type: 'array', items: ['null', 'double'] }], default: null },
      {
        name: 'inner',
        type: [
          'null',
          {
            type: 'record',
            name: 'clean_readings_inner',
            fields: [{ name: 'ok', type: ['null', 'boolean'], default: null }],
          },
        ],
        default: null,
      },
    ],
  })
})

test('whole numbers and others together are doubles', () => {
  assert.deepEqual(merged(shapeOf(1n), shapeOf(1.5)), { kind: 'double' })
})

test('a field that changes its type has no schema, and the error says the cure', () => {
  assert.throws(() => merged(shapeOf({ a: 1 }), shapeOf({ a: 'x' })), /give the target a schema/)
})

test('what is no record has no schema', () => {
  assert.throws(() => avroOf(shapeOf('text'), 't'), { code: 'unwritable-value' })
})
