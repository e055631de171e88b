import assert from 'node:assert/strict'
import { test } from 'node:test'
import { murmur2, partitionOfKey } from './partitioner.ts'

/** From the test of `Utils.murmur2` in Apache Kafka. */
const hashesOfJava = {
  '21': -973932308,
  foobar: -790332482,
  'a-little-bit-long-string': -985981536,
  'a-little-bit-longer-string': -1486304829,
  lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
  abc: 479470107,
}

for (const [key, hash] of Object.entries(hashesOfJava)) {
  test(`the key '${key}' has the hash that Java gives it`, () => {
    assert.equal(murmur2(Buffer.from(key)), hash)
  })
}

test('a negative hash leads to a partition that exists', () => {
  assert.equal(partitionOfKey(Buffer.from('21'), 6), (-973932308 & 0x7fffffff) % 6)
})
