import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MalformedBytes } from '../base/bytes.ts'
import { frame, unframe } from './confluent-frame.ts'

test('a framed value has a zero, the id in four bytes, and the value', () => {
  assert.equal(frame(0x01020304, Buffer.from('abc')).toString('hex'), '0001020304616263')
})

test('what is framed is unframed, for the smallest and the largest id and for nothing', () => {
  for (const schemaId of [0, 1, 2 ** 32 - 1]) {
    for (const payload of [Buffer.alloc(0), Buffer.from([0, 0xff])]) {
      assert.deepEqual(unframe(frame(schemaId, payload)), { schemaId, payload })
    }
  }
})

test('bytes without a frame are refused, and the error says why', () => {
  assert.throws(() => unframe(Buffer.from([0, 0, 0, 1])), malformed(/4 bytes are too few/))
  assert.throws(() => unframe(Buffer.from('{"power":1}')), malformed(/the first byte is 123/))
})

function malformed(message: RegExp) {
  return (error: unknown) => error instanceof MalformedBytes && message.test(error.message)
}
