import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect as connect4 } from 'mqtt4'
import { connect, openDoor, until } from './testing/doors.ts'

const route = { from: 'iot-sensor/sw/temperature', to: 'iot-sensor-sw-temperature' }

for (const qos of [0, 1, 2] as const) {
  for (const protocolVersion of [3, 4, 5] as const) {
    test(`a message of QoS ${qos} by MQTT level ${protocolVersion} is a record as it was`, async (t) => {
      const { url, cluster } = await openDoor(t, { routes: [route] })
      const protocolId = protocolVersion === 3 ? 'MQIsdp' : 'MQTT'
      const client = await connect(t, url, { protocolVersion, protocolId })
      await client.publishAsync(route.from, 'm,d,46.7,1596873600123', { qos })
      await until('the record is there', () => cluster.records(route.to).length === 1)
      const [record] = cluster.records(route.to)
      assert.deepEqual(
        { key: record?.key, value: `${record?.value}`, headers: record?.headers },
        { key: null, value: 'm,d,46.7,1596873600123', headers: [] },
      )
    })

    test(`a subscriber of QoS ${qos} by level ${protocolVersion} gets what others publish`, async (t) => {
      const { url } = await openDoor(t)
      const protocolId = protocolVersion === 3 ? 'MQIsdp' : 'MQTT'
      const subscriber = await connect(t, url, { protocolVersion, protocolId })
      await subscriber.subscribeAsync('room/+/temperature', { qos })
      const publisher = await connect(t, url, { protocolVersion, protocolId })
      for (let n = 0; n < 50; n++) {
        await publisher.publishAsync(`room/${n % 3}/temperature`, `${n}`, { qos })
      }
      await until('all came', () => subscriber.received.length >= 50)
      const numbers = subscriber.received.map(({ payload }) => Number(payload))
      assert.equal(new Set(numbers).size, 50)
      assert.ok(subscriber.received.every((one) => one.qos === qos && !one.retain))
      for (const topic of ['room/0/temperature', 'room/1/temperature']) {
        const own = subscriber.received.filter((one) => one.topic === topic)
        assert.deepEqual(
          own.map(({ payload }) => Number(payload)),
          own.map(({ payload }) => Number(payload)).sort((a, b) => a - b),
        )
      }
    })
  }
}

test('what a Kafka client writes reaches MQTT subscribers, also in a topic that appears later', async (t) => {
  const { url, cluster } = await openDoor(t, {
    routes: [route],
    limits: { topicRefreshMs: 20 },
  })
  cluster.create('plant.line')
  const subscriber = await connect(t, url)
  await subscriber.subscribeAsync(['plant/#', route.from])
  cluster.produce('plant.line', 'one', { unit: 'C' })
  cluster.produce('plant.line.later', 'two')
  cluster.produce(route.to, 'three')
  await until('all came', () => subscriber.received.length === 3)
  const byTopic = Object.fromEntries(subscriber.received.map((one) => [one.topic, one]))
  assert.equal(byTopic['plant/line']?.payload, 'one')
  assert.deepEqual(
    { ...(byTopic['plant/line']?.properties.userProperties as object) },
    { unit: 'C' },
  )
  assert.equal(byTopic['plant/line/later']?.payload, 'two')
  assert.equal(byTopic[route.from]?.payload, 'three')
})

test('a topic that Kafka cannot name travels in a header, and subscribers find it', async (t) => {
  const { url, cluster } = await openDoor(t)
  const subscriber = await connect(t, url)
  const publisher = await connect(t, url)
  const topics = ['v1.0/a b/ä', 'a_b', 'a b', `long/${'x'.repeat(400)}`, '__own/x', '/lead', 'a//b']
  await subscriber.subscribeAsync(['v1.0/+/#', 'a_b', 'long/#', '__own/x', '/+', 'a/+/b'])
  for (const topic of topics) await publisher.publishAsync(topic, topic.slice(0, 9), { qos: 1 })
  const wanted = topics.filter((topic) => topic !== 'a b')
  await until('all came', () => subscriber.received.length === wanted.length)
  assert.deepEqual(subscriber.received.map(({ topic }) => topic).sort(), wanted.sort())
  assert.ok(cluster.topicNames.includes('v1_0.a_b._'))
  assert.deepEqual(cluster.records('.lead')[0]?.headers, [])
})

