import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { noProperties } from '../protocols/mqtt/index.ts'
import { connect, openDoor, RawClient, until } from './testing/doors.ts'

test('a new subscriber gets the retained messages, also after a restart', async (t) => {
  const { url, door, cluster } = await openDoor(t)
  const publisher = await connect(t, url)
  await publisher.publishAsync('r/1', 'old', { qos: 1, retain: true })
  await publisher.publishAsync('r/1', 'new', { qos: 0, retain: true })
  await publisher.publishAsync('r/2', 'gone', { qos: 2, retain: true })
  await publisher.publishAsync('r/2', '', { qos: 1, retain: true })
  await publisher.publishAsync('r/3', 'v', {
    qos: 1,
    retain: true,
    properties: { userProperties: { unit: 'C' } },
  })
  const check = async (at: string) => {
    const subscriber = await connect(t, at)
    await subscriber.subscribeAsync('r/+', { qos: 1 })
    await until('both came', () => subscriber.received.length === 2)
    assert.deepEqual(
      subscriber.received.map(({ topic, payload, retain }) => [topic, payload, retain]).sort(),
      [
        ['r/1', 'new', true],
        ['r/3', 'v', true],
      ],
    )
    const third = subscriber.received.find(({ topic }) => topic === 'r/3')
    assert.deepEqual({ ...(third?.properties.userProperties as object) }, { unit: 'C' })
  }
  await check(url)
  await door.close()
  await check((await openDoor(t, {}, cluster)).url)
})

test('retain handling and retain as published are as the subscription says', async (t) => {
  const { url } = await openDoor(t)
  const publisher = await connect(t, url)
  await publisher.publishAsync('r', 'kept', { qos: 1, retain: true })
  const never = await connect(t, url)
  await never.subscribeAsync('r', { qos: 1, rh: 2, rap: true })
  const once = await connect(t, url)
  await once.subscribeAsync('r', { qos: 1, rh: 1 })
  await once.subscribeAsync('r', { qos: 1, rh: 1 })
  await publisher.publishAsync('r', 'live', { qos: 1, retain: true })
  await until('all came', () => never.received.length === 1 && once.received.length === 2)
  assert.deepEqual(
    never.received.map(({ payload, retain }) => [payload, retain]),
    [['live', true]],
  )
  assert.deepEqual(
    once.received.map(({ payload, retain }) => [payload, retain]),
    [
      ['kept', true],
      ['live', false],
    ],
  )
})

test('retained messages have a limit, which is told', async (t) => {
  const { url } = await openDoor(t, { limits: { retainedMessages: 1 } })
  const publisher = await connect(t, url)
  await publisher.publishAsync('r/1', 'x', { qos: 1, retain: true })
  await assert.rejects(publisher.publishAsync('r/2', 'x', { qos: 1, retain: true }), /[Qq]uota/)
  await publisher.publishAsync('r/1', 'y', { qos: 1, retain: true })
})

test('a will is published when the connection breaks, not when the client takes its leave', async (t) => {
  const { url, port } = await openDoor(t)
  const watcher = await connect(t, url)
  await watcher.subscribeAsync('will/+')
  const will = { qos: 1 as const, retain: false, properties: noProperties }
  const polite = await RawClient.open(t, port)
  await polite.connect({
    clientId: 'polite',
    will: { topic: 'will/1', payload: Buffer.from('1'), ...will },
  })
  polite.send({ type: 'disconnect', reason: 0, properties: noProperties })
  await until('it is gone', () => polite.closed)
  const leaving = await RawClient.open(t, port)
  await leaving.connect({
    clientId: 'leaving',
    will: { topic: 'will/2', payload: Buffer.from('2'), ...will },
  })
  leaving.send({ type: 'disconnect', reason: 4, properties: noProperties })
  const broken = await RawClient.open(t, port)
  await broken.connect({
    clientId: 'broken',
    will: { topic: 'will/3', payload: Buffer.from('3'), ...will },
  })
  broken.socket.destroy()
  await until('two wills came', () => watcher.received.length === 2)
  assert.deepEqual(watcher.received.map(({ topic }) => topic).sort(), ['will/2', 'will/3'])
})

test('a will waits for its delay, and a client that comes back takes it back', async (t) => {
  const clock = new ManualClock()
  const { port, cluster } = await openDoor(t, { clock })
  cluster.create('will')
  const options = {
    clientId: 'w',
    cleanStart: false,
    properties: { sessionExpiryInterval: 100 },
    will: {
      topic: 'will',
      payload: Buffer.from('bye'),
      qos: 1 as const,
      retain: false,
      properties: { willDelayInterval: 10 },
    },
  }
  const breakOff = async () => {
    const client = await RawClient.open(t, port)
    await client.connect(options)
    client.send({ type: 'disconnect', reason: 4, properties: noProperties })
    await until('it is gone', () => client.closed)
  }
  await breakOff()
  clock.advance(9000)
  await breakOff()
  clock.advance(9000)
  assert.deepEqual(cluster.values('will'), [])
  clock.advance(2000)
  await until('the will is published', () => cluster.values('will').length === 1)
})

test('a client that is silent for one and a half times its keep-alive is closed, with its will', async (t) => {
  const clock = new ManualClock()
  const { port, cluster } = await openDoor(t, { clock })
  const client = await RawClient.open(t, port)
  const properties = noProperties
  const will = {
    topic: 'will',
    payload: Buffer.from('bye'),
    qos: 1 as const,
    retain: false,
    properties,
  }
  await client.connect({ keepAliveSeconds: 10, will })
  clock.advance(14_000)
  client.send({ type: 'pingreq' })
  await client.next('pingresp')
  clock.advance(14_000)
  assert.equal(client.closed, false)
  clock.advance(2000)
  assert.equal((await client.next('disconnect')).reason, 0x8d)
  await until('the will is published', () => cluster.values('will').length === 1)
})

test('closing the door tells clients why, and publishes no wills', async (t) => {
  // Time stands still: whatever waited for some to pass would wait for ever.
  const { port, cluster, door } = await openDoor(t, { clock: new ManualClock() })
  const client = await RawClient.open(t, port)
  const properties = noProperties
  const will = {
    topic: 'will',
    payload: Buffer.from('bye'),
    qos: 1 as const,
    retain: false,
    properties,
  }
  await client.connect({ will })
  await door.close()
  assert.equal((await client.next('disconnect')).reason, 0x8b)
  assert.deepEqual(cluster.values('will'), [])
})
