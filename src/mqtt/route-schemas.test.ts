import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { LeatError } from '../base/errors.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import type { RegisteredSchema } from '../client/registry/index.ts'
import { avroFormat } from '../formats/avro/index.ts'
import { unframe } from '../formats/confluent-frame.ts'
import { protobufFormat } from '../formats/protobuf/index.ts'
import type { MqttDoorOptions } from './door.ts'
import { connect, openDoor, until } from './testing/doors.ts'
import type { RouteSchema } from './topic-map.ts'

const avro =
  '{"type":"record","name":"R","fields":[{"name":"celsius","type":"double"},{"name":"at","type":["null","long"],"default":null}]}'
const proto = 'syntax = "proto3"; message R { double celsius = 1; }'
const json = '{"type":"object","required":["celsius"],"properties":{"celsius":{"type":"number"}}}'

const byLatest: RouteSchema = { subject: 'readings-value' }

/** A registry that has one schema, whoever asks, and counts. */
class OneSchema {
  schema: Pick<RegisteredSchema, 'type' | 'text' | 'id'> = { type: 'AVRO', text: avro, id: 7 }
  asked = 0
  down = false

  async latest(subject: string) {
    this.asked += 1
    if (this.down) throw new LeatError('registry-unreachable', 'No registry.', { retriable: true })
    return { ...this.schema, references: [], referencedTexts: new Map(), subject, version: 1 }
  }

  async register(): Promise<number> {
    this.asked += 1
    return this.schema.id
  }
}

async function open(
  t: TestContext,
  schema: RouteSchema = byLatest,
  options: Partial<MqttDoorOptions> = {},
) {
  const registry = new OneSchema()
  const routes = [{ from: 'plant/+', to: 'readings', schema }]
  const door = await openDoor(t, { routes, registry: async () => registry, ...options })
  return { ...door, registry }
}

test('JSON becomes a value of the latest schema, in every language', async (t) => {
  const { url, cluster, registry } = await open(t)
  const languages = [
    { type: 'AVRO', text: avro, read: (bytes: Buffer) => avroFormat.parse(avro).decode(bytes) },
    {
      type: 'PROTOBUF',
      text: proto,
      // The first byte says that it is the first message of the file.
      read: (bytes: Buffer) => protobufFormat.parse(proto).decode(bytes.subarray(1)),
    },
    { type: 'JSON', text: json, read: (bytes: Buffer) => JSON.parse(`${bytes}`) },
  ] as const
  for (const [index, { type, text, read }] of languages.entries()) {
    registry.schema = { type, text, id: index + 1 }
    const { url: other, cluster: there } = index === 0 ? { url, cluster } : await fresh(registry)
    const client = await connect(t, other)
    await client.publishAsync('plant/a', '{"celsius":21.5}', { qos: 1 })
    const { schemaId, payload } = unframe(there.records('readings')[0]?.value as Buffer)
    assert.equal(schemaId, index + 1)
    assert.equal(Object(read(payload)).celsius, 21.5)
  }

  async function fresh(registry: OneSchema) {
    const routes = [{ from: 'plant/+', to: 'readings', schema: byLatest }]
    return await openDoor(t, { routes, registry: async () => registry })
  }
})

test('a schema that the route brings is registered, and asked for once', async (t) => {
  const registered = { type: 'AVRO', text: avro } as const
  const { url, cluster, registry } = await open(t, { subject: 'readings-value', registered })
  const client = await connect(t, url)
  for (let sent = 0; sent < 3; sent++) {
    await client.publishAsync('plant/a', '{"celsius":1,"at":12345678901234567}', { qos: 1 })
  }
  assert.equal(registry.asked, 1)
  const { payload } = unframe(cluster.records('readings')[2]?.value as Buffer)
  assert.equal(Object(avroFormat.parse(avro).decode(payload)).at, 12345678901234567n)
})

const misfits = ['{"celsius":"warm"}', '{"celsius":', 'warm', '{}', '[]', '\u0000']

