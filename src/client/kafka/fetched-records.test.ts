import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeBatch } from '../../protocols/kafka/record-batch.ts'
import { readFetched } from './fetched-records.ts'

const record = { timestamp: 1n, key: null, value: Buffer.from('x') }

/** Of one record each, at consecutive offsets. */
function batches(...drafts: { producerId?: bigint; control?: boolean }[]): Buffer {
  return Buffer.concat(
    drafts.map((draft, offset) =>
      encodeBatch({
        ...{ records: [record], baseOffset: BigInt(offset), ...draft },
        transactional: draft.producerId !== undefined,
      }),
    ),
  )
}

test('records of an aborted transaction are left out up to its marker, those of others are not', () => {
  const source = batches(
    { producerId: 7n },
    { producerId: 7n, control: true },
    { producerId: 7n },
    { producerId: 8n },
    {},
    { producerId: 7n, control: true },
    { producerId: 7n },
  )
  const { records, next } = readFetched(source, 0n, [{ producerId: 7n, firstOffset: 2n }])
  assert.deepEqual(
    records.map(({ offset }) => offset),
    [0n, 3n, 4n, 6n],
  )
  assert.equal(next, 7n)
})
