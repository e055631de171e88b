import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseExpression, type SpokenOf } from './expression.ts'

const record: SpokenOf = {
  ...{ topic: 'readings', partition: 1, offset: 9_007_199_254_740_993n, timestampMs: 1000 },
  key: 'pump-1',
  value: { celsius: 21.5, tags: ['a', 'b'], name: 'Pump' },
  headers: [{ key: 'trace', value: Buffer.from('7') }],
}

test('an expression speaks of all that a record has', () => {
  const says = [
    'value.celsius > 20 && key == "pump-1"',
    'offset == 9007199254740993 && partition == 1 && topic == "readings"',
    'timestamp == timestamp("1970-01-01T00:00:01Z")',
    'headers["trace"] == "7" && has(value.name) && !has(value.other)',
    'value.tags.exists(tag, tag == "b") && value.tags.filter(tag, tag > "a").size() == 1',
    'value.name.lowerAscii().contains("pum") && value.name.matches("^P.*p$")',
    'round(value.celsius) + 1 > 22 && string(partition) in ["1"]',
  ]
  for (const text of says) {
    assert.equal(parseExpression(text, { isModest: true })(record), true, text)
  }
})

test('a modest expression makes nothing large, and says at which character it would', () => {
  const immodest = [
    'value.tags.map(tag, tag + tag).size() > 1',
    'cel.bind(x, value.name + value.name, x + x) == ""',
    'value.tags.join(value.name) == ""',
    'bytes(value.name).hex() == ""',
    'value.name.split("").size() > 1',
    `${'value.name + '.repeat(11)} "" == ""`,
    'optional.of(value.name).optMap(x, x + x).hasValue()',
  ]
  for (const text of immodest) {
    assert.throws(
      () => parseExpression(text, { isModest: true }),
      { code: 'wrong-expression' },
      text,
    )
  }
  assert.equal(parseExpression('value.tags.map(tag, tag + tag)[1]')(record), 'bb')
  assert.throws(
    () => parseExpression('"x" == "" || value.tags.map(t, t) == []', { isModest: true }),
    {
      message: /at character 14, map\(\) is not among the functions of a filter/,
    },
  )
  assert.throws(() => parseExpression(`"${'x'.repeat(1000)}" == key`, { isModest: true }), {
    message: /at most 1000/,
  })
})

test('a field that a record does not have is an error of that record alone', () => {
  assert.throws(() => parseExpression('value.other > 1')(record), { code: 'expression-failed' })
})
