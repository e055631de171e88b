import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { noProperties } from '../protocols/mqtt/index.ts'
import {
  answerInPart,
  connect,
  openDoor,
  RawClient,
  session,
  subscribed,
  until,
} from './testing/doors.ts'

const durable = { clean: false, properties: { sessionExpiryInterval: 3600 } }

for (const protocolVersion of [4, 5] as const) {
  test(`a durable session of level ${protocolVersion} gets what came while it was away`, async (t) => {
    const { url } = await openDoor(t)
    const options = protocolVersion === 5 ? durable : { clean: false }
    const first = await connect(t, url, { clientId: 'd', protocolVersion, ...options })
    await first.subscribeAsync('a/#', { qos: 1 })
    const publisher = await connect(t, url)
    await publisher.publishAsync('a/b', '1', { qos: 1 })
    await until('the first came', () => first.received.length === 1)
    await first.endAsync()
    await publisher.publishAsync('a/b', '2', { qos: 1 })
    await publisher.publishAsync('a/new', '3', { qos: 1 })
    const again = await connect(t, url, { clientId: 'd', protocolVersion, ...options })
    await until('the others came', () => again.received.length === 2)
    assert.deepEqual(again.received.map(({ payload }) => payload).sort(), ['2', '3'])
    await publisher.publishAsync('a/b', '4', { qos: 1 })
    await until('it is live again', () => again.received.length === 3)
  })
}

test('a durable session goes on after a restart of the door', async (t) => {
  const { door, url, cluster } = await openDoor(t)
  const first = await connect(t, url, { clientId: 'd', ...durable })
  await first.subscribeAsync(['a/b', '$share/g/c/d'], { qos: 2 })
  const publisher = await connect(t, url)
  await publisher.publishAsync('a/b', '1', { qos: 2 })
  await publisher.publishAsync('c/d', 's1', { qos: 2 })
  await until('both came', () => first.received.length === 2)
  await first.endAsync()
  await publisher.publishAsync('a/b', '2', { qos: 2 })
  await door.close()
  cluster.produce('a.b', '3')
  cluster.produce('c.d', 's2')
  const { url: after } = await openDoor(t, {}, cluster)
  const again = await connect(t, after, { clientId: 'd', ...durable })
  await until('the others came', () => again.received.length >= 3)
  assert.deepEqual(again.received.map(({ payload }) => payload).sort(), ['2', '3', 's2'])
})

test('after a crash a durable session gets everything, of QoS 2 nothing twice', async (t) => {
  const { url, cluster, kafka, port } = await openDoor(t, { limits: { closeMs: 1 } })
  const client = await subscribed(t, port, 2)
  const publisher = await connect(t, url)
  for (const n of ['1', '2', '3']) await publisher.publishAsync('q', n, { qos: 1 })
  const { two, three } = await answerInPart(client)
  await until('it is stored', () => cluster.values('__mqtt_sessions').join().includes('completed'))
  kafka.kill()

  const { port: after } = await openDoor(t, {}, cluster)
  const again = await RawClient.open(t, after)
  assert.equal((await again.connect(session)).sessionPresent, true)
  assert.equal((await again.next('pubrel')).packetId, two.packetId)
  const repeated = await again.next('publish')
  assert.deepEqual(
    [`${repeated.payload}`, repeated.packetId, repeated.duplicate],
    ['3', three.packetId, true],
  )
  cluster.produce('q', '4')
  assert.equal(`${(await again.next('publish')).payload}`, '4')
})

test('what a client takes at once after a crash, before it is read again, does not come a second time', async (t) => {
  const { cluster, kafka, port } = await openDoor(t, { limits: { closeMs: 1 } })
  const client = await subscribed(t, port, 2)
  cluster.produce('q', '1')
  const { packetId } = await client.next('publish')
  kafka.kill()

  const { port: after } = await openDoor(t, {}, cluster)
  const again = await RawClient.open(t, after)
  const connecting = again.connect(session)
  again.send({ type: 'pubrec', packetId, reason: 0, properties: noProperties })
  await connecting
  const released = await again.next('pubrel')
  assert.deepEqual([released.packetId, released.reason], [packetId, 0])
  again.send({ type: 'pubcomp', packetId, reason: 0, properties: noProperties })
  cluster.produce('q', '2')
  assert.equal(`${(await again.next('publish')).payload}`, '2')
})

