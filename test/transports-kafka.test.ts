/** The Kafka transport of Reader and Writer on our broker: what each consistency promises, and what it survives. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../src/base/random.ts'
import { points } from '../src/base/testing/points.ts'
import type { KafkaClient } from '../src/client/index.ts'
import type { IncomingMessage, Inlet, Outlet } from '../src/client/transports/transport.ts'
import { OffsetFetch } from '../src/protocols/kafka/apis/09-offset-fetch.ts'
import { CreatePartitions } from '../src/protocols/kafka/apis/37-create-partitions.ts'
import { eventually } from './helpers/eventually.ts'
import { forward } from './helpers/forwarder.ts'
import { endsOnBroker, KafkaEnds } from './helpers/kafka-ends.ts'
import { startLeat } from './helpers/leat.ts'
import { freePorts } from './helpers/ports.ts'

const quickGroups = { heartbeat_interval_ms: 50, session_timeout_ms: 6000 }

async function publishAll(outlet: Outlet, from: number, to: number, topic = 'topic') {
  const numbers = Array.from({ length: to - from }, (_, index) => from + index)
  return await Promise.all(numbers.map((one) => outlet.publish(messageOf(`${one}`, topic))))
}

function messageOf(text: string, topic = 'topic') {
  return { topic, bytes: Buffer.from(text), timestampUs: 0 }
}

/** The next messages that are ours; each is done when the next is taken, as a Reader does it. */
async function take(inlet: Inlet, count: number, waitMs = 60_000): Promise<IncomingMessage[]> {
  const taken: IncomingMessage[] = []
  while (taken.length < count) {
    const message = await inlet.inbox.take(waitMs)
    if (message === undefined) break
    if (message.claim !== undefined && !(await message.claim())) continue
    taken.push(message)
  }
  return taken
}

