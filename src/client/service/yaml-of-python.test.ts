import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readYaml } from './yaml-of-python.ts'

function valueIn(word: string): unknown {
  const read = readYaml(`v: ${word}`)
  assert.ok('content' in read, word)
  return (read.content as { v: unknown }).v
}

test('a plain word is text, unless PyYAML makes something else of it', () => {
  for (const word of ['y', 'N', '08', '0o10', '1e3', '+0900', '2024-01-02', 'b:9092', '0b2']) {
    assert.equal(valueIn(word), word)
  }
  assert.deepEqual(
    ['yes', 'Off', '010', '-0x1F', '0b101', '1_000', '1:30', '1.5', '-.5', '1.0e+3', '.inf'].map(
      valueIn,
    ),
    [true, false, 8, -31, 5, 1000, 90, 1.5, '-.5', 1000, Number.POSITIVE_INFINITY],
  )
  assert.deepEqual(valueIn('!!binary AAE='), Buffer.of(0, 1))
})

test('a fault is told by line and column, in words that have nothing of the text', () => {
  const faults = [
    ['a: [hunter2', 1, 12, /bracket/],
    ['a: "hunter2', 1, 12, /quote/],
    ['a: 1\n\tb: hunter2', 2, 1, /tab/],
    ['a: hunter2: x', 1, 4, /second ': '/],
    ['a: *hunter2', 1, 4, /\*/],
    ['a: !hunter2', 1, 4, /tag/],
    ['a: @hunter2', 1, 4, /put it in quotes/],
    ['a: "\\q hunter2"', 1, 5, /escape/],
    ['a: |hunter2\n', 1, 5, /does not belong/],
    ['a: 1\n---\nb: hunter2', 2, 1, /second document/],
    ['a: !sinetstream/encrypted {b: hunter2}', 1, 4, /tag/],
  ] as const
  for (const [text, line, column, why] of faults) {
    const read = readYaml(text)
    assert.ok('fault' in read, text)
    assert.deepEqual([read.fault.line, read.fault.column], [line, column], text)
    assert.match(read.fault.why, why)
    assert.doesNotMatch(read.fault.why, /hunter2/)
  }
})

test('aliases that stand for themselves, or for more than memory holds, are faults', () => {
  const letters = 'abcdefghijklm'.split('')
  const lines = letters.map((letter, at) => {
    const below = at === 0 ? 'x' : `*${letters[at - 1]}`
    return `${letter}: &${letter} [${Array(9).fill(below).join(', ')}]`
  })
  for (const text of ['s: &a {x: *a}', lines.join('\n')]) assert.ok('fault' in readYaml(text))
  assert.deepEqual(readYaml('a: &x {b: 1}\nc: {<<: *x, d: 2}'), {
    content: { a: { b: 1 }, c: { b: 1, d: 2 } },
    duplicates: [],
  })
})
