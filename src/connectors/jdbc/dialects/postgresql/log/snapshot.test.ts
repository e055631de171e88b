import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lsnOf, lsnText } from './lsn.ts'
import { isSeen } from './snapshot.ts'

test('a snapshot has seen what had ended when it began, and nothing else', () => {
  const snapshot = { snapshot: '100:105:100,103', until: '0/5000' }
  const before = lsnOf('0/4000')
  const seen = (number: number) => isSeen(snapshot, number, before)
  assert.deepEqual([99, 100, 101, 102, 103, 104, 105, 106].filter(seen), [99, 101, 102, 104])
  assert.ok(!isSeen(snapshot, 99, lsnOf('0/5000')), 'what is committed later is not seen')
  const quiet = { snapshot: '100:100:', until: '0/5000' }
  assert.ok(isSeen(quiet, 99, before))
  assert.ok(!isSeen(quiet, 100, before))
})

test('numbers of transactions may have begun anew', () => {
  const whole = 2n ** 32n
  const snapshot = { snapshot: `${whole - 2n}:${whole + 3n}:${whole + 1n}`, until: '1/0' }
  // As the log has them: the last 32 bits, perhaps with a sign.
  const seen = (number: number) => isSeen(snapshot, number, 1n)
  assert.deepEqual([-3, -2, -1, 0, 1, 2, 3, 4].filter(seen), [-3, -2, -1, 0, 2])
  assert.ok(seen(2 ** 32 - 1))
})

test('places in the log are written as PostgreSQL writes them', () => {
  for (const text of ['0/0', '16/B374D848', 'FFFFFFFF/FFFFFFFF', '1/A']) {
    assert.equal(lsnText(lsnOf(text)), text)
  }
  assert.equal(lsnText(lsnOf('00000016/0B374D84')), '16/B374D84')
})
