/** What a cluster of several brokers does to a client: leaders, controllers and coordinators move. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../../base/clock.ts'
import { Heartbeat } from '../../protocols/kafka/apis/12-heartbeat.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { KafkaClient } from './client.ts'
import type { Producer } from './producer.ts'
import { FakeBroker, type FakeBrokerScript, FakeCluster } from './testing/fake-broker.ts'

async function startCluster(
  t: TestContext,
  scripts: readonly FakeBrokerScript[],
  clock: Clock = systemClock,
) {
  const cluster = new FakeCluster()
  const brokers: FakeBroker[] = []
  for (const script of scripts) brokers.push(await FakeBroker.open(script, cluster))
  const addresses = brokers.map(({ address }) => address)
  const client = new KafkaClient({ brokers: addresses, clientId: 'test', clock })
  t.after(async () => {
    await client.close()
    await Promise.all(brokers.map((broker) => broker.close()))
  })
  const [first, second] = brokers as [FakeBroker, FakeBroker]
  return { cluster, client, first, second }
}

const send = (producer: Producer, partition: number, value: string) =>
  producer.send({ topic: 'topic', partition, value: Buffer.from(value) })

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

test('a batch whose answer was lost is written once, also where another partition begins a new epoch meanwhile', async (t) => {
  const { client, first } = await startCluster(t, [
    {
      fate: (request) => (request === 0 ? 'lose-answer' : 'write'),
      refuses: (value) => value === 'bad',
    },
  ])
  const producer = client.producer()
  const written = send(producer, 0, 'a')
  await until(() => first.requests.produce > 0)
  await assert.rejects(send(producer, 1, 'bad'), { code: 'invalid-record' })
  const { offset } = await written
  await Promise.all([send(producer, 0, 'b'), send(producer, 1, 'good')])
  assert.deepEqual(first.written, [['a', 'b'], ['good']])
  assert.equal(offset, 0n)
})

test('a batch that overtakes another one, because the leader moved, waits for it, and each is written once', async (t) => {
  const release = Promise.withResolvers<void>()
  const { cluster, client, first, second } = await startCluster(t, [
    { hold: () => release.promise, fate: () => 'lose-answer' },
    {},
  ])
  const producer = client.producer()
  const sent = [send(producer, 0, 'a')]
  await until(() => first.requests.produce > 0)
  cluster.leaders[0] = 1
  await client.topics(['topic'])
  sent.push(send(producer, 0, 'b'))
  await until(() => second.requests.produce > 0)
  release.resolve()
  const offsets = (await Promise.all(sent)).map(({ offset }) => offset)
  assert.deepEqual(first.written[0], ['a', 'b'])
  assert.deepEqual(offsets, [0n, 1n])
})

test('records follow their leader, in order and each once, however often it moves', async (t) => {
  const { cluster, client, first } = await startCluster(t, [{}, {}])
  const producer = client.producer({ batchBytes: 100 })
  const sent: Promise<unknown>[] = []
  for (let number = 0; number < 200; number++) {
    sent.push(send(producer, 0, `${number}`))
    if (number % 20 !== 19) continue
    cluster.leaders[0] = 1 - (cluster.leaders[0] ?? 0)
    await sent[number - 10]
  }
  await Promise.all(sent)
  const numbers = Array.from({ length: 200 }, (_, number) => `${number}`)
  assert.deepEqual(first.written[0], numbers)
})

test('a broker that accepts but answers nothing is left for another one', async (t) => {
  const { client, first, second } = await startCluster(t, [{}, {}], new FastClock())
  await client.topics(['topic'])
  const [asked, other] =
    first.requests.metadata > 0 ? ([first, second] as const) : ([second, first] as const)
  asked.freeze()
  const [topic] = await client.topics(['topic'])
  assert.equal(topic?.error, undefined)
  const before = other.requests.metadata
  await client.topics(['topic'])
  assert.equal(other.requests.metadata, before + 1)
})

test('topics are made by the new controller, when the old one is not it any more, or is gone', async (t) => {
  const { cluster, client, first, second } = await startCluster(t, [{}, {}])
  await client.topics([])
  cluster.controller = 1
  assert.deepEqual(await client.createTopics([{ name: 'one' }]), [{ name: 'one' }])
  cluster.controller = 0
  await second.close()
  assert.deepEqual(await client.createTopics([{ name: 'two' }]), [{ name: 'two' }])
  assert.equal(first.requests.createTopics, 2)
})

test('the coordinator of a group is looked for where it went, when the old one is gone', async (t) => {
  const { cluster, client, first, second } = await startCluster(t, [{}, {}])
  const beat = async () => {
    const asked = { groupId: 'group', generationId: 1, memberId: 'member' }
    return (await client.request(Heartbeat, asked, { coordinatorOf: 'group' })).errorCode
  }
  assert.equal(await beat(), errorCode.NONE)
  await first.close()
  cluster.coordinator = 1
  // Who was in the middle of a question is not asked twice: that is for its caller to say.
  await beat().catch(() => {})
  assert.equal(await beat(), errorCode.NONE)
  assert.ok(second.requests.heartbeat > 0)
})

test('a commit waits for the coordinator that takes over, and fails at once where its generation is over', async (t) => {
  const moved = (asked: number) => (asked < 2 ? errorCode.NOT_COORDINATOR : 0)
  const { client, first } = await startCluster(t, [
    { commitCode: (asked) => (asked > 2 ? errorCode.ILLEGAL_GENERATION : moved(asked)) },
  ])
  const member = client.member({
    group: 'group',
    protocol: {
      ...{ type: 'test', name: 'test', metadata: () => Buffer.alloc(0) },
      assign: async () => new Map(),
    },
    generation: async () => {},
  })
  const offsets = [{ topic: 'topic', partition: 0, next: 1n }]
  await member.commit(offsets)
  assert.equal(first.requests.commit, 3)
  await assert.rejects(member.commit(offsets), { code: 'illegal-generation' })
  assert.equal(first.requests.commit, 4)
})

/** Five times as fast as the day. */
class FastClock implements Clock {
  now(): number {
    return systemClock.now() * 5
  }

  after(ms: number, action: () => void) {
    return systemClock.after(ms / 5, action)
  }
}
