/** @platformatic/kafka 2, the newest of Node's clients: it speaks the newest versions. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  Admin,
  Consumer,
  Producer,
  stringDeserializer,
  stringSerializer,
} from '@platformatic/kafka'
import { shared, startKafka } from '../helpers/subject.ts'

const broker = shared((owner) => startKafka(owner))

test('platformatic makes and deletes topics and lists groups', async () => {
  const { brokers } = await broker()
  const admin = new Admin({ clientId: 'admin', bootstrapBrokers: [brokers] })
  await admin.createTopics({ topics: ['platformatic-admin'], partitions: 2, replicas: 1 })
  assert.ok((await admin.listTopics()).includes('platformatic-admin'))
  await admin.deleteTopics({ topics: ['platformatic-admin'] })
  assert.ok(!(await admin.listTopics()).includes('platformatic-admin'))
  await admin.listGroups()
  await admin.close()
})

for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
  test(`platformatic writes ${compression} batches and a group of its reads them`, async () => {
    const { brokers } = await broker()
    const topic = `platformatic-${compression}`
    const producer = new Producer({
      clientId: 'writer',
      bootstrapBrokers: [brokers],
      autocreateTopics: true,
      idempotent: true,
      compression,
      serializers: {
        key: stringSerializer,
        value: stringSerializer,
        headerKey: stringSerializer,
        headerValue: stringSerializer,
      },
    })
    const messages = Array.from({ length: 50 }, (_, index) => ({
      topic,
      key: `pump-${index % 5}`,
      value: String(index),
      headers: { unit: 'C' },
    }))
    await producer.send({ messages })
    await producer.close()

    const consumer = new Consumer({
      clientId: 'reader',
      groupId: `${topic}-readers`,
      bootstrapBrokers: [brokers],
      deserializers: {
        key: stringDeserializer,
        value: stringDeserializer,
        headerKey: stringDeserializer,
        headerValue: stringDeserializer,
      },
    })
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: true })
    const indexes: number[] = []
    for await (const { value, headers } of stream) {
      assert.deepEqual([...headers], [['unit', 'C']])
      indexes.push(Number(value))
      if (indexes.length === 50) break
    }
    await stream.close()
    await consumer.close()
    assert.deepEqual(
      indexes,
      Array.from({ length: 50 }, (_, index) => index),
    )
  })
}
