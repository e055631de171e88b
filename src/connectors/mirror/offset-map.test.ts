import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { between, seededRandom } from '../../base/random.ts'
import { OffsetMap } from './offset-map.ts'

test('records that follow each other need one entry, and gaps one each', () => {
  const map = new OffsetMap()
  for (const [up, down] of [
    [5n, 0n],
    [6n, 1n],
    [9n, 2n],
    [10n, 3n],
  ] as const) {
    map.add(up, down)
  }
  assert.equal(map.size, 2)
  assert.deepEqual(
    [4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n].map((up) => map.downstreamOf(up)),
    [0n, 0n, 1n, 2n, 2n, 2n, 3n, 4n, undefined],
  )
  assert.deepEqual(
    [0n, 1n, 2n, 3n, 4n, 5n].map((down) => map.upstreamOf(down)),
    [5n, 6n, 9n, 10n, 11n, undefined],
  )
})

test('behind markers, a position is behind the last copy', () => {
  const map = new OffsetMap()
  map.add(0n, 0n)
  map.add(1n, 1n)
  assert.ok(map.passed(4n))
  assert.deepEqual(
    [1n, 2n, 3n, 4n, 5n].map((up) => map.downstreamOf(up)),
    [1n, 2n, 2n, 2n, undefined],
  )
  assert.equal(map.upstreamOf(2n), 4n)
  assert.ok(!map.passed(3n))
})

test('where any records are missing, a position reads the same records at both ends', () => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  const random = seededRandom(seed)
  for (let round = 0; round < 200; round++) {
    const map = new OffsetMap()
    const stored: { upstream: bigint; downstream: bigint }[] = []
    const mirrored: [bigint, bigint][] = []
    let [up, down] = [BigInt(between(random, 0, 50)), BigInt(between(random, 0, 50))]
    for (let n = 0; n < 60; n++) {
      const entry = map.add(up, down)
      if (entry !== undefined) stored.push(entry)
      mirrored.push([up, down])
      up += between(random, 0, 3) === 0 ? BigInt(between(random, 1, 5)) : 1n
      down += between(random, 0, 9) === 0 ? BigInt(between(random, 1, 3)) : 1n
    }
    const again = new OffsetMap()
    for (const entry of stored) again.restore(entry)
    again.reached(map.end as { upstream: bigint; downstream: bigint })
    const last = mirrored.at(-1)?.[0] ?? 0n
    for (let at = 0n; at <= last + 1n; at++) {
      const there = again.downstreamOf(at)
      const left = mirrored.filter(([upstream]) => upstream >= at).length
      const leftThere = mirrored.filter(([, downstream]) => downstream >= (there ?? -1n)).length
      assert.equal(leftThere, left, `offset ${at}, SEED=${seed}`)
    }
  }
})
