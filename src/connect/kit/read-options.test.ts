import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Options } from './options.ts'
import { readOptions } from './read-options.ts'

const rest = { about: '', importance: 'low' } as const

const options = {
  'connection.url': { type: 'string', ...rest },
  'batch.size': { type: 'int', default: '3000', least: 1, most: 5000, ...rest },
  'max.wait.ms': { type: 'long', default: '9223372036854775807', ...rest },
  port: { type: 'short', default: '1', ...rest },
  ratio: { type: 'double', default: '0.5', ...rest },
  'auto.create': { type: 'boolean', default: 'false', ...rest },
  'pk.fields': { type: 'list', default: '', ...rest },
  'insert.mode': { type: 'string', default: 'insert', oneOf: ['insert', 'upsert'], ...rest },
  'table.types': { type: 'list', default: 'TABLE', oneOf: ['TABLE', 'VIEW'], ...rest },
  'connection.password': { type: 'password', default: null, check: tooShort, ...rest },
  'value.converter': { type: 'class', default: null, ...rest },
} as const satisfies Options

function tooShort(password: string): string | undefined {
  return password.length < 3 ? 'Use at least three letters.' : undefined
}

const url = { 'connection.url': 'jdbc:mysql://db' }

test('what is not given has its default, and the types are those of the table', () => {
  const { values } = readOptions(options, url)
  assert.ok(values)
  const size: number = values['batch.size']
  const password: string | undefined = values['connection.password']
  assert.equal(size, 3000)
  assert.equal(password, undefined)
  assert.deepEqual(
    [values['max.wait.ms'], values.port, values.ratio, values['auto.create']],
    [2 ** 63, 1, 0.5, false],
  )
  assert.deepEqual([values['pk.fields'], values['table.types']], [[], ['TABLE']])
})

test('texts are read as Kafka reads them: trimmed, lists by comma, booleans in any case', () => {
  const given = { ...url, 'batch.size': ' +7 ', 'auto.create': 'TRUE', 'pk.fields': 'a , b,c' }
  const { values } = readOptions(options, given)
  assert.ok(values)
  assert.deepEqual(
    [values['batch.size'], values['auto.create'], values['pk.fields']],
    [7, true, ['a', 'b', 'c']],
  )
})

test('a value of a fixed list comes back in the spelling of that list', () => {
  const given = { ...url, 'insert.mode': 'UPSERT', 'table.types': 'view,Table' }
  const { values } = readOptions(options, given)
  assert.ok(values)
  assert.equal(values['insert.mode'], 'upsert')
  assert.deepEqual(values['table.types'], ['VIEW', 'TABLE'])
})

for (const [name, text, why] of [
  ['batch.size', 'abc', 'Not a number of type INT'],
  ['batch.size', '', 'Not a number of type INT'],
  ['batch.size', '2147483648', 'Not a number of type INT'],
  ['batch.size', '0', 'Value must be at least 1'],
  ['batch.size', '5001', 'Value must be no more than 5000'],
  ['max.wait.ms', '9223372036854775808', 'Not a number of type LONG'],
  ['port', '32768', 'Not a number of type SHORT'],
  ['ratio', 'half', 'Not a number of type DOUBLE'],
  ['auto.create', 'yes', 'Expected value to be either true or false'],
  ['insert.mode', 'delete', 'String must be one of (case insensitive): insert, upsert'],
  ['table.types', 'TABLE,INDEX', 'String must be one of (case insensitive): TABLE, VIEW'],
] as const) {
  test(`${name}=${text} is refused in Kafka's words: ${why}`, () => {
    const { values, errors } = readOptions(options, { ...url, [name]: text })
    assert.equal(values, undefined)
    assert.deepEqual(errors, {
      [name]: [`Invalid value ${text} for configuration ${name}: ${why}`],
    })
  })
}

test('a required option that is missing, and a password that is wrong, are told without the password', () => {
  assert.deepEqual(readOptions(options, { 'connection.password': 'pw' }).errors, {
    'connection.url': [
      'Missing required configuration "connection.url" which has no default value.',
    ],
    'connection.password': [
      'Invalid value [hidden] for configuration connection.password: Use at least three letters.',
    ],
  })
})
