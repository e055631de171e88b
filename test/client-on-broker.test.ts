import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../src/base/clock.ts'
import { deleteGroup, describeGroup, KafkaClient, lagOf, moveGroup } from '../src/client/index.ts'
import { startBrokerAndClient } from './helpers/broker.ts'
import { eventually } from './helpers/eventually.ts'

test('what a producer sends comes out of a fetcher, in order and whole', async (t) => {
  const { client } = await startBrokerAndClient(t)
  await client.createTopics([{ name: 'readings', partitions: 1 }])
  const producer = client.producer()
  const count = 5000
  const sent = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      producer.send({
        topic: 'readings',
        key: Buffer.from(`${index}`),
        value: Buffer.from(`value ${index}`),
        headers: [{ key: 'unit', value: Buffer.from('°C') }],
      }),
    ),
  )
  assert.deepEqual(
    sent.map(({ offset }) => offset),
    Array.from({ length: count }, (_, index) => BigInt(index)),
  )
  const got: string[] = []
  const fetcher = client.fetcher({
    onRecords: (_topic, _partition, records) => {
      for (const { value, headers } of records) got.push(`${value} ${headers[0]?.value}`)
    },
    onError: (error) => assert.fail(String(error)),
  })
  fetcher.assign('readings', 0, 'earliest')
  await eventually('all records came', () => got.length >= count)
  assert.deepEqual(
    got,
    Array.from({ length: count }, (_, index) => `value ${index} °C`),
  )
})

test('a batch that is repeated under its sequence is written once', async (t) => {
  const { client } = await startBrokerAndClient(t)
  await client.createTopics([{ name: 'outbox', partitions: 1 }])
  const identity = await client.producerIdentity()
  const records = [{ timestamp: 1n, key: null, value: Buffer.from('once') }]
  const batch = { topic: 'outbox', partition: 0, ...identity, sequence: 0, records }
  assert.equal(await client.produceAt(batch), 0n)
  assert.equal(await client.produceAt(batch), 0n)
  const [end] = await client.offsets([{ topic: 'outbox', partition: 0, at: 'latest' }])
  assert.equal(end?.offset, 1n)
})

test('an offset that does not exist is told, or passed over where that is wished', async (t) => {
  const { client } = await startBrokerAndClient(t)
  const producer = client.producer()
  await producer.send({ topic: 'short', value: Buffer.from('only') })
  const errors: unknown[] = []
  const strict = client.fetcher({ onRecords() {}, onError: (error) => errors.push(error) })
  strict.assign('short', 0, 99n)
  await eventually('the error is told', () => errors.length > 0)
  assert.equal((errors[0] as { code?: string }).code, 'offset-out-of-range')
  const got: bigint[] = []
  const tolerant = client.fetcher({
    reset: 'earliest',
    onRecords: (_topic, _partition, records) => {
      for (const { offset } of records) got.push(offset)
    },
    onError: (error) => assert.fail(String(error)),
  })
  tolerant.assign('short', 0, 99n)
  await eventually('the record came', () => got.length > 0)
  assert.deepEqual(got, [0n])
})

test('the offsets of many partitions are one question, and each has its own answer', async (t) => {
  const { address, inner, client } = await startBrokerAndClient(t)
  await client.createTopics([
    { name: 'wide', partitions: 40 },
    { name: 'narrow', partitions: 1 },
  ])
  await client.producer().send({ topic: 'wide', partition: 7, value: Buffer.from('1') })
  const other = new KafkaClient({ brokers: [address], clientId: 'asks' })
  inner.after(() => other.close())
  const places = Array.from({ length: 40 }, (_, partition) => ({ topic: 'wide', partition }))
  const asked = [...places, { topic: 'wide', partition: 99 }, { topic: 'narrow', partition: 0 }]
  await other.topics(['wide', 'narrow'])
  const before = other.figures['request-total'] ?? 0
  const latest = await other.offsets(asked.map((place) => ({ ...place, at: 'latest' })))
  assert.equal((other.figures['request-total'] ?? 0) - before, 1)
  for (const [index, { topic, partition, offset, error }] of latest.entries()) {
    assert.deepEqual({ topic, partition }, asked[index])
    assert.equal(error?.code, partition === 99 ? 'partition-unknown' : undefined)
    assert.equal(offset, partition === 99 ? -1n : partition === 7 ? 1n : 0n)
  }
  const [first, , again] = await other.offsets([
    { topic: 'wide', partition: 7, at: 'earliest' },
    { topic: 'wide', partition: 7, at: 'latest' },
    { topic: 'wide', partition: 7, at: 'latest' },
  ])
  assert.deepEqual([first?.offset, again?.offset], [0n, 1n])
})

test('a producer with acks=0 does not wait for an answer', async (t) => {
  const { client } = await startBrokerAndClient(t)
  const producer = client.producer({ acks: 0 })
  const { offset } = await producer.send({ topic: 'fire', value: Buffer.from('forget') })
  assert.equal(offset, -1n)
  await eventually('the record is there', async () => {
    const [end] = await client.offsets([{ topic: 'fire', partition: 0, at: 'latest' }])
    return end?.offset === 1n
  })
})

