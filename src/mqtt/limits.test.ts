import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Clock, systemClock } from '../base/clock.ts'
import { ManualClock } from '../base/testing/manual-clock.ts'
import { noProperties } from '../protocols/mqtt/index.ts'
import { connect, openDoor, RawClient, until } from './testing/doors.ts'
import { connectPacket } from './testing/extended-log-in.ts'
import { FakeKafka } from './testing/fake-kafka.ts'

test('a connection that sends no CONNECT in time is closed, also one that sends only a part', async (t) => {
  const clock = new ManualClock()
  const { port } = await openDoor(t, { clock, limits: { connectMs: 100 } })
  const silent = await RawClient.open(t, port)
  const slow = await RawClient.open(t, port)
  slow.socket.write(Buffer.from([0x10, 50, 0]))
  // The clock is turned until the door has noticed both.
  await until('both are closed', () => {
    clock.advance(101)
    return silent.closed && slow.closed
  })
})

test('bytes that are no MQTT close their connection, with a line in the log, and nothing else', async (t) => {
  const { url, port, log } = await openDoor(t)
  const neighbour = await connect(t, url)
  const wrong = [
    '00 00',
    '10 00',
    'f0 00',
    'ff ff ff ff ff ff',
    '10 05 0004 4d5154',
    'c0 00',
    '16 03 01',
  ]
  for (const bytes of wrong) {
    const before = log.length
    const client = await RawClient.open(t, port)
    client.socket.write(Buffer.from(bytes.replaceAll(' ', ''), 'hex'))
    client.socket.end()
    await until(`${bytes} is closed`, () => client.closed)
    if (bytes !== '16 03 01' && bytes !== '10 05 0004 4d5154') {
      await until('it is in the log', () => log.length > before)
    }
  }
  await neighbour.subscribeAsync('x')
  await neighbour.publishAsync('x', 'alive', { qos: 1 })
  await until('the neighbour lives', () => neighbour.received.length === 1)
})

test('a CONNECT of an unknown version gets the return code of 3.1.1 for it', async (t) => {
  const { port } = await openDoor(t)
  const client = await RawClient.open(t, port, 4)
  client.socket.write(Buffer.from('100c00044d5154540902003c0000', 'hex'))
  assert.equal((await client.next('connack')).code, 1)
  await until('it is closed', () => client.closed)
})

test('a second CONNECT, a packet that only servers send and AUTH end the connection', async (t) => {
  const { port } = await openDoor(t)
  const cases = [
    (client: RawClient) => client.connect(),
    (client: RawClient) =>
      client.send({ type: 'suback', packetId: 1, properties: noProperties, codes: [0] }),
    (client: RawClient) => client.send({ type: 'auth', reason: 0, properties: noProperties }),
  ]
  for (const [index, act] of cases.entries()) {
    const client = await RawClient.open(t, port)
    await client.connect({ clientId: `c${index}` })
    Promise.resolve(act(client)).catch(() => {})
    assert.equal((await client.next('disconnect')).reason, 0x82)
    await until('it is closed', () => client.closed)
  }
})

test('more connections, sessions or subscriptions than allowed are refused', async (t) => {
  const { port, url } = await openDoor(t, {
    limits: { connections: 3, sessions: 2, subscriptions: 1 },
  })
  const first = await connect(t, url)
  await first.subscribeAsync('a')
  await assert.rejects(first.subscribeAsync('b'), /[Qq]uota/)
  await first.subscribeAsync('a')
  await connect(t, url)
  const third = await RawClient.open(t, port)
  assert.equal((await third.connect({ clientId: 'third' })).code, 0x97)
  await until('it is closed', () => third.closed)
  const waiting = await RawClient.open(t, port)
  const fourth = await RawClient.open(t, port)
  await until('the fourth is closed', () => fourth.closed)
  assert.equal(waiting.closed, false)
})

test('publishing makes no more topics than allowed, and says so', async (t) => {
  const { url, cluster, log } = await openDoor(t, { limits: { topics: 2 } })
  const five = await connect(t, url)
  await five.publishAsync('t/1', 'x', { qos: 1 })
  await five.publishAsync('t/2', 'x', { qos: 1 })
  await assert.rejects(five.publishAsync('t/3', 'x', { qos: 1 }), /[Qq]uota/)
  const four = await connect(t, url, { protocolVersion: 4 })
  let closed = false
  four.on('close', () => {
    closed = true
  })
  four.publish('t/4', 'x', { qos: 1 })
  await until('it is closed', () => closed)
  assert.deepEqual(cluster.topicNames, ['t.1', 't.2'])
  assert.ok(log.some((line) => line.includes('already 2 topics')))
})

test('a topic that cannot be mapped is refused', async (t) => {
  const { url, cluster } = await openDoor(t)
  const client = await connect(t, url)
  for (const topic of ['$SYS/x', '/', '//', `${'x/'.repeat(200)}x`]) {
    await assert.rejects(client.publishAsync(topic, 'x', { qos: 1 }), /[Tt]opic/, topic)
  }
  assert.deepEqual(cluster.topicNames, [])
})

