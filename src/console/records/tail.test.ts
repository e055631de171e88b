import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as later } from 'node:timers/promises'
import type { KafkaClient } from '../../client/index.ts'
import { opened } from '../testing/opened.ts'

/** A cluster that takes its time to say where a partition ends. */
const slowMs = 100

test('a tail has begun when it is answered: what is written from then on is told', async () => {
  const order: string[] = []
  const client = {
    topics: async () => [{ name: 'pumps', partitions: [{ partition: 0, leader: 1 }] }],
    offsets: async () => {
      await later(slowMs)
      order.push('its end is known')
      return [{ topic: 'pumps', partition: 0, offset: 7n }]
    },
    fetcher: () => ({
      assign: (_topic: string, _partition: number, at: bigint) => order.push(`read from ${at}`),
      [Symbol.asyncDispose]: async () => {},
    }),
  }
  await using console = await opened({ client: async () => client as unknown as KafkaClient })
  const leaving = new AbortController()
  const answer = await console.ask('/api/topics/pumps/tail', { signal: leaving.signal })
  assert.equal(answer.status, 200)
  assert.equal(order[0], 'its end is known')
  leaving.abort()
})

test('a tail that cannot begin says why in its answer', async () => {
  const client = {
    topics: async () => [{ name: 'pumps', partitions: [{ partition: 0, leader: 1 }] }],
    offsets: async () => {
      throw new Error('no broker answers')
    },
  }
  await using console = await opened({ client: async () => client as unknown as KafkaClient })
  const answer = await console.ask('/api/topics/pumps/tail')
  assert.match(await answer.text(), /event: problem\n/)
})
