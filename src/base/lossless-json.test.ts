import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonText, parseJson } from './lossless-json.ts'

test('whole numbers beyond 2^53 are read and written without loss, wherever they stand', () => {
  const numbers = ['9007199254740993', '-9007199254740993', '123456789012345678901234567890']
  for (const number of numbers) {
    const texts = [number, ` ${number} `, `[${number}]`, `{"a":[0.5,{"b":${number}}]}`]
    for (const text of texts) assert.equal(jsonText(parseJson(text)), text.trim())
  }
})

test('the many digits of a fraction are a double, beside long whole numbers and alone', () => {
  assert.equal(parseJson('1.0050150451354063'), 1.0050150451354063)
  assert.equal(parseJson('0.00000000000000012345'), 1.2345e-16)
  assert.deepEqual(parseJson('[1.0050150451354063,9007199254740993]'), [
    1.0050150451354063,
    9007199254740993n,
  ])
})

test('digits in texts are no numbers', () => {
  assert.deepEqual(parseJson('{"9007199254740993":"9007199254740993"}'), {
    '9007199254740993': '9007199254740993',
  })
})
