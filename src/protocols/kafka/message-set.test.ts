import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MalformedBytes } from '../../base/bytes.ts'
import { between, seededRandom } from '../../base/random.ts'
import { upConvert } from './message-set.ts'
import { CorruptBatch, checkBatches, decodeBatch } from './record-batch.ts'
import { javaRecords } from './testing/java-records.ts'

const oldFormats = Object.keys(javaRecords).filter((name) => !name.startsWith('2'))

function javaMessageSet(name: string): Buffer {
  return Buffer.from(javaRecords[name] ?? '', 'base64')
}

for (const name of oldFormats) {
  const [magic, compression] = name.split(' ')
  test(`a message set of magic ${magic} with compression ${compression} becomes a batch`, () => {
    const batch = upConvert(javaMessageSet(name))
    assert.equal(checkBatches(batch).length, 1)
    const decoded = decodeBatch(batch)
    assert.equal(decoded.compression, compression)
    assert.deepEqual(
      decoded.records.map(({ offset, key, value }) => [offset, key?.toString(), value?.toString()]),
      [
        [0n, 'key0', 'value value value value value 0'],
        [1n, undefined, 'value value value value value 1'],
        [2n, 'key2', undefined],
      ],
    )
    const timestamps = decoded.records.map(({ timestamp }) => timestamp)
    const expected = [1_700_000_000_000n, 1_700_000_001_000n, 1_700_000_002_000n]
    assert.deepEqual(timestamps, magic === '1' ? expected : [-1n, -1n, -1n])
  })
}

test('a message with a changed bit is corrupt', () => {
  const set = javaMessageSet('1 none')
  set[set.length - 6] = (set.at(-6) ?? 0) ^ 1
  assert.throws(() => upConvert(set), CorruptBatch)
})

test('a message set that ends early is malformed, unless it ends between two messages', () => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
  const random = seededRandom(seed)
  for (const name of oldFormats) {
    const set = javaMessageSet(name)
    for (let cut = 0; cut < 30; cut++) {
      const end = between(random, 1, set.length - 1)
      try {
        upConvert(set.subarray(0, end))
        assert.ok(name.endsWith('none'), `${name} cut at ${end}, SEED=${seed}`)
      } catch (error) {
        if (!(error instanceof MalformedBytes)) throw error
      }
    }
  }
})
