import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, seededRandom } from '../../base/random.ts'
import { SharedCursor } from './shared-cursor.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const owner = { cursorAt: () => undefined, offer: () => true }
const newCursor = (finished: bigint[] = []) =>
  new SharedCursor(owner, 'work', 0, (_, offset) => finished.push(offset))

test('the position passes what is open, and what is open is known one by one', () => {
  const finished: bigint[] = []
  const cursor = newCursor(finished)
  cursor.startAt(0n)
  for (const offset of [0n, 1n, 2n]) {
    assert.ok(cursor.isDue(offset))
    cursor.begin(offset)
    cursor.next = offset + 1n
  }
  cursor.done(1n)
  assert.deepEqual([cursor.position, cursor.open, finished], [3n, [0n, 2n], [1n]])
})

test('after a restart what was open comes again, and nothing else before the position', () => {
  const cursor = newCursor()
  cursor.startAt(10n, [4n, 7n])
  assert.deepEqual([cursor.next, cursor.position], [4n, 10n])
  const due = Array.from({ length: 8 }, (_, index) => BigInt(index + 4)).filter((offset) =>
    cursor.isDue(offset),
  )
  assert.deepEqual(due, [4n, 7n, 10n, 11n])
})

test('what another door has is not given out again, unless it gives it back', () => {
  const cursor = newCursor()
  cursor.startAt(10n, [4n])
  assert.ok(cursor.skip(4n) && cursor.skip(12n), 'one that was open, and one that is not read yet')
  cursor.begin(4n)
  assert.equal(cursor.skip(5n), false, 'it was given to somebody else')
  assert.deepEqual([cursor.isDue(4n), cursor.isDue(12n)], [false, false])
  assert.ok(cursor.drop(4n), 'it must be read again')
  assert.deepEqual([cursor.next, cursor.isDue(4n)], [4n, true])
})

test(`each offset is given out until it is done, whoever deals (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  const finished: bigint[] = []
  const end = 200n
  let cursor = newCursor(finished)
  cursor.startAt(0n)
  const held = () => [...cursor.held]
  for (let step = 0; new Set(finished).size < Number(end); step++) {
    assert.ok(step < 100_000, 'it comes to an end')
    const what = between(random, 0, 20)
    const next = cursor.next ?? 0n
    if (what < 10 && next < end) {
      if (cursor.isDue(next)) cursor.begin(next)
      cursor.next = next + 1n
    } else if (what < 18 && held().length > 0) cursor.done(pick(random, held()))
    else if (what === 18 && held().length > 0) cursor.drop(pick(random, held()))
    else if (what === 19) {
      const { position, open } = cursor
      cursor = newCursor(finished)
      cursor.startAt(position, open)
    }
  }
  assert.equal(finished.length, Number(end), 'none is done twice')
})