test('a group shares the partitions, and goes on where a member left off', async (t) => {
  const { client } = await startBrokerAndClient(t)
  await client.createTopics([{ name: 'shared', partitions: 2 }])
  const producer = client.producer()
  const send = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        producer.send({ topic: 'shared', partition: index % 2, value: Buffer.from(`${index}`) }),
      ),
    )
  const seen: string[] = []
  const member = () =>
    client.consumer({
      group: 'readers',
      topics: ['shared'],
      fromBeginning: true,
      onRecords: (_topic, partition, records) => {
        for (const { offset } of records) seen.push(`${partition}/${offset}`)
      },
    })
  await send(10)
  const first = member()
  const firstRuns = first.run()
  await eventually('the first member read all', () => seen.length === 10)
  await first.close()
  await firstRuns
  await send(10)
  const second = member()
  const secondRuns = second.run()
  await eventually('the second member read the rest', () => seen.length === 20)
  await second.close()
  await secondRuns
  assert.equal(new Set(seen).size, 20)
})

test('a static member that comes back, after a crash too, has its partitions at once, and throws out its double', async (t) => {
  const { client } = await startBrokerAndClient(t)
  await client.createTopics([{ name: 'shared', partitions: 2 }])
  const producer = client.producer()
  const send = () =>
    Promise.all(
      [0, 1].map((partition) =>
        producer.send({ topic: 'shared', partition, value: Buffer.from('') }),
      ),
    )
  const member = () => {
    const seen: string[] = []
    const consumer = client.consumer({
      group: 'readers',
      instanceId: 'the-only-one',
      topics: ['shared'],
      fromBeginning: true,
      heartbeatMs: 50,
      onRecords: (_topic, partition, records) => {
        for (const { offset } of records) seen.push(`${partition}/${offset}`)
      },
    })
    return { seen, consumer, runs: consumer.run() }
  }
  const first = member()
  const thrownOut = assert.rejects(first.runs, { code: 'fenced-instance-id' })
  await send()
  await eventually('the first read', () => first.seen.length === 2)
  const second = member()
  await thrownOut
  await send()
  await eventually('the second reads what the first had', () => second.seen.length === 2)
  assert.deepEqual(second.seen.sort(), ['0/1', '1/1'])
  await second.consumer.close()
  await second.runs
})

test('of records that travel together, only the one that the topic does not take fails', async (t) => {
  const { client } = await startBrokerAndClient(t)
  await client.createTopics([{ name: 'compacted', config: { 'cleanup.policy': 'compact' } }])
  const producer = client.producer()
  const sent = Array.from({ length: 50 }, (_, index) =>
    producer.send({
      topic: 'compacted',
      ...(index !== 17 && { key: Buffer.from(`k${index}`) }),
      value: Buffer.from(`${index}`),
    }),
  )
  const outcomes = await Promise.allSettled(sent)
  const failed = outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))
  assert.deepEqual(failed, [17])
  const offsets = outcomes.flatMap((one) =>
    one.status === 'fulfilled' ? [Number(one.value.offset)] : [],
  )
  assert.deepEqual(
    offsets,
    Array.from({ length: 49 }, (_, index) => index),
  )
})

test('a group is described, moved and deleted, and is behind in what is there alone', async (t) => {
  const { client } = await startBrokerAndClient(t)
  for (const name of ['kept', 'gone']) {
    await client.producer().send({ topic: name, value: Buffer.from('1') })
  }
  const places = ['kept', 'gone'].map((topic) => ({ topic, partition: 0, next: 0n }))
  await moveGroup(client, 'readers', places)
  assert.deepEqual((await describeGroup(client, 'readers'))?.state, 'Empty')
  assert.equal(await describeGroup(client, 'nobody'), undefined)
  assert.deepEqual(
    (await lagOf(client, 'readers')).map(({ lag }) => lag),
    [1n, 1n],
  )
  await client.deleteTopics(['gone'])
  assert.deepEqual(await lagOf(client, 'readers'), [
    { topic: 'kept', partition: 0, offset: 0n, metadata: '', end: 1n, lag: 1n },
  ])
  await deleteGroup(client, 'readers')
  assert.equal(await describeGroup(client, 'readers'), undefined)
})

test('a member that was silent for a session is not sure of its share until the group answers again', async (t) => {
  const { address } = await startBrokerAndClient(t)
  let asleepMs = 0
  const clock = { ...systemClock, now: () => systemClock.now() + asleepMs }
  const client = new KafkaClient({ brokers: [address], clientId: 'test', clock })
  t.after(() => client.close())
  let isIn = false
  const member = client.member({
    ...{ group: 'workers', sessionTimeoutMs: 10_000, heartbeatMs: 100 },
    protocol: {
      ...{ type: 'test', name: 'test', metadata: () => Buffer.alloc(0) },
      assign: async (members) =>
        new Map(members.map(({ memberId }) => [memberId, Buffer.from('all')])),
    },
    generation: async (_joined, beat) => {
      isIn = true
      await beat()
    },
  })
  assert.equal(member.isHeard, false)
  const running = member.run()
  await eventually('it is in', () => isIn)
  assert.equal(member.isHeard, true)
  asleepMs = 10_000
  assert.equal(member.isHeard, false)
  await eventually('it is heard again', () => member.isHeard)
  await member.close()
  await running
})
