import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linearPattern } from './linear-pattern.ts'

test('a pattern that backtracks for ever elsewhere answers at once', () => {
  const text = `${'a'.repeat(20_000)}b`
  for (const source of ['^(a+)+$', '^(a|aa)+$', '(a*)*c', '^(a|a)*$']) {
    assert.equal(linearPattern(source).test(text), false, source)
  }
})

test('what has no linear form is refused', () => {
  for (const source of ['(a)\\1', '(?=a)b', '(a{1,100}){1,100}', 'a'.repeat(1001)]) {
    assert.throws(() => linearPattern(source), SyntaxError, source)
  }
})

test('what is no pattern is refused', () => {
  assert.throws(() => linearPattern('('), SyntaxError)
})

test('groups and classes mean what they always do', () => {
  assert.equal(linearPattern('^(?<first>[a-z]+)-\\d{2}$').exec('pump-07')?.groups?.first, 'pump')
})
