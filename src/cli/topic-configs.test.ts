import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/testing/manual-clock.ts'
import type { KafkaClient } from '../client/index.ts'
import { type ConfigChanges, configsWith } from './topic-configs.ts'

/** A broker whose answers come one after the other; the last one stays. */
function brokerThatSays(...answers: { value: string | null; configSource: number }[]) {
  let asked = 0
  const request = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]
    const configs = [{ name: 'retention.ms', ...answer }]
    return { results: [{ errorCode: 0, errorMessage: null, resourceName: 't', configs }] }
  }
  return { client: { request } as unknown as KafkaClient, asked: () => asked }
}

const old = { value: '60000', configSource: 1 }
const { signal } = new AbortController()

async function told(
  { client }: ReturnType<typeof brokerThatSays>,
  changes: ConfigChanges,
): Promise<string | null | undefined> {
  const clock = new ManualClock()
  const telling = configsWith(client, 't', changes, signal, clock)
  let isTold = false
  void telling.then(() => {
    isTold = true
  })
  while (!isTold) {
    await new Promise(setImmediate)
    clock.advance(50)
  }
  return (await telling)[0]?.value
}

test('what was changed is told when the broker that is asked knows of it', async () => {
  const set = brokerThatSays(old, old, { value: '-1', configSource: 1 })
  assert.equal(await told(set, new Map([['retention.ms', '-1']])), '-1')
  const taken = brokerThatSays(old, { value: '604800000', configSource: 5 })
  assert.equal(await told(taken, new Map([['retention.ms', null]])), '604800000')
})

test('a broker that does not hear of it is waited for ten seconds', async () => {
  const broker = brokerThatSays(old)
  assert.equal(await told(broker, new Map([['retention.ms', '-1']])), '60000')
  assert.ok(broker.asked() > 190 && broker.asked() < 210, `${broker.asked()}`)
})

test('who only looks is answered at once', async () => {
  const broker = brokerThatSays(old)
  assert.equal(await told(broker, new Map()), '60000')
  assert.equal(broker.asked(), 1)
})