test('messages of QoS 0 are dropped and counted when the log is slower than they come', async (t) => {
  const { url, cluster } = await openDoor(t, {
    limits: { unconfirmedBytes: 1000, closeMs: 1 },
  })
  cluster.create('q')
  const held: (() => void)[] = []
  cluster.beforeWrite = () => new Promise((resolve) => held.push(resolve))
  const client = await connect(t, url)
  for (let n = 0; n < 20; n++) await client.publishAsync('q', Buffer.alloc(100), { qos: 0 })
  await until('the first are being written', () => held.length === 10)
  cluster.beforeWrite = () => {}
  await client.publishAsync('other', 'x', { qos: 0 })
  for (const release of held) release()
  await until('ten are written', () => cluster.records('q').length === 10)
})

test('a subscriber that does not read slows only itself, and gets everything in the end', async (t) => {
  const limits = { queuedMessages: 50, unsentBytes: 10_000 }
  const { url, port, cluster } = await openDoor(t, { limits })
  cluster.create('flood')
  const slow = await RawClient.open(t, port)
  await slow.connect({ clientId: 'slow' })
  await slow.subscribe('flood', 0)
  slow.socket.pause()
  const quick = await connect(t, url)
  await quick.subscribeAsync('flood', { qos: 0 })
  const payload = Buffer.alloc(50_000)
  const publisher = await connect(t, url)
  for (let n = 0; n < 400; n++) {
    payload.writeInt32BE(n)
    await publisher.publishAsync('flood', Buffer.from(payload), { qos: 1 })
  }
  await until('the quick one has all', () => quick.received.length === 400)
  assert.ok(slow.packets.length < 400)
  slow.socket.resume()
  const numbers = () =>
    slow.packets.flatMap((packet) =>
      packet.type === 'publish' ? [packet.payload.readInt32BE()] : [],
    )
  await until('the slow one has all', () => numbers().length === 400)
  assert.deepEqual(
    numbers(),
    Array.from({ length: 400 }, (_, n) => n),
  )
})

for (const version of [4, 5] as const) {
  test(`a client of level ${version} that sends more than may be open is held back, not lost`, async (t) => {
    const { port, cluster } = await openDoor(t, { limits: { receiveMaximum: 5 } })
    const client = await RawClient.open(t, port, version)
    await client.connect()
    let most = 0
    let open = 0
    cluster.beforeWrite = async () => {
      open += 1
      most = Math.max(most, open)
      await new Promise(setImmediate)
      open -= 1
    }
    for (let packetId = 1; packetId <= 200; packetId++) {
      client.send({
        type: 'publish',
        qos: 1,
        retain: false,
        duplicate: false,
        topic: 'p',
        packetId,
        payload: Buffer.from(`${packetId}`),
        properties: noProperties,
      })
    }
    await until('all are answered', () => client.packets.length === 200)
    assert.equal(cluster.records('p').length, 200)
    assert.ok(most <= 5, `${most} at a time`)
  })
}

test('a packet larger than allowed is refused by its length', async (t) => {
  const { port } = await openDoor(t, { limits: { packetBytes: 1000 } })
  const client = await RawClient.open(t, port)
  await client.connect()
  client.socket.write(Buffer.from([0x30, 0xff, 0xff, 0x7f]))
  assert.equal((await client.next('disconnect')).reason, 0x95)
})

test('a door that closes before it is ready leaves nothing that keeps the process alive', async (t) => {
  const waiting = new Map<object, number>()
  const clock: Clock = {
    now: systemClock.now,
    after(ms, action) {
      const timer = systemClock.after(ms, () => {
        waiting.delete(timer)
        action()
      })
      waiting.set(timer, ms)
      return {
        cancel: () => {
          waiting.delete(timer)
          timer.cancel()
        },
      }
    },
  }
  const silent = new FakeKafka().connect()
  silent.kill()
  const limits = { closeMs: 1, logWaitMs: 12_345 }
  const { door, port } = await openDoor(t, { client: silent, clock, limits })
  const early = await RawClient.open(t, port)
  early.connect().catch(() => {})
  await until('the client waits for the door', () => [...waiting.values()].includes(12_345))
  await door.close()
  await until('nothing waits any more', () => waiting.size === 0)
})

test('an address has as many connections as it may have, and opens no more in a second than it may', async (t) => {
  const clock = new ManualClock()
  const limits = { connectionsPerAddress: 3, connectionRate: 2 }
  const { port, log } = await openDoor(t, { clock, limits })
  const open = async () => {
    const client = await RawClient.open(t, port)
    client.send({ ...connectPacket, clientId: `${log.length}` })
    await until('it is in, or out', () => client.closed || client.packets.length > 0)
    return client
  }
  const [first, second] = [await open(), await open()]
  assert.equal((await open()).closed, true)
  assert.ok(log.some((line) => line.includes('opens more in a second')))
  clock.advance(1000)
  const third = await open()
  assert.equal((await open()).closed, true)
  assert.ok(log.some((line) => line.includes('has as many as it may have')))
  assert.ok([first, second, third].every(({ closed }) => !closed))
  first.socket.destroy()
  let next = await open()
  while (next.closed) {
    clock.advance(1000)
    next = await open()
  }
})