async function hear(inlet: Inlet, count: number, waitMs?: number): Promise<string[]> {
  const heard = await take(inlet, count, waitMs)
  for (const message of heard) message.done?.()
  return heard.map(({ bytes }) => bytes.toString())
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`)

test('a reader without a group receives what is published after it has opened, and nothing from before', async (t) => {
  const at = await endsOnBroker(t)
  const outlet = await at.outlet()
  await publishAll(outlet, 0, 10)
  const inlet = await at.inlet()
  await publishAll(outlet, 10, 20)
  assert.deepEqual(await hear(inlet, 10), numbers(10, 20))
})

test('a message crosses with its key and headers, and each side learns its place', async (t) => {
  const at = await endsOnBroker(t)
  const inlet = await at.inlet()
  const outlet = await at.outlet()
  const before = BigInt(Date.now())
  const headers = [{ key: 'unit', value: Buffer.from('°C') }]
  const sent = await outlet.publish({ ...messageOf('20.5'), key: Buffer.from('pump'), headers })
  const [message] = await take(inlet, 1)
  assert.ok(message)
  assert.equal(message.key?.toString(), 'pump')
  assert.deepEqual(message.headers, headers)
  const { topic, partition, offset, timestamp } = message.raw as Record<string, unknown>
  assert.deepEqual(sent, { topic, partition, offset, timestamp })
  assert.deepEqual([topic, partition, offset], ['topic', 0, 0n])
  assert.ok((timestamp as bigint) >= before)
  assert.equal(message.timestampUs, Number(timestamp) * 1000)
})

test('partitions that a topic gets later are read from their beginning, by readers with and without a group', async (t) => {
  const at = await endsOnBroker(t)
  const spec = { metadata_max_age_ms: 50, ...quickGroups }
  const lone = await at.inlet({ spec })
  const member = await at.inlet({ spec: { ...spec, group_id: 'group' } })
  const client = at.client()
  await client.request(CreatePartitions, {
    topics: [{ name: 'topic', count: 3, assignments: null }],
    timeoutMs: 5000,
    validateOnly: false,
  })
  const producer = client.producer()
  await producer.send({ topic: 'topic', partition: 2, value: Buffer.from('new') })
  assert.deepEqual(await hear(lone, 1), ['new'])
  assert.deepEqual(await hear(member, 1), ['new'])
})

test('a reader begins at the earliest message where it is told to', async (t) => {
  const at = await endsOnBroker(t)
  await publishAll(await at.outlet(), 0, 5)
  const spec = { auto_offset_reset: 'earliest' }
  assert.deepEqual(await hear(await at.inlet({ spec }), 5), numbers(0, 5))
  const member = await at.inlet({ spec: { ...spec, group_id: 'group' } })
  assert.deepEqual(await hear(member, 5), numbers(0, 5))
  const none = { auto_offset_reset: 'none', group_id: 'other' }
  await assert.rejects(at.inlet({ spec: none }), { name: 'InvalidArgumentError', message: /none/ })
})

for (const group of [undefined, 'group']) {
  const whose = group === undefined ? 'without a group' : 'of a group'
  test(`a reader ${whose} seeks the beginning, the end and a time, and nothing comes from before the seek`, async (t) => {
    const at = await endsOnBroker(t)
    const spec = group === undefined ? {} : { group_id: group, ...quickGroups }
    const inlet = await at.inlet({ spec })
    const outlet = await at.outlet()
    await publishAll(outlet, 0, 100)
    const [last] = (await publishAll(outlet, 100, 101)) as [{ timestamp: bigint }]
    await eventually('a later millisecond', () => Date.now() > Number(last.timestamp))
    const middle = new Date()
    await publishAll(outlet, 101, 200)
    assert.deepEqual(await hear(inlet, 5), numbers(0, 5))
    await inlet.seek?.(middle)
    assert.deepEqual(await hear(inlet, 99), numbers(101, 200))
    await inlet.seek?.('beginning')
    assert.deepEqual(await hear(inlet, 7), numbers(0, 7))
    await inlet.seek?.('end')
    await publishAll(outlet, 200, 201)
    assert.deepEqual(await hear(inlet, 1), ['200'])
  })
}

test('AT_LEAST_ONCE commits what is done up to the first that is not, so a reader that dies loses nothing', async (t) => {
  const at = await endsOnBroker(t)
  const spec = { group_id: 'group', auto_commit_interval_ms: 10, ...quickGroups }
  const dying = await at.inlet({ spec })
  await publishAll(await at.outlet(), 0, 10)
  const messages = await take(dying, 10)
  for (const one of [0, 1, 2, 5, 9]) messages[one]?.done?.()
  const client = at.client()
  await eventually('the first three are committed', async () => (await committed(client)) === 3n)
  await dying.close()
  for (const one of messages) one.done?.()
  assert.equal(await committed(client), 3n)
  assert.deepEqual(await hear(await at.inlet({ spec }), 7), numbers(3, 10))
})

test('a reader of a group that dies before it has read anything loses nothing', async (t) => {
  const at = await endsOnBroker(t)
  const spec = { group_id: 'group', ...quickGroups }
  await (await at.inlet({ spec })).close()
  await publishAll(await at.outlet(), 0, 3)
  assert.deepEqual(await hear(await at.inlet({ spec }), 3), numbers(0, 3))
})

test('EXACTLY_ONCE takes the place of a message before it is handed out', async (t) => {
  const at = await endsOnBroker(t)
  const given = {
    consistency: 'EXACTLY_ONCE',
    spec: { group_id: 'group', ...quickGroups },
  } as const
  const inlet = await at.inlet(given)
  await publishAll(await at.outlet(given), 0, 10)
  assert.deepEqual(await hear(inlet, 4), numbers(0, 4))
  assert.equal(await committed(at.client()), 4n)
  await inlet.close()
  assert.deepEqual(await hear(await at.inlet(given), 6), numbers(4, 10))
})

test('AT_MOST_ONCE commits before it hands out, and gives back at its close what it did not', async (t) => {
  const at = await endsOnBroker(t)
  const spec = { group_id: 'group', max_poll_records: 5, ...quickGroups }
  const given = { consistency: 'AT_MOST_ONCE', spec } as const
  const inlet = await at.inlet(given)
  await publishAll(await at.outlet(), 0, 20)
  assert.deepEqual(await hear(inlet, 3), numbers(0, 3))
  assert.ok(((await committed(at.client())) ?? 0n) >= 5n)
  await inlet.close()
  assert.equal(await committed(at.client()), 3n)
  assert.deepEqual(await hear(await at.inlet(given), 17), numbers(3, 20))
})

for (const consistency of ['AT_MOST_ONCE', 'AT_LEAST_ONCE', 'EXACTLY_ONCE'] as const) {
  test(`the readers of a group share the partitions; while they come and go, ${consistency} holds`, async (t) => {
    const at = await endsOnBroker(t)
    const client = at.client()
    await client.createTopics([{ name: 'topic', partitions: 4 }])
    const given = { consistency, spec: { group_id: 'group', ...quickGroups } } as const
    const heard: string[] = []
    const read = async (inlet: Inlet) => {
      for (;;) {
        const some = await hear(inlet, 1)
        if (some.length === 0) return
        heard.push(...some)
      }
    }
    const first = await at.inlet(given)
    const reading = [read(first)]
    const outlet = await at.outlet()
    const count = 600
    for (let number = 0; number < count; number++) {
      await outlet.publish({ ...messageOf(`${number}`), key: Buffer.from(`${number}`) })
      if (number === 200) {
        const second = await at.inlet(given)
        reading.push(read(second))
        await eventually('both have their share', () => sharesOf(first, second) === '2 2')
      }
      if (number === 400) await first.close()
    }
    await eventually(`all are heard`, () => new Set(heard).size === count)
    if (consistency !== 'AT_LEAST_ONCE') assert.equal(heard.length, count)
  })
}

function sharesOf(...inlets: Inlet[]): string {
  return inlets.map((inlet) => (inlet.info().assignment as unknown[]).length).join(' ')
}

test('a reader that does not read holds the fetching back, and loses nothing by it', async (t) => {
  const at = await endsOnBroker(t)
  const inlet = await at.inlet({ spec: { max_partition_fetch_bytes: 10_000 } })
  const outlet = await at.outlet()
  await publishAll(outlet, 0, 20_000)
  await eventually('the inbox is full', () => inlet.inbox.size >= 2000)
  assert.ok(inlet.inbox.size < 10_000, `${inlet.inbox.size} wait`)
  assert.deepEqual(await hear(inlet, 20_000), numbers(0, 20_000))
})

test('publish waits for room where too much is on its way, and all of it arrives', async (t) => {
  const at = await endsOnBroker(t)
  const outlet = await at.outlet({ spec: { buffer_memory: 1000 } })
  await publishAll(outlet, 0, 2000)
  const inlet = await at.inlet({ spec: { auto_offset_reset: 'earliest' } })
  assert.deepEqual(await hear(inlet, 2000), numbers(0, 2000))
})

test('AT_MOST_ONCE resolves when the message is written, waits while no broker is there, and then gives up', async (t) => {
  const leat = await startLeat(t)
  const at = new KafkaEnds(t, leat.brokers)
  const inlet = await at.inlet()
  const spec = { delivery_timeout_ms: 5000 }
  const outlet = await at.outlet({ consistency: 'AT_MOST_ONCE', spec })
  const { offset } = (await outlet.publish(messageOf('heard'))) as { offset: bigint }
  assert.equal(offset, -1n)
  assert.deepEqual(await hear(inlet, 1), ['heard'])
  await leat.kill()
  const publishing = async () => {
    for (;;) await outlet.publish(messageOf('into the void'))
  }
  await assert.rejects(publishing(), { name: 'ConnectionError' })
})

for (const consistency of ['AT_LEAST_ONCE', 'EXACTLY_ONCE'] as const) {
  test(`over kill -9 of the broker, cut connections and new readers, ${consistency} holds`, async (t) => {
    const seed = Date.now() % 2 ** 31
    t.diagnostic(`seed ${seed}`)
    const random = seededRandom(seed)
    const [port = 0] = await freePorts(1)
    const through = await forward(t, () => port)
    const advertised = `127.0.0.1:${through.port}`
    const config = { 'group.initial.rebalance.delay.ms': 0 }
    const listeners = [{ bind: `127.0.0.1:${port}`, advertised }]
    const leat = await startLeat(t, { kafka: { listeners, config } })
    const at = new KafkaEnds(t, advertised)
    const given = { consistency, spec: { group_id: 'group', ...quickGroups } }
    const heard: string[] = []
    const read = async (inlet: Inlet) => {
      for (;;) {
        // So that commits are under way when it happens: some got through, their answers did not.
        if (random.next() < 0.05) setImmediate(() => through.cut())
        const some = await hear(inlet, 1, 600_000)
        if (some.length === 0) return
        heard.push(...some)
      }
    }
    let inlet = await at.inlet(given)
    let reading = read(inlet)
    const outlet = await at.outlet(given)
    const count = points('KILL_MESSAGES', { few: 100, all: 300 })
    const sent: Promise<unknown>[] = []
    for (let number = 0; number < count; number++) {
      sent.push(outlet.publish(messageOf(`${number}`)))
      if (number % 10 === 0) await Promise.all(sent)
      if (number % 100 === 20 || number % 100 === 70) {
        await leat.kill()
        await leat.start()
      }
      if (number % 100 !== 50) continue
      await inlet.close()
      await reading
      inlet = await at.inlet(given)
      reading = read(inlet)
    }
    await Promise.all(sent)
    await eventually('all are heard', () => new Set(heard).size === count)
    if (consistency === 'EXACTLY_ONCE') assert.deepEqual(heard, numbers(0, count))
  })
}

test('a reader without a group keeps its positions while the broker is killed and comes back', async (t) => {
  const leat = await startLeat(t)
  const through = await forward(t, () => leat.kafkaPort)
  const at = new KafkaEnds(t, leat.brokers, `127.0.0.1:${through.port}`)
  const inlet = await at.inlet()
  const outlet = await at.outlet()
  await publishAll(outlet, 0, 100)
  await leat.kill()
  const later = publishAll(outlet, 100, 200)
  await leat.start()
  await later
  assert.deepEqual(await hear(inlet, 200), numbers(0, 200))
})

test('what is wrong is told as the error that SINETStream has for it', async (t) => {
  const at = await endsOnBroker(t)
  const argument = { name: 'InvalidArgumentError' }
  await assert.rejects(at.inlet({ topics: ['no topic'] }), argument)
  await assert.rejects(at.outlet({ topics: ['no topic'] }), argument)
  await assert.rejects(at.outlet({ spec: { acks: 'some' } }), { ...argument, message: /acks/ })
  const noUser = { security_protocol: 'SASL_PLAINTEXT', sasl_mechanism: 'PLAIN' }
  await assert.rejects(at.inlet({ spec: noUser }), argument)
  const connection = { name: 'ConnectionError' }
  await assert.rejects(at.inlet({ spec: { security_protocol: 'SSL' } }), connection)
  const tls = { ca: undefined, certificate: undefined, key: undefined, ciphers: undefined }
  await assert.rejects(at.inlet({ tls: { ...tls, checkHostname: true } }), connection)
  await assert.rejects(new KafkaEnds(t, 'no address').inlet(), argument)
  const [port] = await freePorts(1)
  const nobody = new KafkaEnds(t, `127.0.0.1:${port}`)
  const spec = { api_version_auto_timeout_ms: 200 }
  for (const opening of [nobody.inlet({ spec }), nobody.outlet({ spec })]) {
    await assert.rejects(opening, { name: 'ConnectionError', message: new RegExp(`${port}`) })
  }
})

test('options that are not known are named in a warning, and so is an EXACTLY_ONCE that ends with its reader', async (t) => {
  const at = await endsOnBroker(t)
  await at.outlet({ spec: { retries: 5, flux_capacitor: 1 } })
  assert.match(at.warnings.join(), /^'flux_capacitor'/)
  await at.inlet({ consistency: 'EXACTLY_ONCE' })
  assert.match(at.warnings.at(-1) ?? '', /EXACTLY_ONCE without a group_id/)
  await at.outlet({ spec: { acks: 1 } })
  assert.match(at.warnings.at(-1) ?? '', /acks/)
})

async function committed(client: KafkaClient): Promise<bigint | undefined> {
  const answer = await client.request(
    OffsetFetch,
    { groupId: 'group', topics: [{ name: 'topic', partitionIndexes: [0] }] },
    { coordinatorOf: 'group', atMost: 7 },
  )
  return answer.topics[0]?.partitions[0]?.committedOffset
}
