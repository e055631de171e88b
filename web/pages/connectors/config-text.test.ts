import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configIn, objectionsIn } from './config-text.ts'

test('a configuration is taken alone, and with its name around it', () => {
  const config = { 'connector.class': 'X', 'tasks.max': '2', off: 'false', none: null }
  const text = '{"connector.class":"X","tasks.max":2,"off":false,"none":null}'
  assert.deepEqual(configIn(text), config)
  assert.deepEqual(configIn(`{"name":"a","config":${text}}`), config)
})

test('what is no configuration says why', () => {
  assert.throws(() => configIn('{'), /no JSON: /)
  assert.throws(() => configIn('[]'), /no JSON object/)
  assert.throws(() => configIn('{"config":1}'), /"config" is no object/)
  assert.throws(() => configIn('{"a":{}}'), /"a" is an object or a list/)
})

test('objections are told with the setting that they are about', () => {
  const configs = [
    { value: { name: 'file', errors: ['is missing'] } },
    { value: { name: 'topics', errors: [] } },
  ]
  assert.deepEqual(objectionsIn({ configs }), ['file: is missing'])
})
