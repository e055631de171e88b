/** JSON of sensors becomes Avro on its way in, and nothing else gets into the topic. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectAsync } from 'mqtt'
import { KafkaClient } from '../../src/client/index.ts'
import { RegistryClient, SchemaValues } from '../../src/client/registry/index.ts'
import { ofOwnBroker } from '../helpers/against.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { startLeat } from '../helpers/leat.ts'

const schema = {
  type: 'record',
  name: 'Reading',
  namespace: 'plant',
  fields: [{ name: 'celsius', type: 'double' }],
}

test('a sensor sends JSON, its topic has Avro, and what has no schema is refused at every door', {
  skip: ofOwnBroker('it validates records itself'),
}, async (t) => {
  const file = join(temporaryFolder(t), 'reading.avsc')
  writeFileSync(file, JSON.stringify(schema))
  const leat = await startLeat(t, {
    registry: true,
    kafka: { topics: { readings: { 'confluent.value.schema.validation': true } } },
    mqtt: { routes: [{ from: 'plant/+', to: 'readings', schema: { file } }] },
  })
  const sensor = await connectAsync(`mqtt://127.0.0.1:${leat.mqttPort}`, { protocolVersion: 5 })
  t.after(() => sensor.endAsync(true))
  await sensor.publishAsync('plant/a', '{"celsius":21.5}', { qos: 1 })
  await assert.rejects(sensor.publishAsync('plant/a', 'warm', { qos: 1 }), { code: 0x99 })
  // Not by the route: the topic itself refuses.
  await assert.rejects(sensor.publishAsync('readings', 'warm', { qos: 1 }), { code: 0x99 })
  await sensor.publishAsync('plant/a', '{"celsius":22}', { qos: 2 })

  const kafka = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
  t.after(() => kafka.close())
  const values = new SchemaValues(new RegistryClient({ urls: [leat.registryUrl] }))
  const got: unknown[] = []
  const fetcher = kafka.fetcher({
    onRecords: async (_topic, _partition, records) => {
      for (const { value } of records) got.push({ ...Object(await values.read(value as Buffer)) })
    },
    onError: (error) => assert.fail(String(error)),
  })
  fetcher.assign('readings', 0, 'earliest')
  await eventually('both readings came', () => got.length === 2)
  assert.deepEqual(got, [{ celsius: 21.5 }, { celsius: 22 }])
})
