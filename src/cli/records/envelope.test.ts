import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isError } from '../../base/errors.ts'
import { fromEnvelope, toEnvelope } from './envelope.ts'

const place = { topic: 't', partition: 2, offset: 7n }

test('what an envelope prints, an envelope reads', () => {
  const record = {
    key: Buffer.from('k'),
    value: Buffer.from([0xff, 0x00]),
    headers: [
      { key: 'a', value: Buffer.from('1') },
      { key: 'a', value: null },
      { key: 'b', value: Buffer.from('ü') },
    ],
    timestamp: 1_700_000_000_000n,
  }
  const line = toEnvelope(place, record)
  assert.deepEqual(fromEnvelope(Buffer.from(line)), { ...record, partition: 2 })
})

test('bytes that are no text are base64', () => {
  const record = { key: null, value: Buffer.from([0xff]), headers: [], timestamp: -1n }
  assert.deepEqual(JSON.parse(toEnvelope(place, record)).value, { base64: '/w==' })
})

test('a value that is JSON itself is written as its text', () => {
  const { value, key } = fromEnvelope(Buffer.from('{"value":{"id":1}}'))
  assert.equal(value?.toString(), '{"id":1}')
  assert.equal(key, null)
})

test('a line that is no envelope is refused with what to write', () => {
  for (const line of ['hello', '[1]', '"x"', '{"value":1,"partition":"a"}']) {
    assert.throws(
      () => fromEnvelope(Buffer.from(line)),
      (error) => isError(error, 'usage'),
      line,
    )
  }
})
