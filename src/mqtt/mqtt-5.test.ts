import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { noProperties, type Packet, type PublishPacket, type Qos } from '../protocols/mqtt/index.ts'
import { connect, openDoor, RawClient, session, until } from './testing/doors.ts'

function message(given: Partial<PublishPacket>): PublishPacket {
  return {
    type: 'publish',
    qos: 1,
    retain: false,
    duplicate: false,
    topic: 'a',
    packetId: 1,
    payload: Buffer.from('x'),
    properties: noProperties,
    ...given,
  }
}

function subscription(filter: string, qos: Qos = 1): Extract<Packet, { type: 'subscribe' }> {
  const options = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  return {
    type: 'subscribe',
    packetId: 99,
    properties: noProperties,
    subscriptions: [{ filter, qos, ...options }],
  }
}

test('the CONNACK tells our limits and the identifier that we chose', async (t) => {
  const { port } = await openDoor(t, { limits: { sessionExpirySeconds: 50, packetBytes: 5000 } })
  const client = await RawClient.open(t, port)
  const { properties } = await client.connect({
    clientId: '',
    properties: { sessionExpiryInterval: 0xffffffff },
  })
  assert.match(properties.assignedClientIdentifier ?? '', /^leat-/)
  assert.equal(properties.sessionExpiryInterval, 50)
  assert.equal(properties.maximumPacketSize, 5000)
  assert.equal(properties.receiveMaximum, 1000)
})

test('a topic alias stands for its topic, and one that is not defined ends the connection', async (t) => {
  const { port, cluster } = await openDoor(t)
  const client = await RawClient.open(t, port)
  await client.connect()
  client.send(message({ topic: 'long/name', properties: { topicAlias: 3 } }))
  client.send(message({ topic: '', packetId: 2, properties: { topicAlias: 3 } }))
  await client.next('puback')
  await client.next('puback')
  assert.equal(cluster.records('long.name').length, 2)
  client.send(message({ topic: '', packetId: 3, properties: { topicAlias: 4 } }))
  assert.equal((await client.next('disconnect')).reason, 0x82)
  const other = await RawClient.open(t, port)
  await other.connect({ clientId: 'other' })
  other.send(message({ properties: { topicAlias: 101 } }))
  assert.equal((await other.next('disconnect')).reason, 0x94)
})

test('a client gets no more unacknowledged messages than it takes', async (t) => {
  const { port, cluster } = await openDoor(t)
  cluster.create('a')
  const client = await RawClient.open(t, port)
  await client.connect({ properties: { receiveMaximum: 2 } })
  client.send(subscription('a'))
  await client.next('suback')
  for (const n of ['1', '2', '3']) cluster.produce('a', n)
  const first = await client.next('publish')
  await client.next('publish')
  client.send({ type: 'pingreq' })
  await client.next('pingresp')
  assert.deepEqual(client.packets, [])
  const { packetId } = first
  client.send({ type: 'puback', packetId, reason: 0, properties: noProperties })
  assert.equal(`${(await client.next('publish')).payload}`, '3')
})

test('a message that is larger than a client takes is left out', async (t) => {
  const { port, cluster, log } = await openDoor(t)
  cluster.create('a')
  const client = await RawClient.open(t, port)
  await client.connect({ properties: { maximumPacketSize: 100 } })
  client.send(subscription('a'))
  await client.next('suback')
  cluster.produce('a', 'x'.repeat(200))
  cluster.produce('a', 'small')
  assert.equal(`${(await client.next('publish')).payload}`, 'small')
  assert.ok(log.some((line) => line.includes('larger than the client takes')))
})

test('who wants no local messages gets those of others only', async (t) => {
  const { url } = await openDoor(t)
  const client = await connect(t, url)
  await client.subscribeAsync('n', { qos: 1, nl: true })
  await client.publishAsync('n', 'own', { qos: 1 })
  const other = await connect(t, url)
  await other.publishAsync('n', 'of another', { qos: 1 })
  await until('it came', () => client.received.length > 0)
  assert.deepEqual(
    client.received.map(({ payload }) => payload),
    ['of another'],
  )
})

test('overlapping subscriptions bring one copy, with all identifiers and the highest QoS', async (t) => {
  const { url } = await openDoor(t)
  const client = await connect(t, url)
  await client.subscribeAsync('o/+', { qos: 0, properties: { subscriptionIdentifier: 1 } })
  await client.subscribeAsync('o/#', { qos: 2, properties: { subscriptionIdentifier: 2 } })
  await client.publishAsync('o/x', '1', { qos: 1 })
  await client.publishAsync('o/x', '2', { qos: 1 })
  await until('both came', () => client.received.length === 2)
  assert.deepEqual(
    client.received.map(({ qos }) => qos),
    [2, 2],
  )
  const identifiers = client.received[0]?.properties.subscriptionIdentifier as number[]
  assert.deepEqual([...identifiers].sort(), [1, 2])
})

test('an expired message is not delivered, others tell what is left', async (t) => {
  const clock = new ManualClock()
  const { port } = await openDoor(t, { clock })
  const client = await RawClient.open(t, port)
  await client.connect(session)
  client.send(subscription('a'))
  await client.next('suback')
  client.send({ type: 'disconnect', reason: 0, properties: noProperties })
  const publisher = await RawClient.open(t, port)
  await publisher.connect({ clientId: 'p' })
  publisher.send(message({ properties: { messageExpiryInterval: 5 } }))
  publisher.send(message({ packetId: 2, properties: { messageExpiryInterval: 30 } }))
  await publisher.next('puback')
  await publisher.next('puback')
  clock.advance(10_000)
  const again = await RawClient.open(t, port)
  await again.connect(session)
  assert.equal((await again.next('publish')).properties.messageExpiryInterval, 20)
})

test('an unsubscribed filter brings nothing more, and one unknown is told', async (t) => {
  const { url, port } = await openDoor(t)
  const client = await RawClient.open(t, port)
  await client.connect()
  client.send(subscription('u/1'))
  client.send(subscription('u/2'))
  await client.next('suback')
  await client.next('suback')
  const filters = ['u/1', 'u/none']
  client.send({ type: 'unsubscribe', packetId: 5, properties: noProperties, filters })
  assert.deepEqual((await client.next('unsuback')).codes, [0, 0x11])
  const publisher = await connect(t, url)
  await publisher.publishAsync('u/1', '1', { qos: 1 })
  await publisher.publishAsync('u/2', '2', { qos: 1 })
  assert.equal((await client.next('publish')).topic, 'u/2')
})

test('acknowledgements leave in the order of the messages, whatever the log confirms first', async (t) => {
  const { port, cluster } = await openDoor(t)
  for (const name of ['slow', 'fast']) cluster.create(name)
  const client = await RawClient.open(t, port)
  await client.connect()
  const held: (() => void)[] = []
  cluster.beforeWrite = (topic) =>
    topic === 'slow' ? new Promise((resolve) => held.push(resolve)) : undefined
  client.send(message({ topic: 'slow', packetId: 1 }))
  client.send(message({ topic: 'fast', packetId: 2 }))
  await until('the slow one waits, the fast one is there', () => {
    return held.length === 1 && cluster.records('fast').length === 1
  })
  client.send({ type: 'pingreq' })
  await client.next('pingresp')
  assert.deepEqual(client.packets, [])
  held[0]?.()
  assert.equal((await client.next('puback')).packetId, 1)
  assert.equal((await client.next('puback')).packetId, 2)
})