test('properties of MQTT 5 travel as headers and come back', async (t) => {
  const { url, cluster } = await openDoor(t)
  const subscriber = await connect(t, url)
  await subscriber.subscribeAsync('p/q', { qos: 1, properties: { subscriptionIdentifier: 7 } })
  const publisher = await connect(t, url)
  await publisher.publishAsync('p/q', 'x', {
    qos: 1,
    properties: {
      contentType: 'text/plain',
      responseTopic: 'p/answer',
      correlationData: Buffer.from([1, 255]),
      payloadFormatIndicator: true,
      messageExpiryInterval: 60,
      userProperties: { 'schema-id': '3', 'mqtt.topic': 'no/spoofing' },
    },
  })
  await until('it came', () => subscriber.received.length === 1)
  assert.deepEqual(
    cluster
      .records('p.q')[0]
      ?.headers.map(({ key }) => key)
      .sort(),
    [
      'mqtt.content-type',
      'mqtt.correlation-data',
      'mqtt.message-expiry-interval',
      'mqtt.payload-format-indicator',
      'mqtt.response-topic',
      'mqtt.user.mqtt.topic',
      'schema-id',
    ],
  )
  const [{ topic, properties } = assert.fail('nothing came')] = subscriber.received
  assert.equal(topic, 'p/q')
  assert.equal(properties.contentType, 'text/plain')
  assert.equal(properties.responseTopic, 'p/answer')
  assert.deepEqual([...(properties.correlationData as Buffer)], [1, 255])
  assert.equal(properties.messageExpiryInterval, 60)
  assert.equal(properties.subscriptionIdentifier, 7)
  assert.deepEqual(
    { ...(properties.userProperties as object) },
    { 'schema-id': '3', 'mqtt.topic': 'no/spoofing' },
  )
})

test('MQTT comes over WebSocket through the same port, on any path, by mqtt.js 4 and 5', async (t) => {
  const { url, port, cluster } = await openDoor(t)
  const five = await connect(t, `ws://127.0.0.1:${port}/any/path`)
  await five.subscribeAsync('w/s')
  const four = connect4(`ws://127.0.0.1:${port}`, { reconnectPeriod: 0 })
  t.after(() => four.end(true))
  four.publish('w/s', 'over a socket in a socket', { qos: 2 })
  await until('it came', () => five.received.length === 1)
  const tcp = await connect(t, url)
  await tcp.publishAsync('w/s', 'x'.repeat(200_000), { qos: 1 })
  await until('a large one came', () => five.received.length === 2)
  assert.equal(five.received[1]?.payload.length, 200_000)
  assert.equal(cluster.records('w.s').length, 2)
})

test('a key is made from a template of the topic and the client', async (t) => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a template of ours.
  const routes = [{ from: 'plant/+/value', to: 'values', key: '${topic[1]}-${clientId}' }]
  const { url, cluster } = await openDoor(t, { routes })
  const subscriber = await connect(t, url)
  await subscriber.subscribeAsync('plant/p1/+')
  const client = await connect(t, url, { clientId: 'c9' })
  await client.publishAsync('plant/p1/value', '1', { qos: 1 })
  await until('it came', () => subscriber.received.length === 1)
  assert.equal(`${cluster.records('values')[0]?.key}`, 'p1-c9')
  assert.equal(subscriber.received[0]?.topic, 'plant/p1/value')
})

test('messages of one client on one topic stay in order over many partitions', async (t) => {
  const { url, cluster } = await openDoor(t)
  cluster.partitions = 5
  const subscriber = await connect(t, url)
  await subscriber.subscribeAsync('order/of/things', { qos: 1 })
  const publishers = await Promise.all(
    ['a', 'b', 'c'].map((clientId) => connect(t, url, { clientId })),
  )
  for (let n = 0; n < 30; n++) {
    for (const publisher of publishers) {
      void publisher.publishAsync('order/of/things', `${publisher.options.clientId}${n}`, {
        qos: 1,
      })
    }
  }
  await until('all came', () => subscriber.received.length === 90)
  for (const name of ['a', 'b', 'c']) {
    const own = subscriber.received.filter(({ payload }) => payload.startsWith(name))
    assert.deepEqual(
      own.map(({ payload }) => payload),
      Array.from({ length: 30 }, (_, n) => `${name}${n}`),
    )
  }
})
