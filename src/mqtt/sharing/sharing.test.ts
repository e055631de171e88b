/** Shared subscriptions over several doors before one cluster: what their clients get. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noProperties } from '../../protocols/mqtt/index.ts'
import { connect, openDoor, RawClient, session, until } from '../testing/doors.ts'
import { allowed, gatekeeper } from '../testing/guarded-door.ts'
import { cluster, filter, inOrder, member, numbers, payloads } from '../testing/sharing-doors.ts'

test('clients at several doors take turns at one partition, and each message comes to one of them', async (t) => {
  const { open, produce } = cluster(t)
  const doors = [await open(), await open(), await open()]
  const clients = await Promise.all(doors.map((door) => member(t, door)))
  produce(0, 300)
  await until('all came', () => payloads(...clients).length >= 300)
  assert.deepEqual(inOrder(payloads(...clients)), numbers(300))
  for (const client of clients) {
    const own = payloads(client)
    assert.ok(own.length > 50, `${own.length}`)
    assert.deepEqual(own, inOrder(own))
  }
})

test('a client that does not acknowledge holds up the others no longer than it is looked at', async (t) => {
  const { open, produce } = cluster(t, { positionMs: 50, inflight: 10 })
  const [here, there] = [await open(), await open()]
  const stuck = await RawClient.open(t, here.port)
  await stuck.connect({ clientId: 'stuck' })
  await stuck.subscribe(filter, 1)
  const stuckToo = await RawClient.open(t, there.port)
  await stuckToo.connect({ clientId: 'stuckToo' })
  await stuckToo.subscribe(filter, 1)
  const quick = await member(t, there)
  produce(0, 2000)
  const got = () =>
    [stuck, stuckToo].flatMap(({ packets }) =>
      packets.flatMap((packet) => (packet.type === 'publish' ? `${packet.payload}` : [])),
    )
  await until('what the others do not have came', () => payloads(quick).length >= 1980)
  assert.deepEqual(inOrder([...payloads(quick), ...got().map(Number)]), numbers(2000))
  // One of them is cut off: what it has goes to the quick one.
  stuck.socket.destroy()
  await until('its part came', () => payloads(quick).length >= 1990)
})

test('a durable client that is away starves nobody, and gets its turn when it is back', async (t) => {
  const { open, produce } = cluster(t)
  const [here, there] = [await open(), await open()]
  const durable = { clientId: 'd', clean: false, properties: { sessionExpiryInterval: 3600 } }
  const away = await RawClient.open(t, here.port)
  await away.connect({ clientId: 'd', cleanStart: false, properties: durable.properties })
  await away.subscribe(filter, 1)
  produce(0, 10)
  await until('it has them', () => away.packets.length === 10)
  away.socket.destroy()
  const other = await member(t, there)
  produce(10, 20)
  await until('the other has all', () => payloads(other).length === 20)
  await other.endAsync()
  produce(20, 30)
  const back = await member(t, there, durable)
  await until('the rest came', () => payloads(back).length === 10)
  assert.deepEqual(inOrder(payloads(other, back)), numbers(30))
})

test('what was sent of QoS 2 no other client gets, also when its session is over', async (t) => {
  const { open, produce } = cluster(t)
  const [here, there] = [await open(), await open()]
  const leaving = await RawClient.open(t, here.port)
  await leaving.connect({ clientId: 'leaving' })
  await leaving.subscribe(filter, 2)
  produce(0, 1)
  await leaving.next('publish')
  const other = await member(t, there)
  leaving.send({ type: 'disconnect', reason: 0, properties: noProperties })
  produce(1, 3)
  await until('the others came', () => payloads(other).length >= 2)
  assert.deepEqual(payloads(other), [1, 2])
})

test('what was sent of QoS 2 is completed with the client that has it, when that is back', async (t) => {
  const { open, produce } = cluster(t)
  const [here, there] = [await open(), await open()]
  const other = await member(t, here)
  const client = await RawClient.open(t, there.port)
  await client.connect(session)
  await client.subscribe(filter, 2)
  produce(0, 2)
  const first = await client.next('publish')
  client.socket.destroy()
  produce(2, 10)
  await until('the others came', () => payloads(other).length >= 9)
  const again = await RawClient.open(t, there.port)
  await again.connect(session)
  const { packetId, duplicate, payload } = await again.next('publish')
  assert.deepEqual([packetId, duplicate, `${payload}`], [first.packetId, true, `${first.payload}`])
  assert.deepEqual(inOrder([...payloads(other), Number(`${payload}`)]), numbers(10))
})

test('a group that all have left begins anew with what comes then', async (t) => {
  const { open, produce } = cluster(t)
  const [here, there] = [await open(), await open()]
  for (const { port } of [here, there]) {
    const client = await RawClient.open(t, port)
    await client.connect({ clientId: `${port}` })
    await client.subscribe(filter, 0)
    produce(0, 1)
    await client.next('publish')
    client.send({ type: 'disconnect', reason: 0, properties: noProperties })
    await until('it is gone', () => client.closed)
  }
  produce(2, 10)
  const late = await member(t, there)
  produce(10, 20)
  await until('the last came', () => payloads(late).length >= 10)
  assert.deepEqual(payloads(late), numbers(20).slice(10))
})

test('what clients at one door may not read goes to those at another', async (t) => {
  const { kafka, produce } = cluster(t)
  const guarded = { gatekeeper: gatekeeper([allowed('w', 'Read')]), auth: ['password'] } as const
  const listeners = [{ host: '127.0.0.1', port: 0, auth: guarded.auth }]
  const open = () =>
    openDoor(t, { isShared: true, gatekeeper: guarded.gatekeeper, listeners }, kafka)
  const join = async (username: string, password: string) => {
    const client = await connect(t, (await open()).url, { username, password })
    await client.subscribeAsync('$share/g/+', { qos: 1 })
    return client
  }
  const bob = await join('bob', 'builder')
  const alice = await join('alice', 'wonderland')
  for (let number = 0; number < 50; number++) kafka.produce('secret', `${1000 + number}`)
  produce(0, 50)
  await until('all came', () => payloads(bob, alice).length >= 100)
  assert.deepEqual(inOrder(payloads(bob, alice)), [
    ...numbers(50),
    ...numbers(50).map((n) => n + 1000),
  ])
  assert.ok(payloads(alice).length > 0 && payloads(alice).every((number) => number < 1000))
})
