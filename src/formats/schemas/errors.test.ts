import assert from 'node:assert/strict'
import { test } from 'node:test'
import { schemaError } from './errors.ts'

test('an error of a schema says the language, the place and what is wrong there', () => {
  const { message } = schemaError('invalid-schema', {
    type: 'AVRO',
    where: '/fields/1/type',
    why: "'flot' is no type",
  })
  assert.equal(message, "The Avro schema is invalid at /fields/1/type: 'flot' is no type.")
})

test('an error of a whole schema or value names no place', () => {
  assert.equal(
    schemaError('invalid-schema', { type: 'PROTOBUF', where: '', why: 'it is empty' }).message,
    'The Protobuf schema is invalid: it is empty.',
  )
  assert.equal(
    schemaError('wrong-value', { type: 'JSON', where: '', expected: 'object', given: '7' }).message,
    'The value does not fit its JSON schema: object is expected, not 7.',
  )
})
