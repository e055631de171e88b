import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { silentLogger } from '../../base/logger.ts'
import { systemRandom } from '../../base/random.ts'
import type { ServiceParameters } from '../service/index.ts'
import { iostream } from './iostream.ts'

const surroundings = { clock: systemClock, random: systemRandom, logger: silentLogger }

function ends(t: TestContext) {
  const topic = randomUUID()
  const parameters: ServiceParameters = {
    ...{ service: undefined, type: 'iostream', brokers: [], topics: [topic], clientId: 'test' },
    ...{ consistency: 'AT_LEAST_ONCE', valueType: { name: 'byte_array', args: {} } },
    coding: {
      ...{ messageFormat: 3, userDataOnly: false },
      ...{ compression: undefined, encryption: undefined },
    },
    ...{ receiveTimeoutMs: Number.POSITIVE_INFINITY, tls: undefined, spec: {} },
    ...{ retry: { attempts: 1, delayMs: 0, mostDelayMs: 0 }, deadLetters: undefined },
    events: undefined,
  }
  return {
    async inlet() {
      const inlet = await iostream.openInlet(parameters, surroundings)
      t.after(() => inlet.close())
      return inlet
    },
    async publish(text: string) {
      const outlet = await iostream.openOutlet(parameters, surroundings)
      await outlet.publish({ topic, bytes: Buffer.from(text), timestampUs: 1 })
      await outlet.close()
    },
  }
}

test('every reader of the topic gets a message, and none gets what was published before it opened', async (t) => {
  const { inlet, publish } = ends(t)
  const early = await inlet()
  await publish('first')
  const late = await inlet()
  await publish('second')
  const heard = (from: typeof early) => from.inbox.poll()?.bytes.toString()
  assert.deepEqual([heard(early), heard(early), heard(early)], ['first', 'second', undefined])
  assert.deepEqual([heard(late), heard(late)], ['second', undefined])
})

test('publish waits for the slowest reader, until that reads on or closes', async (t) => {
  const { inlet, publish } = ends(t)
  const slow = await inlet()
  let published = 0
  const publishing = (async () => {
    for (; published < 5000; published++) await publish(`${published}`)
  })()
  while (slow.inbox.size < 1000) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(published, 999)
  for (let taken = 0; taken < 500; taken++) slow.inbox.poll()
  while (slow.inbox.size < 1000) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(published, 1499)
  await slow.close()
  await publishing
})
