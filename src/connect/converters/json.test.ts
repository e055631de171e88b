import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataError } from '../kit/errors.ts'
import { readConverter } from './open.ts'

async function jsonConverter(options: Record<string, string> = {}) {
  const given = Object.entries(options).map(([name, value]) => [`value.converter.${name}`, value])
  const config = { 'value.converter': 'JsonConverter', ...Object.fromEntries(given) }
  const read = readConverter('value', config, {})
  assert.ok(read.open)
  return read.open()
}

function envelope(schema: object, payload: unknown): Buffer {
  return Buffer.from(JSON.stringify({ schema, payload }))
}

test('records with the same schema share one schema object', async () => {
  const converter = await jsonConverter()
  const first = await converter.toConnect('t', envelope({ type: 'int8' }, 1))
  const other = await converter.toConnect('t', envelope({ type: 'int16' }, 2))
  const again = await converter.toConnect('t', envelope({ type: 'int8' }, 3))
  assert.equal(first.schema, again.schema)
  assert.notEqual(first.schema, other.schema)
  assert.deepEqual([first.value, other.value, again.value], [1, 2, 3])
})

test('what stands behind a payload is refused, also after a record with the same schema', async () => {
  const converter = await jsonConverter()
  await converter.toConnect('t', envelope({ type: 'int8' }, 1))
  for (const text of [
    '{"schema":{"type":"int8"},"payload":1,"more":2}',
    '{"schema":{"type":"int8"},"payload":1}}',
  ]) {
    assert.throws(() => converter.toConnect('t', Buffer.from(text)), DataError, text)
  }
})

test('whole numbers beyond 2^53 and decimals lose no digit, both ways', async () => {
  const plain = await jsonConverter({ 'schemas.enable': 'false' })
  const text = '{"id":9007199254740993,"list":[12345678901234567890]}'
  const { schema, value } = await plain.toConnect('t', Buffer.from(text))
  assert.equal((await plain.fromConnect('t', schema, value))?.toString(), text)

  const numeric = await jsonConverter({ 'decimal.format': 'NUMERIC' })
  const name = 'org.apache.kafka.connect.data.Decimal'
  const decimal =
    `{"schema":{"type":"bytes","optional":false,"name":"${name}","version":1,` +
    '"parameters":{"scale":"2"}},"payload":12345678901234567890.10}'
  const read = await numeric.toConnect('t', Buffer.from(decimal))
  assert.deepEqual(read.value, { unscaled: 1234567890123456789010n, scale: 2 })
  assert.equal((await numeric.fromConnect('t', read.schema, read.value))?.toString(), decimal)
})

test('a value of another type is refused, and not taken as 0', async () => {
  const converter = await jsonConverter()
  const schema = { type: 'struct', fields: [{ field: 'n', type: 'int32' }] }
  assert.throws(() => converter.toConnect('t', envelope(schema, { n: 'seven' })), {
    name: 'DataError',
    message: 'n: Invalid value for INT32 field: found string',
  })
})

test('a schema that is nested without end is refused', async () => {
  const converter = await jsonConverter()
  let schema: object = { type: 'int8' }
  for (let depth = 0; depth < 200; depth++) schema = { type: 'array', items: schema }
  assert.throws(() => converter.toConnect('t', envelope(schema, [])), /nested deeper than 100/)
})
