/** Two leats before one Apache Kafka share a pipeline and are one registry, while one of them is killed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaClient } from '../../src/client/index.ts'
import { RegistryClient } from '../../src/client/registry/index.ts'
import { apacheKafkaPeers, newApacheKafka } from '../helpers/clusters.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { recordsOf } from '../helpers/records.ts'

const partitions = 4
const count = 4000
const registrations = 60
const skip = withoutPeer(...apacheKafkaPeers)

test('a pipeline that two leats share passes every record on, though one of them is killed', {
  skip,
}, async (t) => {
  const pipelines = {
    double: { from: 'numbers', steps: [{ set: { twice: 'value.n * 2' } }], to: 'doubles' },
  }
  const kafka = await newApacheKafka(t)
  await using client = new KafkaClient({ brokers: kafka.brokers ?? [], clientId: 'test' })
  await client.createTopics([{ name: 'numbers', partitions }])
  const settings = { kafka, pipelines }
  const dies = await startLeat(t, settings)
  await startLeat(t, settings)
  const producer = client.producer()
  const send = async (from: number, to: number) => {
    const numbers = Array.from({ length: to - from }, (_, index) => from + index)
    await Promise.all(
      numbers.map((n) =>
        producer.send({
          ...{ topic: 'numbers', partition: n % partitions },
          value: Buffer.from(JSON.stringify({ n })),
        }),
      ),
    )
  }
  const passed = async () => {
    const records = await recordsOf(client, 'doubles')
    return records.map(({ value }) => JSON.parse(`${value}`) as { n: number; twice: number })
  }
  await send(0, count / 2)
  await eventually('some are passed on', async () => (await passed()).length > 100, 60_000)
  const sending = send(count / 2, count)
  await dies.kill()
  await sending
  const all = await eventually(
    'all are passed on',
    async () => {
      const found = await passed()
      return new Set(found.map(({ n }) => n)).size === count ? found : undefined
    },
    60_000,
  )
  for (const { n, twice } of all) assert.equal(twice, n * 2)
})

test('two leats are one registry: no id is given twice, each knows all, and one goes on alone', {
  skip,
}, async (t) => {
  const settings = { kafka: await newApacheKafka(t), registry: true }
  const [dies, stays] = [await startLeat(t, settings), await startLeat(t, settings)]
  const clients = [dies, stays].map(
    ({ registryUrl }) => new RegistryClient({ urls: [registryUrl] }),
  ) as [RegistryClient, RegistryClient]
  const schema = (index: number) => ({
    type: 'AVRO' as const,
    text: `{"type":"record","name":"r","fields":[{"name":"f${index}","type":"int"}]}`,
  })
  const told = new Map<number, number>()
  const register = async (client: RegistryClient, index: number) => {
    const id = await client.register(`subject-${index}`, schema(index))
    assert.equal(told.get(id) ?? index, index, `id ${id} was given twice`)
    told.set(id, index)
  }
  const [one, other] = clients
  for (let index = 0; index < registrations; index += 2) {
    await Promise.all([register(one, index), register(other, index + 1)])
  }
  await dies.kill()
  await register(other, registrations)
  for (const [id, index] of told) {
    assert.ok((await other.schemaById(id)).text.includes(`"f${index}"`), `id ${id}`)
  }
  assert.equal(told.size, registrations + 1)
})
