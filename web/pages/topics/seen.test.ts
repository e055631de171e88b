import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Seen } from './answers.ts'
import { aboutOf, inFull, inHex, inOneLine } from './seen.ts'

const json: Seen = { format: 'json', value: '{"id":9007199254740993}', bytes: 23 }

test('a row shows the beginning of a value in one line', () => {
  assert.equal(inOneLine({ format: 'text', value: 'a\n  b', bytes: 5 }), 'a b')
  assert.equal(inOneLine({ format: 'text', value: 'x'.repeat(999), bytes: 999 }).length, 300)
  assert.equal(inOneLine({ format: 'bytes', value: 'AP8=', bytes: 2 }), '0x00ff')
  assert.equal(inOneLine({ format: 'null', value: null, bytes: 0 }), '∅')
})

test('an opened value is readable, to the last digit', () => {
  assert.equal(inFull(json), '{\n  "id": 9007199254740993\n}')
  assert.match(inFull({ format: 'bytes', value: 'AP8=', bytes: 2 }), /^00000000 {2}00 ff/)
  assert.match(inHex(json) ?? '', /^00000000 {2}7b 22 69 64/)
  assert.equal(inHex({ format: 'avro', value: '{}', bytes: 5 }), undefined)
})

test('what a value is stands beside it', () => {
  const seen: Seen = { format: 'avro', value: '{}', bytes: 120, schemaId: 3, subject: 's-value' }
  assert.equal(
    aboutOf({ ...seen, isCut: true }),
    'avro · schema 3 · s-value · 120 B · the beginning is shown',
  )
  assert.equal(aboutOf({ format: 'null', value: null, bytes: 0 }), 'null')
})
