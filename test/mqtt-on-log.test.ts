import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connectAsync, type IClientOptions } from 'mqtt'
import { Broker } from '../src/broker/index.ts'
import { KafkaClient } from '../src/client/index.ts'
import { MqttDoor } from '../src/mqtt/index.ts'
import { eventually } from './helpers/eventually.ts'

const host = '127.0.0.1'
const route = { from: 'iot-sensor/sw/temperature', to: 'iot-sensor-sw-temperature' }

/** A broker, its client and the MQTT door, as `leat up` puts them together. */
async function openLeat(directory: string) {
  const broker = await Broker.open({
    directory,
    durability: 'disk',
    listeners: [{ host, port: 0 }],
  })
  const { port } = broker.addresses[0] as { port: number }
  const client = new KafkaClient({ brokers: [`${host}:${port}`], clientId: 'test' })
  const door = await MqttDoor.open({ listeners: [{ host, port: 0 }], routes: [route], client })
  return {
    client,
    brokers: [`${host}:${port}`],
    url: `mqtt://${host}:${door.addresses[0]?.port}`,
    async close() {
      await door.close()
      await client.close()
      await broker.close()
    },
  }
}

/** A new directory with a leat on it, both gone after the test. */
async function openFresh(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'leat-mqtt-'))
  const leat = await openLeat(directory)
  t.after(async () => {
    await leat.close()
    await rm(directory, { recursive: true, force: true })
  })
  return { ...leat, directory }
}

async function connect(url: string, options: IClientOptions = {}) {
  const received: string[] = []
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, ...options })
  client.on('message', (topic, payload) => received.push(`${topic}=${payload}`))
  return Object.assign(client, { received })
}

async function readAll(client: KafkaClient, topic: string, count: number): Promise<string[]> {
  const values: string[] = []
  const fetcher = client.fetcher({
    onRecords: (_topic, _partition, records) => {
      for (const { value } of records) values.push(`${value}`)
    },
    onError: (error) => assert.fail(String(error)),
  })
  fetcher.assign(topic, 0, 'earliest')
  await eventually(`${count} records of ${topic}`, () => values.length >= count)
  await fetcher.close()
  return values
}

test('messages of QoS 0, 1 and 2 are records of the log, and records are messages', async (t) => {
  const leat = await openFresh(t)
  const subscriber = await connect(leat.url)
  await subscriber.subscribeAsync(['#'], { qos: 2 })
  const publisher = await connect(leat.url, { protocolVersion: 4 })
  for (const qos of [0, 1, 2] as const)
    await publisher.publishAsync(route.from, `m,d,${qos}`, { qos })
  await publisher.publishAsync('hall/1', 'x', { qos: 2, retain: true })
  assert.deepEqual(await readAll(leat.client, route.to, 3), ['m,d,0', 'm,d,1', 'm,d,2'])
  const producer = leat.client.producer()
  await producer.send({ topic: 'hall.1', key: null, value: Buffer.from('from Kafka') })
  await eventually('all came', () => subscriber.received.length === 5)
  assert.deepEqual(subscriber.received.toSorted(), [
    'hall/1=from Kafka',
    'hall/1=x',
    `${route.from}=m,d,0`,
    `${route.from}=m,d,1`,
    `${route.from}=m,d,2`,
  ])
  const late = await connect(leat.url)
  await late.subscribeAsync('hall/+')
  await eventually('the retained message came', () => late.received.length === 1)
  await Promise.all([subscriber, publisher, late].map((client) => client.endAsync()))
})

test('a durable session resumes after a restart with what came meanwhile', async (t) => {
  const before = await openFresh(t)
  const options = { clientId: 'durable', clean: false, properties: { sessionExpiryInterval: 600 } }
  const first = await connect(before.url, options)
  await first.subscribeAsync('a/+', { qos: 2 })
  const publisher = await connect(before.url)
  await publisher.publishAsync('a/b', '1', { qos: 2, retain: true })
  await eventually('the first came', () => first.received.length === 1)
  await first.endAsync()
  await publisher.publishAsync('a/b', '2', { qos: 2 })
  await before.close()

  const after = await openLeat(before.directory)
  const again = await connect(after.url)
  await again.publishAsync('a/b', '3', { qos: 1 })
  const second = await connect(after.url, options)
  await eventually('the others came', () => second.received.length >= 2)
  assert.deepEqual(second.received, ['a/b=2', 'a/b=3'])
  await again.subscribeAsync('a/b')
  await eventually('the retained message came', () => again.received.length === 1)
  assert.deepEqual(again.received, ['a/b=1'])
  await Promise.all([second, again].map((client) => client.endAsync()))
  await after.close()
})

for (const qos of [1, 2] as const) {
  test(`2000 messages of QoS ${qos}, 20 at a time, are in the log once each`, async (t) => {
    const leat = await openFresh(t)
    const publisher = await connect(leat.url, {
      clientId: 'fast',
      clean: false,
      properties: { sessionExpiryInterval: 60, receiveMaximum: 20 },
    })
    const start = Date.now()
    for (let from = 0; from < 2000; from += 20) {
      const group = Array.from({ length: 20 }, (_, n) => `${from + n}`)
      await Promise.all(group.map((text) => publisher.publishAsync('f/g', text, { qos })))
    }
    t.diagnostic(`${Math.round(2_000_000 / (Date.now() - start))} messages a second`)
    const values = await readAll(leat.client, 'f.g', 2000)
    assert.deepEqual(
      values,
      Array.from({ length: 2000 }, (_, n) => `${n}`),
    )
    await publisher.endAsync()
  })
}

test('clients at two doors before one log share its messages, the largest too', async (t) => {
  const leat = await openFresh(t)
  const openDoor = async () => {
    const client = new KafkaClient({ brokers: leat.brokers, clientId: 'door' })
    const listeners = [{ host, port: 0 }]
    const door = await MqttDoor.open({ listeners, routes: [], client, isShared: true })
    const close = () => door.close().then(() => client.close())
    t.after(close)
    return { url: `mqtt://${host}:${door.addresses[0]?.port}`, close }
  }
  const doors = [await openDoor(), await openDoor()] as const
  const members = [await connect(doors[0].url), await connect(doors[1].url)] as const
  for (const member of members) await member.subscribeAsync('$share/g/work', { qos: 1 })
  const publisher = await connect(leat.url)
  const largest = 'x'.repeat(1_048_000)
  const payloads = Array.from({ length: 3000 }, (_, n) =>
    n % 1000 === 0 ? `${n}${largest}` : `${n}`,
  )
  for (let from = 0; from < payloads.length; from += 500) {
    const some = payloads.slice(from, from + 500)
    await Promise.all(some.map((payload) => publisher.publishAsync('work', payload, { qos: 1 })))
  }
  const heard = () => members.flatMap(({ received }) => received)
  await eventually('all came', () => heard().length >= payloads.length)
  assert.deepEqual(heard().toSorted(), payloads.map((payload) => `work=${payload}`).toSorted())
  for (const { received } of members) assert.ok(received.length > 300, `${received.length}`)
  await Promise.all([...members, publisher].map((client) => client.endAsync()))
  // Their log ends after them.
  await Promise.all(doors.map((door) => door.close()))
})
