import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { between, seededRandom } from '../../base/random.ts'
import { moveBetween } from './group-stand.ts'
import { OffsetMap } from './offset-map.ts'

/** Upstream 10 to 19 are downstream 0 to 9, then five of others, then 20 to 29 at 15 to 24. */
function map(): OffsetMap {
  const made = new OffsetMap()
  made.add(10n, 0n, 10)
  made.add(20n, 15n, 10)
  return made
}

test('whoever is behind follows, at either end', () => {
  assert.deepEqual(moveBetween(map(), 12n, undefined), { at: 'target', offset: 2n })
  assert.deepEqual(moveBetween(map(), 12n, 1n), { at: 'target', offset: 2n })
  assert.deepEqual(moveBetween(map(), undefined, 4n), { at: 'source', offset: 14n })
  assert.deepEqual(moveBetween(map(), 12n, 16n), { at: 'source', offset: 21n })
  assert.equal(moveBetween(map(), 12n, 2n), undefined)
  assert.equal(moveBetween(map(), undefined, undefined), undefined)
})

test('nobody passes over what only one side has', () => {
  // Records from before the mirror are still to be read at the source.
  assert.equal(moveBetween(map(), 3n, 0n), undefined)
  // Records of others are still to be read at the target.
  assert.equal(moveBetween(map(), 20n, 12n), undefined)
  // What is not copied yet, or written by others behind the copies, is not known there.
  assert.equal(moveBetween(map(), 31n, 5n), undefined)
  assert.equal(moveBetween(map(), 12n, 26n), undefined)
})

test('a group that goes to and fro comes to rest, and never passes over a record that it has not read', () => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  const random = seededRandom(seed)
  for (let round = 0; round < 200; round++) {
    const made = new OffsetMap()
    let [up, down] = [BigInt(between(random, 0, 9)), BigInt(between(random, 0, 9))]
    const copies: [bigint, bigint][] = []
    for (let n = 0; n < 40; n++) {
      made.add(up, down)
      copies.push([up, down])
      up += between(random, 0, 3) === 0 ? BigInt(between(random, 1, 5)) : 1n
      down += between(random, 0, 3) === 0 ? BigInt(between(random, 1, 3)) : 1n
    }
    let source: bigint | undefined = BigInt(between(random, 0, Number(up)))
    let target: bigint | undefined
    for (let step = 0; step < 6; step++) {
      for (let settling = 0; settling < 3; settling++) {
        const move = moveBetween(made, source, target)
        if (move === undefined) break
        assert.ok(settling < 2, `it never rests, SEED=${seed}`)
        // Copies that were read at neither end must be ahead of it still.
        const unread = copies.filter(([s, t]) => s >= (source ?? 0n) && t >= (target ?? 0n))
        if (move.at === 'target') target = move.offset
        else source = move.offset
        for (const [s, t] of unread) {
          assert.ok(s >= (source ?? 0n) && t >= (target ?? 0n), `passed over ${s}, SEED=${seed}`)
        }
      }
      // It reads on, now here and now there.
      const some = BigInt(between(random, 0, 12))
      if (between(random, 0, 1) === 0) source = min(source + some, up)
      else if (target !== undefined) target = min(target + some, down)
    }
  }
})

function min(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}
