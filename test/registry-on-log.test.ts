import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { KafkaClient } from '../src/client/index.ts'
import { RegistryClient } from '../src/client/registry/index.ts'
import { DescribeConfigs } from '../src/protocols/kafka/apis/32-describe-configs.ts'
import { RegistryDoor } from '../src/registry/index.ts'
import { startBroker } from './helpers/broker.ts'

/** Kafka's number for a topic, where configurations are asked. */
const topicResource = 2

async function openBroker(t: TestContext) {
  const { address, inner } = await startBroker(t)
  const openRegistry = async () => {
    const client = new KafkaClient({ brokers: [address], clientId: 'registry' })
    inner.after(() => client.close())
    const listeners = [{ host: '127.0.0.1', port: 0 }]
    const door = await RegistryDoor.open({ listeners, client })
    inner.after(() => door.close())
    const url = `http://127.0.0.1:${door.addresses[0]?.port}`
    return { door, url, client: new RegistryClient({ urls: [url] }), kafka: client }
  }
  return { openRegistry }
}

const record = (...fields: string[]) => ({
  type: 'AVRO' as const,
  text: JSON.stringify({
    type: 'record',
    name: 'Reading',
    fields: fields.map((name) => ({ name, type: 'double', default: 0 })),
  }),
})

test('the registry’s client finds in the registry what it registered', async (t) => {
  const { openRegistry } = await openBroker(t)
  const { client } = await openRegistry()
  const id = await client.register('readings-value', record('power'))
  const latest = await client.latest('readings-value')
  assert.deepEqual([latest.id, latest.version], [id, 1])
  assert.equal((await client.schemaById(id)).text, latest.text)
  assert.deepEqual(await client.lookup('readings-value', record('power')), { id, version: 1 })
  const verdict = await client.isCompatible('readings-value', 'latest', record('power', 'flow'))
  assert.deepEqual(verdict, { isCompatible: true, messages: [] })
  await client.setConfig({ compatibility: 'FULL' }, 'readings-value')
  assert.deepEqual(await client.config('readings-value'), { compatibility: 'FULL' })
  assert.equal(await client.mode(), 'READWRITE')
  assert.deepEqual(await client.subjects({ prefix: 'read' }), ['readings-value'])
  assert.deepEqual(await client.deleteSubject('readings-value'), [1])
  await assert.rejects(client.latest('readings-value'), { code: 'subject-not-found' })
})

test('two registries on one broker give no id to two schemas, and both know all', async (t) => {
  const { openRegistry } = await openBroker(t)
  const [one, other] = [await openRegistry(), await openRegistry()]
  await one.client.setConfig({ compatibility: 'NONE' })
  const schemas = Array.from({ length: 40 }, (_, index) => record(`field${index}`))
  const ids = await Promise.all(
    schemas.map(async (schema, index) => {
      const { client } = index % 2 === 0 ? one : other
      return await client.register(`subject${index % 3}`, schema)
    }),
  )
  assert.equal(new Set(ids).size, schemas.length)
  await Promise.all([one, other].map(({ client }) => client.register('last', record('last'))))
  for (const { url } of [one, other]) {
    const client = new RegistryClient({ urls: [url] })
    for (const [index, id] of ids.entries()) {
      const { text } = await client.schemaById(id)
      assert.ok(text.includes(`"field${index}"`), `id ${id}`)
    }
  }
})

test('the topic of the schemas has one partition and is compacted', async (t) => {
  const { openRegistry } = await openBroker(t)
  const { client, kafka } = await openRegistry()
  await client.register('s', record('a'))
  const [topic] = await kafka.topics(['_schemas'])
  assert.equal(topic?.partitions.length, 1)
  const asked = { resourceType: topicResource, resourceName: '_schemas', configurationKeys: null }
  const { results } = await kafka.request(DescribeConfigs, { resources: [asked] })
  const policy = results[0]?.configs.find(({ name }) => name === 'cleanup.policy')
  assert.equal(policy?.value, 'compact')
})
