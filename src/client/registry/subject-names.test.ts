import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RegistryClient } from './client.ts'
import { isRegisteredFor } from './subject-names.ts'
import { FakeRegistry } from './testing/fake-registry.ts'

const avro = {
  schema: '{"type":"record","name":"Reading","namespace":"plant","fields":[]}',
}
const json = { schemaType: 'JSON', schema: '{"title":"Reading"}' }
const proto = {
  schemaType: 'PROTOBUF',
  schema: 'syntax = "proto3"; package plant; message A {} message B { message C {} }',
}
const cases = [
  { schema: avro, subject: 'readings-value', strategy: 'TopicNameStrategy' },
  { schema: avro, subject: 'plant.Reading', strategy: 'RecordNameStrategy' },
  { schema: avro, subject: 'readings-plant.Reading', strategy: 'TopicRecordNameStrategy' },
  { schema: json, subject: 'Reading', strategy: 'RecordNameStrategy' },
  { schema: proto, subject: 'plant.B.C', strategy: 'RecordNameStrategy' },
] as const

for (const { schema, subject, strategy } of cases) {
  test(`with ${strategy} an id is right under ${subject}, and nowhere else`, async () => {
    await using registry = await FakeRegistry.open()
    registry.answers.set('GET /schemas/ids/3?fetchMaxId=false', { body: schema })
    registry.answers.set('GET /schemas/ids/3/subjects', { body: ['other', subject] })
    const client = new RegistryClient({ urls: [registry.url] })
    const naming = { topic: 'readings', side: 'value', strategy } as const
    assert.equal(await isRegisteredFor(naming, 3, client), true)
    registry.answers.set('GET /schemas/ids/3/subjects', { body: ['other'] })
    assert.equal(await isRegisteredFor(naming, 3, client), false)
    assert.equal(await isRegisteredFor(naming, 4, client), false)
  })
}

test('a registry that does not answer says neither yes nor no', async () => {
  const client = new RegistryClient({ urls: ['http://127.0.0.1:1'] })
  const naming = { topic: 'readings', side: 'value', strategy: 'TopicNameStrategy' } as const
  await assert.rejects(isRegisteredFor(naming, 1, client), { code: 'registry-unreachable' })
})
