import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../../base/testing/manual-clock.ts'
import type { SourceDialect } from '../dialects/dialect.ts'
import type { Session } from '../session.ts'
import { OpenTransactions } from './open-transactions.ts'
import type { Openness } from './settled.ts'

const one = {} as Session
const other = {} as Session

test('a database is asked four times a second at most, however many tables want to know', async () => {
  const { transactions, clock, asked } = opened([
    { nowMs: 1000, openSinceMs: 900, isWhole: true },
    { nowMs: 1250, openSinceMs: undefined, isWhole: true },
  ])
  for (let table = 0; table < 10; table++) {
    assert.equal((await transactions.known(one))?.openSinceMs, 900)
  }
  clock.advance(249)
  assert.equal((await transactions.known(one))?.nowMs, 1000)
  assert.equal(transactions.nowMs, 1249)
  clock.advance(1)
  assert.equal((await transactions.known(one))?.openSinceMs, undefined)
  assert.equal(asked(), 2)
})

test('what was told counts as long as nothing newer can be told, but for another connection', async () => {
  const { transactions, clock } = opened([
    undefined,
    { nowMs: 1250, openSinceMs: 900, isWhole: true },
    undefined,
    undefined,
  ])
  assert.equal(await transactions.known(one), undefined)
  assert.equal(transactions.nowMs, undefined)
  clock.advance(250)
  assert.equal((await transactions.known(one))?.openSinceMs, 900)
  clock.advance(60_000)
  assert.equal((await transactions.known(one))?.openSinceMs, 900)
  assert.equal(await transactions.known(other), undefined)
})

/** Transactions of a database that gives these answers. */
function opened(answers: readonly (Openness | undefined)[]) {
  const clock = new ManualClock()
  let asked = 0
  const dialect = { openness: async () => answers[asked++] }
  const transactions = new OpenTransactions(dialect as unknown as SourceDialect, clock)
  return { transactions, clock, asked: () => asked }
}
