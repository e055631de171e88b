import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MalformedBytes } from '../../base/bytes.ts'
import { avroFormat } from '../../formats/avro/index.ts'
import { frame } from '../../formats/confluent-frame.ts'
import { protobufFormat, writeIndexes } from '../../formats/protobuf/index.ts'
import { RegistryClient } from './client.ts'
import { SchemaValues } from './schema-values.ts'
import { FakeRegistry } from './testing/fake-registry.ts'

const avro = '{"type":"record","name":"R","fields":[{"name":"id","type":"long"}]}'
const proto = 'syntax = "proto3"; message A { message B { int64 id = 1; } }'

async function open(t: TestContext) {
  const registry = await FakeRegistry.open()
  t.after(() => registry[Symbol.asyncDispose]())
  const answers = {
    1: { schema: avro },
    2: { schema: proto, schemaType: 'PROTOBUF' },
    3: { schema: '{}', schemaType: 'JSON' },
  }
  for (const [id, body] of Object.entries(answers)) {
    registry.answers.set(`GET /schemas/ids/${id}?fetchMaxId=false`, { body })
  }
  return { registry, values: new SchemaValues(new RegistryClient({ urls: [registry.url] })) }
}

test('a value is read by the schema whose id it carries, in every language', async (t) => {
  const { values } = await open(t)
  const ofAvro = frame(1, avroFormat.parse(avro).encode({ id: 7n }))
  const schema = protobufFormat.parse(proto)
  const record = schema.encode({ id: 7n }, 'A.B')
  const ofProtobuf = frame(2, Buffer.concat([writeIndexes(schema.messageIndexes('A.B')), record]))
  assert.deepEqual({ ...Object(await values.read(ofAvro)) }, { id: 7n })
  assert.deepEqual({ ...Object(await values.read(ofProtobuf)) }, { id: 7n })
  assert.deepEqual(await values.read(frame(3, Buffer.from('{"id":7}'))), { id: 7 })
})

test('a schema is asked for once, after which values are read at once', async (t) => {
  const { registry, values } = await open(t)
  const bytes = frame(1, avroFormat.parse(avro).encode({ id: 7n }))
  await values.read(bytes)
  assert.equal(values.read(bytes) instanceof Promise, false)
  assert.equal(registry.requests.length, 1)
})

test('what has no frame, an unknown id or cut bytes is told apart', async (t) => {
  const { values } = await open(t)
  assert.throws(() => values.read(Buffer.from('{}')), MalformedBytes)
  await assert.rejects(async () => await values.read(frame(9, Buffer.alloc(1))), {
    code: 'schema-not-found',
  })
  await assert.rejects(async () => await values.read(frame(1, Buffer.alloc(0))), MalformedBytes)
})
