import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, seededRandom } from '../base/random.ts'
import { Cursor, type Subscriber } from './cursor.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const nobody: Subscriber = { cursorAt: () => undefined, offer: () => true }

test(`the position is the first message that is not done, in whatever order (seed ${seed})`, () => {
  const random = seededRandom(seed)
  const cursor = new Cursor(nobody, 't', 0, 0n)
  const open: bigint[] = []
  for (let offset = 0n; offset < 2000n; offset++) {
    if (random.next() < 0.7) {
      cursor.begin(offset)
      open.push(offset)
    }
    cursor.next = offset + 1n
    while (open.length > between(random, 0, 20)) {
      const [done] = open.splice(between(random, 0, open.length - 1), 1)
      cursor.done(done as bigint)
    }
    assert.equal(cursor.position, open[0] ?? cursor.next)
  }
})

test('what was not sent is read again', () => {
  const cursor = new Cursor(nobody, 't', 0, 10n)
  for (const offset of [10n, 12n, 15n]) cursor.begin(offset)
  cursor.next = 20n
  cursor.rewind(12n)
  assert.equal(cursor.next, 12n)
  assert.equal(cursor.position, 10n)
  cursor.done(10n)
  assert.equal(cursor.position, 12n)
})