for (const qos of [1, 2] as const) {
  test(`with QoS ${qos} of MQTT 5 a payload that does not fit is refused with 0x99`, async (t) => {
    const { url, cluster } = await open(t)
    const client = await connect(t, url, { clean: qos === 1, clientId: 'c' })
    for (const payload of misfits) {
      const refused = client.publishAsync('plant/a', payload, { qos })
      await assert.rejects(refused, { code: 0x99 })
    }
    await client.publishAsync('plant/a', '{"celsius":1}', { qos })
    assert.equal(cluster.records('readings').length, 1)
  })

  test(`with QoS ${qos} of MQTT 3.1.1, which cannot refuse, it is answered, logged and not written`, async (t) => {
    const { url, cluster, log } = await open(t)
    const client = await connect(t, url, { protocolVersion: 4, clean: qos === 1, clientId: 'c' })
    for (const payload of misfits) await client.publishAsync('plant/a', payload, { qos })
    await client.publishAsync('plant/a', '{"celsius":1}', { qos })
    assert.equal(cluster.records('readings').length, 1)
    assert.equal(log.filter((line) => line.startsWith('A message was refused')).length, 6)
  })
}

test('where the route names a topic for it, what does not fit is kept there with the reason', async (t) => {
  const { url, cluster } = await open(t, { ...byLatest, errors: 'bad-readings' })
  const client = await connect(t, url)
  for (const qos of [1, 2] as const) {
    await client.publishAsync('plant/a', 'warm', { qos, retain: true })
  }
  assert.deepEqual(cluster.values('bad-readings'), ['warm', 'warm'])
  const headers = cluster.records('bad-readings')[0]?.headers ?? []
  const facts = Object.fromEntries(headers.map(({ key, value }) => [key, `${value}`]))
  assert.match(facts['dead-letter-reason'] ?? '', /does not fit the schema of 'readings-value'/)
  assert.equal(facts['dead-letter-topic'], 'readings')
  assert.equal(facts['mqtt.topic'], 'plant/a')
  const late = await connect(t, url, { clientId: 'late' })
  await late.subscribeAsync('plant/#')
  await client.publishAsync('plant/a', '{"celsius":1}', { qos: 1 })
  await until('the good one comes', () => late.received.length > 0)
  assert.deepEqual(
    late.received.map(({ retain }) => retain),
    [false],
  )
})

test('an empty payload is a value that is gone', async (t) => {
  const { url, cluster } = await open(t)
  const client = await connect(t, url)
  await client.publishAsync('plant/a', '', { qos: 1 })
  assert.equal(cluster.records('readings')[0]?.value, null)
})

test('while no registry answers messages are refused, and taken as soon as it does', async (t) => {
  const { url, cluster, registry } = await open(t)
  registry.down = true
  const client = await connect(t, url)
  await assert.rejects(client.publishAsync('plant/a', '{"celsius":1}', { qos: 1 }), { code: 0x83 })
  registry.down = false
  await client.publishAsync('plant/a', '{"celsius":1}', { qos: 1 })
  assert.equal(cluster.records('readings').length, 1)
})

test('a new version of the subject is used within a minute, and a registry that is away stops nothing', async (t) => {
  const clock = new ManualClock()
  const { url, cluster, registry } = await open(t, byLatest, { clock })
  const client = await connect(t, url, { keepalive: 0 })
  const publish = () => client.publishAsync('plant/a', '{"celsius":1}', { qos: 1 })
  await publish()
  registry.schema = { ...registry.schema, id: 8 }
  registry.down = true
  clock.advance(61_000)
  await publish()
  registry.down = false
  clock.advance(61_000)
  await publish()
  const ids = () =>
    cluster.records('readings').map(({ value }) => unframe(value as Buffer).schemaId)
  assert.deepEqual(ids().slice(0, 2), [7, 7])
  for (let tries = 0; tries < 1000 && ids().at(-1) !== 8; tries++) await publish()
  assert.equal(ids().at(-1), 8)
})

test('a schema of another language than the route says is an error that names both', async (t) => {
  const { url, log } = await open(t, { ...byLatest, type: 'JSON' })
  const client = await connect(t, url)
  await assert.rejects(client.publishAsync('plant/a', '{}', { qos: 1 }))
  assert.match(log.join('\n'), /latest schema of 'readings-value' is AVRO, and the route says JSON/)
})
