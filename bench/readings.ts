/** The smart meter's readings, as Avro or as JSON that carries its schema. */
import { KafkaClient } from '../src/client/index.ts'
import { RegistryClient } from '../src/client/registry/index.ts'
import { avroFormat } from '../src/formats/avro/index.ts'

const avroSchema = {
  type: 'record',
  name: 'SmartMeterReading',
  fields: [
    { name: 'ID', type: 'long' },
    { name: 'profile_name', type: 'string' },
    { name: 'temperature', type: ['null', 'double'] },
    { name: 'humidity', type: ['null', 'double'] },
    { name: 'pressure', type: ['null', 'double'] },
    {
      name: 'modified',
      type: { type: 'long', 'connect.name': 'org.apache.kafka.connect.data.Timestamp' },
    },
  ],
}

const connectSchema = {
  type: 'struct',
  optional: false,
  fields: [
    { field: 'ID', type: 'int64', optional: false },
    { field: 'profile_name', type: 'string', optional: false },
    { field: 'temperature', type: 'double', optional: true },
    { field: 'humidity', type: 'double', optional: true },
    { field: 'pressure', type: 'double', optional: true },
    {
      field: 'modified',
      type: 'int64',
      optional: false,
      name: 'org.apache.kafka.connect.data.Timestamp',
      version: 1,
    },
  ],
}

type Encode = (id: number) => Buffer

export const asJson: Encode = (id) =>
  Buffer.from(JSON.stringify({ schema: connectSchema, payload: reading(id) }))

/** Registers the schema for a topic's values. */
export async function asAvro(registryUrl: string, topic: string): Promise<Encode> {
  const registry = new RegistryClient({ urls: [registryUrl] })
  const text = JSON.stringify(avroSchema)
  const avro = avroFormat.parse(text)
  const schemaId = await registry.register(`${topic}-value`, { type: 'AVRO', text })
  const head = Buffer.alloc(5)
  head.writeInt32BE(schemaId, 1)
  return (id) => Buffer.concat([head, avro.encode(reading(id))])
}

/** Fills a new topic of one partition; the keys are the numbers. */
export async function fillTopic(brokers: string, topic: string, count: number, encode: Encode) {
  await using client = new KafkaClient({ brokers: [brokers], clientId: 'bench' })
  await client.createTopics([{ name: topic, partitions: 1 }])
  const producer = client.producer()
  for (let from = 0; from < count; from += sentAtOnce) {
    const length = Math.min(sentAtOnce, count - from)
    const ids = Array.from({ length }, (_, at) => from + at)
    await Promise.all(
      ids.map((id) => producer.send({ topic, key: Buffer.from(`${id}`), value: encode(id) })),
    )
  }
}

const sentAtOnce = 5000

function reading(id: number) {
  return {
    ID: id,
    profile_name: `place ${id % 10}`,
    temperature: 15 + (id % 1000) / 37,
    humidity: 40 + (id % 500) / 13,
    pressure: 1 + (id % 100) / 997,
    modified: 1_790_000_000_000 + id,
  }
}
