/** The registry clients and serializers of Confluent and of kafkajs for Node, unchanged, against leat. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { startLeat } from '../helpers/leat.ts'
import { peersHome, withoutPeer } from '../helpers/peers.ts'
import { shared } from '../helpers/subject.ts'

const peer = 'npm-registry-clients'
const skip = withoutPeer(peer)
const leat = shared((owner) => startLeat(owner, { registry: true }))
const load = createRequire(join(peersHome, peer, 'package.json'))

const reading = JSON.stringify({
  type: 'record',
  name: 'Reading',
  fields: [
    { name: 'pump', type: 'string' },
    { name: 'power', type: 'double' },
  ],
})
const value = { pump: 'p1', power: 46.5 }

test('Confluent’s Avro serializer for Node registers, finds and reads, also by the latest version', {
  skip,
}, async () => {
  const { AvroDeserializer, AvroSerializer, SchemaRegistryClient, SerdeType } = load(
    '@confluentinc/schemaregistry',
  )
  const { registryUrl } = await leat()
  const client = new SchemaRegistryClient({ baseURLs: [registryUrl] })
  const subject = 'confluent-value'
  const id = await client.register(subject, { schemaType: 'AVRO', schema: reading })
  const byLatest = { useLatestVersion: true }
  const encode = new AvroSerializer(client, SerdeType.VALUE, byLatest)
  const bytes: Buffer = await encode.serialize('confluent', value)
  assert.equal(bytes.readInt32BE(1), id)
  const fresh = new SchemaRegistryClient({ baseURLs: [registryUrl] })
  const decode = new AvroDeserializer(fresh, SerdeType.VALUE, {})
  assert.deepEqual({ ...(await decode.deserialize('confluent', bytes)) }, value)
  const wrong = { schemaType: 'AVRO', schema: '"string"' }
  assert.equal(await client.testSubjectCompatibility(subject, wrong), false)
  await assert.rejects(client.register(subject, wrong), { status: 409, errorCode: 40901 })
  const metadata = await client.getLatestSchemaMetadata(subject)
  assert.deepEqual([metadata.id, metadata.version], [id, 1])
  assert.deepEqual(await client.deleteSubject(subject), [1])
  assert.deepEqual(await client.deleteSubject(subject, true), [1])
})

test('Confluent’s JSON Schema serializer for Node writes and reads, and refuses what does not fit', {
  skip,
}, async () => {
  const { JsonDeserializer, JsonSerializer, SchemaRegistryClient, SerdeType } = load(
    '@confluentinc/schemaregistry',
  )
  const { registryUrl } = await leat()
  const client = new SchemaRegistryClient({ baseURLs: [registryUrl] })
  const properties = { pump: { type: 'string' }, power: { type: 'number' } }
  const schema = JSON.stringify({ type: 'object', properties, required: ['pump'] })
  await client.register('json-value', { schemaType: 'JSON', schema })
  const options = { useLatestVersion: true, validate: true }
  const encode = new JsonSerializer(client, SerdeType.VALUE, options)
  const bytes: Buffer = await encode.serialize('json', value)
  const fresh = new SchemaRegistryClient({ baseURLs: [registryUrl] })
  const decode = new JsonDeserializer(fresh, SerdeType.VALUE, {})
  assert.deepEqual(await decode.deserialize('json', bytes), value)
  await assert.rejects(encode.serialize('json', { power: 1 }))
  const wider = schema.replace('["pump"]', '["pump","power"]')
  await assert.rejects(client.register('json-value', { schemaType: 'JSON', schema: wider }), {
    errorCode: 40901,
  })
})

test('Confluent’s client for Node sets configurations and finds schemas by metadata', {
  skip,
}, async () => {
  const { SchemaRegistryClient } = load('@confluentinc/schemaregistry')
  const { registryUrl } = await leat()
  const client = new SchemaRegistryClient({ baseURLs: [registryUrl] })
  const metadata = { properties: { owner: 'plant' } }
  await client.register('owned-value', { schemaType: 'AVRO', schema: reading, metadata })
  const found = await client.getLatestWithMetadata('owned-value', { owner: 'plant' })
  assert.equal(found.version, 1)
  await client.updateCompatibility('owned-value', 'FULL')
  assert.equal(await client.getCompatibility('owned-value'), 'FULL')
  assert.deepEqual(await client.getAllVersions('owned-value'), [1])
})

test('the registry client of kafkajs encodes and decodes Avro, and is told what is incompatible', {
  skip,
}, async () => {
  const { SchemaRegistry, SchemaType } = load('@kafkajs/confluent-schema-registry')
  const { registryUrl } = await leat()
  const registry = new SchemaRegistry({ host: registryUrl }, {})
  const subject = 'kafkajs-value'
  const { id } = await registry.register({ type: SchemaType.AVRO, schema: reading }, { subject })
  const bytes = await registry.encode(id, value)
  const fresh = new SchemaRegistry({ host: registryUrl })
  assert.deepEqual({ ...(await fresh.decode(bytes)) }, value)
  assert.equal(await registry.getLatestSchemaId(subject), id)
  const wider = reading.replace('"fields":[', '"fields":[{"name":"unit","type":"string"},')
  const other = { type: SchemaType.AVRO, schema: wider }
  await assert.rejects(registry.register(other, { subject }), /incompatible/i)
})
