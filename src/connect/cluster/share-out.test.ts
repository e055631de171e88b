import assert from 'node:assert/strict'
import { test } from 'node:test'
import { between, pick, seededRandom } from '../../base/random.ts'
import { shareOut, type WorkerLoad } from './share-out.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)

const sharesOf = (units: readonly string[], workers: readonly WorkerLoad[]) =>
  Object.fromEntries(shareOut(units, workers).of)

test('what runs stays where it is, and the rest is shared out evenly', () => {
  const workers = [
    { id: 'one', running: ['a'] },
    { id: 'two', running: ['b'] },
  ]
  assert.deepEqual(sharesOf(['a', 'b', 'c', 'd'], workers), { one: ['a', 'c'], two: ['b', 'd'] })
})

test('a new worker gets its part only when the others have stopped it', () => {
  const before = [
    { id: 'one', running: ['a', 'b'] },
    { id: 'new', running: [] },
  ]
  const first = shareOut(['a', 'b'], before)
  assert.deepEqual(Object.fromEntries(first.of), { one: ['a'], new: [] })
  assert.deepEqual(first.inTransit, ['b'])
  const after = before.map(({ id }) => ({ id, running: first.of.get(id) ?? [] }))
  assert.deepEqual(sharesOf(['a', 'b'], after), { one: ['a'], new: ['b'] })
})

test('what is gone is given to nobody, and what two run to one', () => {
  const workers = [
    { id: 'one', running: ['a', 'gone'] },
    { id: 'two', running: ['a', 'b'] },
  ]
  assert.deepEqual(sharesOf(['a', 'b'], workers), { one: ['a'], two: ['b'] })
})

test(`whoever comes and goes, after two rounds all runs once and evenly (SEED=${seed})`, () => {
  const random = seededRandom(seed)
  let workers: WorkerLoad[] = [{ id: 'w0', running: [] }]
  for (let round = 1; round < 200; round++) {
    if (random.next() < 0.5) workers.push({ id: `w${round}`, running: [] })
    else if (workers.length > 1) {
      const gone = pick(random, workers)
      workers = workers.filter((one) => one !== gone)
    }
    const units = Array.from({ length: between(random, 0, 20) }, (_, index) => `u${index}`)
    for (let turn = 0; turn < 2; turn++) {
      const { of } = shareOut(units, workers)
      const given = [...of.values()].flat()
      assert.equal(new Set(given).size, given.length, 'nothing runs twice')
      workers = workers.map(({ id }) => ({ id, running: of.get(id) ?? [] }))
    }
    const loads = workers.map(({ running }) => running.length)
    assert.deepEqual(workers.flatMap(({ running }) => running).sort(), [...units].sort())
    assert.ok(Math.max(...loads) - Math.min(...loads) <= 1, `${loads}`)
  }
})
