import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder } from './order.ts'

const found = (writer: string, seqno: number, writtenAt: number) => ({
  ...{ key: `${writer}-${seqno}`, size: 1, topic: 't', folder: 'f', writer, seqno, writtenAt },
})

test('objects come by the time of writing, those of one writer by their numbers', () => {
  const objects = [
    found('a', 1, 1000),
    found('a', 10, 3000),
    // Its answer was lost, so it was written again after the next ones.
    found('a', 2, 4000),
    found('a', 9, 3000),
    found('b', 1, 2000),
    found('b', 2, 3000),
  ]
  const keys = inOrder(objects).map(({ key }) => key)
  assert.deepEqual(keys, ['a-1', 'b-1', 'a-2', 'a-9', 'b-2', 'a-10'])
  assert.deepEqual(inOrder([]), [])
})
