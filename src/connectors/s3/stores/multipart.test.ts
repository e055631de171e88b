import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Multipart } from './multipart.ts'

const partBytes = 5_000_000

test('a file that grows record by record is sent in whole parts, in a time that grows with its size alone', async () => {
  const sent: number[] = []
  const upload = new Multipart(partBytes, {
    put: async () => assert.fail('it is larger than a part'),
    begin: async () => 'an-upload',
    part: async (_, number, { length }) => {
      sent.push(length)
      return `part-${number}`
    },
    complete: async (_, etags, size) => {
      assert.deepEqual(etags, ['part-1', 'part-2'])
      assert.equal(size, 60_000 * record.length)
    },
    abort: async () => {},
  })
  const record = Buffer.alloc(100)
  const start = performance.now()
  for (let count = 0; count < 60_000; count++) await upload.write([record])
  await upload.complete()
  assert.deepEqual(sent, [partBytes, 1_000_000])
  // Half a minute where each write looked at all that waits.
  assert.ok(performance.now() - start < 15_000)
})
