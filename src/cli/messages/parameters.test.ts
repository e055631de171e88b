import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parametersOf, rewritten } from './parameters.ts'

test('dots nest, and values are YAML', () => {
  const operands = [
    'type=kafka',
    'brokers=[a:1,b:2]',
    'data_encryption=true',
    'crypto.mode=GCM',
    'crypto.key_derivation.iteration=5',
    'crypto.password=a=b',
    'client_id=',
  ]
  assert.deepEqual(parametersOf({}, operands), {
    no_config: false,
    type: 'kafka',
    brokers: ['a:1', 'b:2'],
    data_encryption: true,
    crypto: { mode: 'GCM', key_derivation: { iteration: 5 }, password: 'a=b' },
    client_id: null,
  })
})

test('options are parameters too, and text wins over another value type', () => {
  const options = { 'no-config-file': true, service: 'pumps', text: true }
  const expected = { no_config: true, service: 'pumps', value_type: 'text' }
  assert.deepEqual(parametersOf(options, ['value_type=image']), expected)
})

test('what is wrong is told without its value, which may be a secret', () => {
  const wrongs: [string[], RegExp][] = [
    [['type=kafka', 'hush'], /Parameter 2 has no '='/],
    [['crypto.password="hush'], /The value of 'crypto.password' is no YAML/],
    [['crypto.password=*hush'], /The value of 'crypto.password' is no YAML/],
    [['crypto=hush', 'crypto.mode=GCM'], /'crypto.mode' would stand under 'crypto'/],
    [['no_config=true', 'config=hush'], /'-nc' asks for no configuration, '-c' names one/],
  ]
  for (const [operands, sentence] of wrongs) {
    assert.throws(
      () => parametersOf({}, operands),
      (error: Error) => sentence.test(error.message) && !error.message.includes('hush'),
    )
  }
})

test('no key reaches what all objects share', () => {
  const parameters = parametersOf({}, ['__proto__.type=kafka', 'constructor.name=x'])
  assert.deepEqual(Object.keys(parameters), ['no_config', '__proto__', 'constructor'])
  assert.equal(({} as Record<string, unknown>).type, undefined)
})

test('-nc is one word, and a message may begin as an option does', () => {
  assert.deepEqual(rewritten(['-nc', '-t']), ['--no-config-file', '-t'])
  assert.deepEqual(rewritten(['-m', '-4.5']), ['--message=-4.5'])
  assert.deepEqual(rewritten(['--message', '- all is well']), ['--message=- all is well'])
  assert.deepEqual(rewritten(['-m', '-t']), ['-m', '-t'])
})
