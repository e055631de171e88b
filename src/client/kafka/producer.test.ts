import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../test/helpers/eventually.ts'
import type { Clock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { encodeBatch } from '../../protocols/kafka/record-batch.ts'
import { KafkaClient } from './client.ts'
import type { Producer, ProducerOptions } from './producer.ts'
import { FakeBroker, type FakeBrokerScript, type Fate } from './testing/fake-broker.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)

async function connected(
  t: TestContext,
  script: FakeBrokerScript,
  options: ProducerOptions = {},
): Promise<{ broker: FakeBroker; producer: Producer; client: KafkaClient }> {
  const broker = await FakeBroker.open(script)
  const client = new KafkaClient({ brokers: [broker.address], clientId: 'test' })
  const producer = client.producer(options)
  t.after(async () => {
    await client.close()
    await broker.close()
  })
  return { broker, producer, client }
}

async function sendNumbers(producer: Producer, count: number): Promise<bigint[]> {
  const sent = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      producer.send({ topic: 'topic', partition: 0, value: Buffer.from(`${index}`) }),
    ),
  )
  return sent.map(({ offset }) => offset)
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`)

/** Small enough that a few records are many batches. */
const smallBatches = { batchBytes: 100 }

const firstFates: Record<string, Fate> = {
  'a request is lost': 'lose-request',
  'an answer is lost': 'lose-answer',
  'an answer is garbage': 'garbage',
  'the leader has moved': errorCode.NOT_LEADER_OR_FOLLOWER,
  'too few replicas are in sync': errorCode.NOT_ENOUGH_REPLICAS,
  'the producer is not known any more': errorCode.UNKNOWN_PRODUCER_ID,
  'the epoch is not accepted': errorCode.INVALID_PRODUCER_EPOCH,
}

for (const [what, fate] of Object.entries(firstFates)) {
  test(`every record is written once and in order when ${what}`, async (t) => {
    const script = { fate: (request: number) => (request === 0 ? fate : 'write') } as const
    const { broker, producer } = await connected(t, script, smallBatches)
    const offsets = await sendNumbers(producer, 50)
    assert.deepEqual(broker.written[0], numbers(50))
    assert.deepEqual(
      offsets,
      Array.from({ length: 50 }, (_, index) => BigInt(index)),
    )
  })
}

test(`whatever fails on the way, records are written once and in order (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const fate = (request: number): Fate => {
    if (request > 20 || random.next() < 0.6) return 'write'
    const retriable = random.next() < 0.3 ? errorCode.REQUEST_TIMED_OUT : 'garbage'
    return random.next() < 0.5 ? retriable : random.next() < 0.5 ? 'lose-request' : 'lose-answer'
  }
  const { broker, producer } = await connected(t, { fate }, smallBatches)
  await sendNumbers(producer, 200)
  assert.deepEqual(broker.written[0], numbers(200))
})

test('a retry that falls due while the sender is busy is not forgotten', async (t) => {
  const fate = (request: number) => (request % 2 === 0 ? errorCode.NOT_ENOUGH_REPLICAS : 'write')
  const broker = await FakeBroker.open({ fate })
  const deliveryTimeoutMs = 1_000_000
  const client = new KafkaClient({
    brokers: [broker.address],
    clientId: 'test',
    clock: new RestlessClock(),
  })
  t.after(async () => {
    await client.close()
    await broker.close()
  })
  await sendNumbers(client.producer({ ...smallBatches, deliveryTimeoutMs }), 100)
  assert.deepEqual(broker.written[0], numbers(100))
})

test('a batch that is too large for the broker is sent in halves', async (t) => {
  const fate = (request: number) => (request === 0 ? errorCode.MESSAGE_TOO_LARGE : 'write')
  const { broker, producer } = await connected(t, { fate })
  await sendNumbers(producer, 11)
  assert.deepEqual(broker.written[0], numbers(11))
})

test('a batch that came encoded goes out as it is, between others and in order', async (t) => {
  const { broker, producer } = await connected(t, {})
  const records = ['1', '2'].map((text) => ({
    ...{ timestamp: 7n, key: null, value: Buffer.from(text) },
  }))
  const batch = encodeBatch({ records, compression: 'gzip', baseOffset: 40n, transactional: true })
  const value = Buffer.from('0')
  const [, placed] = await Promise.all([
    producer.send({ topic: 'topic', partition: 0, value }),
    producer.sendBatch({ topic: 'topic', partition: 0, batch, records: 2 }),
    producer.send({ topic: 'topic', partition: 0, value: Buffer.from('3') }),
  ])
  assert.deepEqual(broker.written[0], numbers(4))
  assert.deepEqual(placed, [{ records: 2, offset: 1n }])
})

