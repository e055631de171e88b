import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prettyJson } from './pretty-json.ts'

test('JSON gets a line for each value, and keeps what JSON.parse would lose', () => {
  assert.equal(
    prettyJson(
      '{"id":9007199254740993,"__proto__":1,"a":[],"a":{},"t":"{,}\\"","l":[1,{"x":null}]}',
    ),
    `{
  "id": 9007199254740993,
  "__proto__": 1,
  "a": [],
  "a": {},
  "t": "{,}\\"",
  "l": [
    1,
    {
      "x": null
    }
  ]
}`,
  )
})

test('what is no JSON is left alone', () => {
  assert.equal(prettyJson('{"a":'), undefined)
  assert.equal(prettyJson('46.7'), '46.7')
})

test('what lies very deep does not make the text long', () => {
  const deep = `${'['.repeat(2000)}1${']'.repeat(2000)}`
  const shown = prettyJson(deep) ?? ''
  assert.equal(shown.replaceAll(/\s/g, ''), deep)
  assert.ok(shown.length < 20_000)
})
