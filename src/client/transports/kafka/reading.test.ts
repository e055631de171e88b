import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, seededRandom } from '../../../base/random.ts'
import { KafkaMessage, Reading } from './reading.ts'

const record = (offset: bigint) => ({ offset, timestamp: 5n, key: null, value: null, headers: [] })

test('the place is always at the first message that is not done, in whatever order they are done', () => {
  const seed = Date.now() % 2 ** 31
  const random = seededRandom(seed)
  const reading = new Reading('topic', 0, 100n)
  const open: KafkaMessage[] = []
  let next = 100n
  for (let step = 0; step < 5000; step++) {
    if (open.length < 20 && random.next() < 0.5) {
      // Compaction leaves gaps between offsets.
      const message = new KafkaMessage(reading, record(next))
      next += BigInt(between(random, 1, 3))
      reading.awaitDone(message)
      open.push(message)
    } else if (open.length > 0) {
      const [message] = open.splice(between(random, 0, open.length - 1), 1)
      if (message !== undefined) message.isDone = true
      const before = reading.place
      assert.equal(reading.passOver(), reading.place !== before, `seed ${seed}`)
    }
    const first = open[0]?.record.offset ?? next
    assert.ok(reading.place <= first, `seed ${seed}: the place passed over what is not done`)
    assert.ok(
      first - reading.place <= 3n || open.length > 0,
      `seed ${seed}: the place stays behind`,
    )
  }
})

test('a record without a value is an empty message, and one without a time has none', () => {
  const reading = new Reading('topic', 3, 0n)
  const message = new KafkaMessage(reading, { ...record(7n), timestamp: -1n })
  assert.equal(message.bytes.length, 0)
  assert.equal(message.timestampUs, 0)
  assert.equal(message.key, undefined)
  assert.equal(message.raw.offset, 7n)
  assert.equal(message.raw.partition, 3)
})
