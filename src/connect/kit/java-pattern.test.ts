import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JavaPattern } from './java-pattern.ts'

for (const [pattern, text, matches] of [
  ['sensor', 'sensors', false],
  ['sensor.*', 'sensors', true],
  ['(?i)Sensor-[a-c]', 'SENSOR-B', true],
  ['(?i)\\Qa.b\\E', 'a.b', true],
  ['\\Qa.b\\E', 'axb', false],
  ['[\\p{Alpha}_]+', 'ab_C', true],
  ['\\p{Digit}{2}', '12', true],
  ['\\p{Upper}', 'a', false],
  ['a\\-b', 'a-b', true],
  ['\\Aab\\z', 'ab', true],
  ['[^.]+', 'a.b', false],
] as const) {
  test(`${pattern} ${matches ? 'matches' : 'does not match'} ${text}`, () => {
    assert.equal(new JavaPattern(pattern).matches(text), matches)
  })
}

for (const [pattern, why] of [
  ['a*+', /Possessive/],
  ['(?>a)', /Atomic/],
  ['a(?i)b', /Flags/],
  ['[a-z&&[^b]]', /Classes of characters/],
  ['\\p{L}', /these are known: Alpha/],
  ['(?=a)a', /look-ahead/],
  ['(', /missing|Unterminated|Invalid/i],
] as const) {
  test(`${pattern} is refused with its reason`, () => {
    assert.throws(() => new JavaPattern(pattern), why)
  })
}

test('groups go into the replacement by number and by name, and a backslash takes a $ as it is', () => {
  const pattern = new JavaPattern('(?<first>[a-z]+)-(\\d)')
  assert.equal(pattern.replaceFirst('ab-7', '$2$' + '{first}\\$1'), '7ab$1')
  assert.equal(pattern.replaceFirst('ab-7', '$12'), 'ab2')
  assert.equal(pattern.replaceFirst('ab', 'x'), undefined)
})
