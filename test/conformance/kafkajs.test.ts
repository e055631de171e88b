/** kafkajs 2.2.4, the client that most Node programs have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import { eventually } from '../helpers/eventually.ts'
import { shared, startKafka } from '../helpers/subject.ts'

/** kafkajs lets a fetch that waits for records end before it disconnects. */
const quick = { maxWaitTimeInMs: 200 }

const broker = shared((owner) => startKafka(owner))

async function client(): Promise<Kafka> {
  const { brokers } = await broker()
  const how = { logLevel: logLevel.NOTHING, connectionTimeout: 60_000 }
  return new Kafka({ clientId: 'sensor', brokers: [brokers], ...how })
}

test('kafkajs makes a topic, tells its settings and offsets, and deletes it', async () => {
  const admin = (await client()).admin()
  await admin.connect()
  const entry = { topic: 'admin', numPartitions: 2 }
  assert.equal(await admin.createTopics({ topics: [entry] }), true)
  assert.equal(await admin.createTopics({ topics: [entry] }), false)
  const { topics } = await admin.fetchTopicMetadata({ topics: ['admin'] })
  assert.equal(topics[0]?.partitions.length, 2)
  const configs = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: 'admin' }],
  })
  assert.ok(
    configs.resources[0]?.configEntries.some(({ configName }) => configName === 'retention.ms'),
  )
  assert.deepEqual(
    (await admin.fetchTopicOffsets('admin')).map(({ low, high }) => [low, high]),
    [
      ['0', '0'],
      ['0', '0'],
    ],
  )
  await admin.deleteTopics({ topics: ['admin'] })
  assert.equal((await admin.listTopics()).includes('admin'), false)
  await admin.disconnect()
})

test('kafkajs writes keyed records with headers, gzipped and idempotent, and a group reads each once', async () => {
  const kafka = await client()
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'readings', numPartitions: 3 }] })
  await admin.disconnect()
  const messages = Array.from({ length: 90 }, (_, index) => ({
    key: `pump-${index % 9}`,
    value: String(index),
    headers: { unit: 'C' },
  }))
  await producer.send({ topic: 'readings', messages: messages.slice(0, 45) })
  await producer.send({
    topic: 'readings',
    messages: messages.slice(45),
    compression: CompressionTypes.GZIP,
  })
  await producer.disconnect()

  const values: string[] = []
  const units = new Set<string | undefined>()
  const consumers = [1, 2].map(() => kafka.consumer({ groupId: 'kafkajs-readers', ...quick }))
  for (const consumer of consumers) {
    await consumer.connect()
    await consumer.subscribe({ topics: ['readings'], fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        values.push(String(message.value))
        units.add(message.headers?.unit?.toString())
      },
    })
  }
  await eventually('all records were read', () => new Set(values).size === 90)
  for (const consumer of consumers) await consumer.disconnect()
  assert.deepEqual(units, new Set(['C']))
})

test('kafkajs reads on from its committed offset after all members have left', async () => {
  const kafka = await client()
  const producer = kafka.producer()
  await producer.connect()
  const send = (value: string) => producer.send({ topic: 'resumed', messages: [{ value }] })
  await send('first')
  const readOne = async () => {
    const consumer = kafka.consumer({ groupId: 'kafkajs-resumed', ...quick })
    const read: string[] = []
    await consumer.connect()
    await consumer.subscribe({ topics: ['resumed'], fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        read.push(String(message.value))
      },
    })
    await eventually('a record was read', () => read.length > 0)
    await consumer.disconnect()
    return read
  }
  assert.deepEqual(await readOne(), ['first'])
  await send('second')
  assert.deepEqual(await readOne(), ['second'])
  await producer.disconnect()
})