test('what was sent but not acknowledged is sent again on the next connection', async (t) => {
  const { url, port } = await openDoor(t)
  const client = await subscribed(t, port, 1)
  const publisher = await connect(t, url)
  await publisher.publishAsync('q', '1', { qos: 1 })
  const { packetId } = await client.next('publish')
  client.socket.destroy()
  const again = await RawClient.open(t, port)
  await again.connect(session)
  const repeated = await again.next('publish')
  assert.deepEqual([repeated.packetId, repeated.duplicate], [packetId, true])
})

test('a second client with the same identifier takes the session over', async (t) => {
  const { port } = await openDoor(t)
  const first = await RawClient.open(t, port)
  await first.connect({ clientId: 'same' })
  const second = await RawClient.open(t, port)
  await second.connect({ clientId: 'same' })
  assert.equal((await first.next('disconnect')).reason, 0x8e)
  await until('the first is closed', () => first.closed)
  assert.equal(second.closed, false)
})

test('a clean start forgets the former session, and a clean session leaves nothing', async (t) => {
  const { url, cluster } = await openDoor(t)
  const first = await connect(t, url, { clientId: 'd', ...durable })
  await first.subscribeAsync('a', { qos: 1 })
  await first.endAsync()
  const clean = await connect(t, url, { clientId: 'd', clean: true })
  await clean.endAsync()
  const again = await connect(t, url, { clientId: 'd', ...durable })
  cluster.produce('a', '1')
  await again.subscribeAsync('b')
  const publisher = await connect(t, url)
  await publisher.publishAsync('b', '2', { qos: 1 })
  await until('only the new subscription is there', () => again.received.length > 0)
  assert.deepEqual(
    again.received.map(({ payload }) => payload),
    ['2'],
  )
})

test('a session ends when its expiry has run out, also if that was during a restart', async (t) => {
  const clock = new ManualClock()
  const { port, door, cluster } = await openDoor(t, { clock })
  const shortLived = { ...session, properties: { sessionExpiryInterval: 100 } }
  const connectAgain = async (toPort: number) => {
    const client = await RawClient.open(t, toPort)
    const { sessionPresent } = await client.connect(shortLived)
    client.send({ type: 'disconnect', reason: 0, properties: noProperties })
    await until('the door closed it', () => client.closed)
    return sessionPresent
  }
  assert.equal(await connectAgain(port), false)
  clock.advance(99_000)
  assert.equal(await connectAgain(port), true)
  clock.advance(101_000)
  assert.equal(await connectAgain(port), false)
  await door.close()
  clock.advance(101_000)
  const { port: after } = await openDoor(t, { clock }, cluster)
  assert.equal(await connectAgain(after), false)
})

test('members of a shared subscription share the messages, and one goes on alone', async (t) => {
  const { url } = await openDoor(t)
  const members = [await connect(t, url), await connect(t, url)] as const
  for (const member of members) await member.subscribeAsync('$share/g/work', { qos: 1 })
  const everybody = await connect(t, url)
  await everybody.subscribeAsync('work')
  const publisher = await connect(t, url)
  for (let n = 0; n < 40; n++) await publisher.publishAsync('work', `${n}`, { qos: 1 })
  const total = () => members[0].received.length + members[1].received.length
  await until('all came', () => total() === 40 && everybody.received.length === 40)
  assert.ok(members.every(({ received }) => received.length >= 10))
  await members[0].endAsync()
  for (let n = 0; n < 10; n++) await publisher.publishAsync('work', 'more', { qos: 1 })
  await until('the other took them all', () => total() === 50)
})

test('the state of many sessions is rewritten when it grows, and stays readable', async (t) => {
  const { url, cluster, door } = await openDoor(t, { limits: { garbageBytes: 2000 } })
  const client = await connect(t, url, { clientId: 'd', ...durable })
  for (let n = 0; n < 50; n++) {
    await client.subscribeAsync(`t/${(n + 1) % 2}`, { qos: 1 })
    await client.publishAsync('t/1', `${n}`, { qos: 2 })
  }
  await until('all came', () => client.received.length === 50)
  await until('it is short', () => cluster.records('__mqtt_sessions').length < 60)
  await client.endAsync()
  await door.close()
  const { url: after } = await openDoor(t, {}, cluster)
  const again = await connect(t, after, { clientId: 'd', ...durable })
  cluster.produce('t.1', 'last')
  await until('the subscription is known', () => again.received.length > 0)
  assert.deepEqual(
    again.received.map(({ payload }) => payload),
    ['last'],
  )
})
