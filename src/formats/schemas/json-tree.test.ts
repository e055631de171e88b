import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonSyntaxError, parseJson, printJson } from './json-tree.ts'
import { schemaLimits } from './limits.ts'

test('keys keep their order and numbers their kind', () => {
  for (const text of [
    '{"10":1,"2":1.0,"a":-0.0,"__proto__":{}}',
    '[9007199254740993,1.0E10,1.5E-7,123456.789,0.001,9999999.0,-1]',
    '["\\u001F\\\\u001f\\n\\"\\\\/é😀",null,true,false,{},[]]',
  ]) {
    assert.equal(printJson(parseJson(text)), text)
  }
})

test('numbers are printed as Java prints them, whichever way they were written', () => {
  const numbers: readonly (readonly [string, string])[] = [
    ['1e3', '1000.0'],
    ['10000000.0', '1.0E7'],
    ['0.0001', '1.0E-4'],
    ['123456789012.5', '1.234567890125E11'],
    ['-0', '0'],
    ['1e400', '"Infinity"'],
  ]
  for (const [read, printed] of numbers) assert.equal(printJson(parseJson(read)), printed)
})

test('of two equal keys the first has the place and the last the value', () => {
  assert.equal(printJson(parseJson('{"a":1,"b":2,"a":3}')), '{"a":3,"b":2}')
})

test('comments are read over where they are allowed', () => {
  const text = '/* one */ {"a": // two\n 1}'
  assert.equal(printJson(parseJson(text, { comments: true })), '{"a":1}')
  assert.throws(() => parseJson(text), JsonSyntaxError)
})

test('what is no JSON is refused with its line and column', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['', '1:1'],
    ['{"a":1\n,}', '2:2'],
    ['[1,]', '1:4'],
    ['[01]', '1:3'],
    ['"\\x"', '1:1'],
    ['"a\nb"', '1:1'],
    ['"a', '1:3'],
    ['"a\\', '1:4'],
    ['{a:1}', '1:2'],
    ['nul', '1:1'],
    ['1 2', '1:3'],
    ['-', '1:1'],
  ]
  for (const [text, where] of wrong) {
    assert.throws(
      () => parseJson(text),
      (error: unknown) => error instanceof JsonSyntaxError && error.where === where,
      text,
    )
  }
})

test('JSON that nests too deep or has too long a number is refused', () => {
  const deep = schemaLimits.deepestNesting
  assert.doesNotThrow(() => parseJson('['.repeat(deep) + ']'.repeat(deep)))
  assert.throws(() => parseJson('['.repeat(deep + 1)), /nests deeper than 500 levels/)
  assert.throws(() => parseJson('9'.repeat(1001)), /more than 1000 digits/)
})
