import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, seededRandom } from '../../base/random.ts'
import { allFindPartners, type Fits } from './matching.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)

test('all find partners exactly where some way to pair them off has one for each', (t) => {
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const verdicts = new Set<boolean>()
  for (let round = 0; round < 2000; round++) {
    const many = between(random, 0, 6)
    const few = between(random, 0, many)
    const table = Array.from({ length: few }, () =>
      Array.from({ length: many }, () => random.next() < 0.4),
    )
    const fits: Fits = (one, partner) => table[one]?.[partner] === true
    const expected = canBePaired(0, few, many, fits, new Set())
    const likely = () => between(random, 0, 7)
    assert.equal(allFindPartners(few, many, likely, fits), expected, JSON.stringify(table))
    verdicts.add(expected)
  }
  assert.equal(verdicts.size, 2)
})

test('who has a likely partner asks nobody else', () => {
  let asked = 0
  const fits: Fits = (one, partner) => {
    asked += 1
    return (one * 7) % 1000 === partner
  }
  assert.ok(allFindPartners(1000, 1000, (one) => (one * 7) % 1000, fits))
  assert.equal(asked, 1000)
})

/** Tries every way. */
function canBePaired(
  one: number,
  few: number,
  many: number,
  fits: Fits,
  taken: Set<number>,
): boolean {
  if (one === few) return true
  for (let partner = 0; partner < many; partner++) {
    if (taken.has(partner) || !fits(one, partner)) continue
    if (canBePaired(one + 1, few, many, fits, new Set([...taken, partner]))) return true
  }
  return false
}
