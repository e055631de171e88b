/** The MQTT source and sink at a real mosquitto, driven through the kit's contract. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Delivery, MqttClient } from '../../src/client/mqtt/index.ts'
import { BadRecordError, readOptions, type SourceRecord } from '../../src/connect/kit/index.ts'
import { surroundings } from '../../src/connect/testing/index.ts'
import { mqttSink } from '../../src/connectors/mqtt/sink.ts'
import { mqttSource } from '../../src/connectors/mqtt/source.ts'
import { openSinkTask, sinkRecord } from '../helpers/connector-tasks.ts'
import { eventually } from '../helpers/eventually.ts'
import { startMosquitto } from '../helpers/mosquitto.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { shared } from '../helpers/subject.ts'

describe('the MQTT connectors', { skip: withoutPeer('mosquitto') }, () => {
  const broker = shared(startMosquitto)
  const address = async () => `tcp://127.0.0.1:${(await broker()).port}`

  async function openSource(topic: string, qos: number, more: Record<string, string> = {}) {
    const config = {
      ...{ 'mqtt.server.uri': await address(), 'mqtt.topics': topic, 'mqtt.qos': String(qos) },
      ...{ 'kafka.topic': 'from-mqtt', ...more },
    }
    const { values, errors } = readOptions(mqttSource.options, config)
    assert.ok(values !== undefined, JSON.stringify(errors))
    return await mqttSource.open({
      ...{ connector: `source-${qos}`, task: 0, values, share: {} },
      ...{ ...surroundings, signal: new AbortController().signal, offsets: async () => [] },
    })
  }

  for (const qos of [0, 1, 2] as const) {
    test(`messages of QoS ${qos} become records, and records messages`, async () => {
      await using source = await openSource(`plant/${qos}/+`, qos)
      await using sink = await openSinkTask(
        mqttSink,
        {
          ...{ 'mqtt.server.uri': await address(), 'mqtt.qos': String(qos) },
          'mqtt.topic': `plant/${qos}/\${key}`,
        },
        `sink-${qos}`,
      )
      const bytes = Buffer.from([0, 255, 1])
      await sink.put([
        sinkRecord({ key: 'pump', value: bytes }),
        sinkRecord({ key: Buffer.from('valve'), value: 'open' }),
      ])
      const records: SourceRecord[] = []
      await eventually('both messages are records', async () => {
        records.push(...(await source.poll()))
        await source.committed?.()
        return records.length === 2
      })
      assert.deepEqual(
        records.map(({ topic, key, value }) => [topic, key, value]),
        [
          ['from-mqtt', `plant/${qos}/pump`, bytes],
          ['from-mqtt', `plant/${qos}/valve`, Buffer.from('open')],
        ],
      )
      assert.equal(records[0]?.headers.find(({ key }) => key === 'mqtt.qos')?.value, qos)
    })
  }

  test('what was not yet in the log comes again after a restart', async () => {
    const session = { 'mqtt.clean.session.enabled': 'false', 'mqtt.client.id': 'durable' }
    const first = await openSource('kept', 1, session)
    await using sink = await openSinkTask(
      mqttSink,
      { 'mqtt.server.uri': await address() },
      'keeper',
    )
    await sink.put([sinkRecord({ topic: 'kept', value: 'reading' })])
    await eventually('it has come', async () => (await first.poll()).length === 1)
    await first[Symbol.asyncDispose]()
    await using second = await openSource('kept', 1, session)
    await eventually('it comes again', async () => {
      const [record] = await second.poll()
      return String(record?.value) === 'reading'
    })
    await second.committed?.()
  })

  test('a retained message stands for later subscribers; a value that is no bytes is bad', async () => {
    await using sink = await openSinkTask(
      mqttSink,
      { 'mqtt.server.uri': await address(), 'mqtt.retained.enabled': 'true' },
      'retaining',
    )
    await sink.put([sinkRecord({ topic: 'state', value: 'on' })])
    await assert.rejects(sink.put([sinkRecord({ value: { a: 1 } })]), BadRecordError)
    const heard: Delivery[] = []
    await using client = await MqttClient.open({
      ...{ url: await address(), clientId: 'later' },
      subscriptions: [{ filter: 'state', qos: 0 }],
      onDeliveries: (deliveries) => void heard.push(...deliveries),
    })
    assert.ok(client)
    await eventually('the message is heard', () => heard.length === 1)
    assert.equal(String(heard[0]?.packet.payload), 'on')
  })
})
