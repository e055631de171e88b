import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsInSight } from './window.ts'

test('wherever one scrolls, all rows in sight are made, and not many more', () => {
  for (let above = -500; above < 100_000; above += 7) {
    const { first, last } = rowsInSight(above, 900)
    assert.ok(first <= Math.max(0, above / 37), `${above} pixels above: from ${first}`)
    assert.ok(last >= (above + 900) / 37, `${above} pixels above: to ${last}`)
    assert.ok(last - first <= 90, `${last - first} rows`)
  }
})