test('an encoded batch that is too large for the broker is sent in halves, which are told apart', async (t) => {
  const fate = (request: number) => (request === 0 ? errorCode.MESSAGE_TOO_LARGE : 'write')
  const { broker, producer } = await connected(t, { fate })
  const records = numbers(5).map((text) => ({ timestamp: 7n, key: null, value: Buffer.from(text) }))
  const batch = encodeBatch({ records })
  const placed = await producer.sendBatch({ topic: 'topic', partition: 0, batch, records: 5 })
  assert.deepEqual(broker.written[0], numbers(5))
  assert.deepEqual(placed, [
    { records: 2, offset: 0n },
    { records: 3, offset: 2n },
  ])
})

test('a record that the broker refuses fails alone, and those behind it are written', async (t) => {
  const fate = (request: number) => (request === 0 ? errorCode.INVALID_RECORD : 'write')
  const { broker, producer } = await connected(t, { fate })
  const refused = producer.send({ topic: 'topic', partition: 0, value: Buffer.from('bad') })
  await assert.rejects(refused, { code: 'invalid-record' })
  await sendNumbers(producer, 3)
  assert.deepEqual(broker.written[0], numbers(3))
})

test('what comes while a request is under way goes out together', async (t) => {
  const release = Promise.withResolvers<void>()
  const { broker, producer } = await connected(t, { hold: () => release.promise })
  const first = producer.send({ topic: 'topic', partition: 0, value: Buffer.from('first') })
  while (broker.requests.produce === 0) await new Promise((resolve) => setImmediate(resolve))
  const rest = sendNumbers(producer, 100)
  release.resolve()
  await Promise.all([first, rest])
  assert.equal(broker.requests.produce, 2)
})

test('send waits while the buffer is full, and nothing is lost', async (t) => {
  const release = Promise.withResolvers<void>()
  const options = { maxBufferedBytes: 100 }
  const { broker, producer } = await connected(t, { hold: () => release.promise }, options)
  const sent = sendNumbers(producer, 20)
  while (broker.requests.produce === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(broker.requests.produce, 1)
  release.resolve()
  await sent
  assert.deepEqual(broker.written[0], numbers(20))
})

test('a broker that knows older ApiVersions only is understood', async (t) => {
  const { broker, producer } = await connected(t, { apiVersionsTo: 1 })
  await sendNumbers(producer, 1)
  assert.deepEqual(broker.written[0], ['0'])
})

test('a record is given up after the delivery timeout, with the reason', async (t) => {
  const fate = () => errorCode.NOT_ENOUGH_REPLICAS
  const { producer } = await connected(t, { fate }, { deliveryTimeoutMs: 200 })
  await assert.rejects(sendNumbers(producer, 1), { code: 'delivery-timed-out' })
})

test('a client that is closed sends what it has, and refuses more', async (t) => {
  const { broker, producer, client } = await connected(t, {})
  const sent = sendNumbers(producer, 10)
  await client.close()
  await sent
  assert.deepEqual(broker.written[0], numbers(10))
  await assert.rejects(sendNumbers(producer, 1), { code: 'client-closed' })
})

test('while it may not be written nothing is, also what has to be repeated, and then all in order', async (t) => {
  let may = false
  const fate = (request: number) => {
    // The answer is lost, and with it the right to write.
    if (request === 0) may = false
    return request === 0 ? 'lose-answer' : 'write'
  }
  const { broker, producer, client } = await connected(
    t,
    { fate },
    { ...smallBatches, mayWrite: () => may },
  )
  const sent = sendNumbers(producer, 50)
  for (let asked = 0; asked < 20; asked++) await client.topics()
  assert.deepEqual(broker.written[0] ?? [], [])
  may = true
  await eventually('some are written', () => (broker.written[0]?.length ?? 0) > 0)
  const before = broker.written[0]?.length
  for (let asked = 0; asked < 20; asked++) await client.topics()
  assert.equal(broker.written[0]?.length, before)
  may = true
  await sent
  assert.deepEqual(broker.written[0], numbers(50))
})

test('what may not be written is given up when the producer closes', async (t) => {
  const options = { mayWrite: () => false, closeTimeoutMs: 100 }
  const { broker, producer } = await connected(t, {}, options)
  const sent = assert.rejects(sendNumbers(producer, 10), { code: 'client-closed' })
  await producer.close()
  await sent
  assert.deepEqual(broker.written[0] ?? [], [])
})

test('a partition that the topic does not have is named', async (t) => {
  const { producer } = await connected(t, {})
  const sent = producer.send({ topic: 'topic', partition: 9, value: null })
  await assert.rejects(sent, { code: 'partition-unknown' })
})

/** Every look at it takes a millisecond, and its timers fire early: as bad as a busy machine can be. */
class RestlessClock implements Clock {
  #time = 0

  now(): number {
    return this.#time++
  }

  after(ms: number, action: () => void) {
    // The time limits of connections, requests and records: nothing may have to wait for them.
    if (ms >= 10_000) return { cancel() {} }
    const dueMs = Math.floor(this.#time + ms)
    const timer = setImmediate(() => {
      this.#time = Math.max(this.#time, dueMs - 2)
      action()
    })
    return { cancel: () => clearImmediate(timer) }
  }
}
