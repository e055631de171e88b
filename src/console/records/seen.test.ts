import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seen, understand } from './seen.ts'

test('bytes are what they look like: nothing, JSON, text, or bytes', () => {
  const formatOf = (bytes: string | Buffer | null) =>
    understand(bytes === null ? null : Buffer.from(bytes)).format
  assert.equal(formatOf(null), 'null')
  for (const json of ['{"a":1}', ' [1]', '21.5', '-0', '"x"', 'true', 'null']) {
    assert.equal(formatOf(json), 'json', json)
  }
  for (const text of ['', 'pump', '{a}', 'tru', '01', '1 2', '\u00fc']) {
    assert.equal(formatOf(text), 'text', text)
  }
  assert.equal(formatOf(Buffer.from([0xc3])), 'bytes')
})

test('what is cut is cut between characters, and base64 between bytes', () => {
  const cut = (text: string | Buffer, most: number) => seen(understand(Buffer.from(text)), most)
  assert.deepEqual(cut('abc', 3), { format: 'text', value: 'abc', bytes: 3 })
  assert.deepEqual(cut('abcd', 3), { format: 'text', value: 'abc', bytes: 4, isCut: true })
  assert.equal(cut('ab😀', 3).value, 'ab')
  assert.equal(cut('ab😀x', 4).value, 'ab😀')
  assert.equal(cut(Buffer.alloc(9, 0xff), 7).value, '////')
  assert.equal(cut('a', 0).value, '')
})
