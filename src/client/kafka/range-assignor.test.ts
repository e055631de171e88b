import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assignRange } from './range-assignor.ts'

test('each topic is shared in pieces, the first members get what does not divide', () => {
  const members = [
    { id: 'b', topics: ['one', 'two'] },
    { id: 'a', topics: ['one'] },
  ]
  const counts = new Map([
    ['one', 3],
    ['two', 2],
  ])
  assert.deepEqual(
    assignRange(members, counts),
    new Map([
      [
        'b',
        [
          { topic: 'one', partitions: [2] },
          { topic: 'two', partitions: [0, 1] },
        ],
      ],
      ['a', [{ topic: 'one', partitions: [0, 1] }]],
    ]),
  )
})

test('a member beyond the number of partitions gets none', () => {
  const members = ['a', 'b'].map((id) => ({ id, topics: ['one'] }))
  assert.deepEqual(assignRange(members, new Map([['one', 1]])).get('b'), [])
})
