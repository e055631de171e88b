import assert from 'node:assert/strict'
import { test } from 'node:test'
import { converterOptions, readConverter } from './open.ts'

const json = 'org.apache.kafka.connect.json.JsonConverter'

async function open(
  role: 'key' | 'value' | 'header',
  config: Record<string, string>,
  fallback = {},
) {
  const { open, errors } = readConverter(role, config, fallback)
  assert.ok(open, JSON.stringify(errors))
  return open()
}

test('a converter is named by its class, with or without the package, or by a data format', async () => {
  const bytes = Buffer.from('{"a":1}')
  for (const config of [
    { 'value.converter': json, 'value.converter.schemas.enable': 'false' },
    { 'value.converter': 'JsonConverter', 'value.converter.schemas.enable': 'false' },
    { 'input.data.format': 'JSON' },
    { 'output.data.format': 'json' },
  ]) {
    const converter = await open('value', config)
    assert.deepEqual(converter.toConnect('t', bytes), { schema: null, value: { a: 1 } })
  }
})

test('the formats of keys and of values are chosen apart', async () => {
  const config = { 'input.data.format': 'BYTES', 'input.key.format': 'STRING' }
  const [key, value] = [await open('key', config), await open('value', config)]
  assert.equal((await key.toConnect('t', Buffer.from('k'))).value, 'k')
  assert.ok(Buffer.isBuffer((await value.toConnect('t', Buffer.from('v'))).value))
})

test("the worker's converter counts with its own options where the connector names none", async () => {
  const worker = { 'value.converter': json, 'value.converter.schemas.enable': 'false' }
  const config = { 'value.converter.schemas.enable': 'true' }
  const inherited = await open('value', config, worker)
  assert.deepEqual(inherited.toConnect('t', Buffer.from('1')), { schema: null, value: 1 })
  const own = await open('value', { 'value.converter': 'StringConverter' }, worker)
  assert.equal((await own.toConnect('t', Buffer.from('1'))).value, '1')
})

test('an unknown converter, one for headers only, and a wrong option are refused by name', () => {
  for (const name of ['Nothing', 'SimpleHeaderConverter']) {
    assert.deepEqual(readConverter('value', { 'value.converter': name }, {}).errors, {
      'value.converter': [
        `Invalid value ${name} for configuration value.converter: Class ${name} could not be found.`,
      ],
    })
  }
  const config = { 'value.converter': json, 'value.converter.schemas.enable': 'perhaps' }
  assert.deepEqual(Object.keys(readConverter('value', config, {}).errors), [
    'value.converter.schemas.enable',
  ])
})

test('the options of a converter are known by their whole names', () => {
  assert.deepEqual(Object.keys(converterOptions('key', { 'key.converter': json })), [
    'key.converter',
    'key.converter.schemas.enable',
    'key.converter.schemas.cache.size',
    'key.converter.decimal.format',
    'key.converter.replace.null.with.default',
  ])
})
