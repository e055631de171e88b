/** Several doors before one cluster: what one of them knows the others know, and each session has one. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { between, pick, seededRandom } from '../base/random.ts'
import type { MqttLimits } from './limits.ts'
import {
  answerInPart,
  connect,
  openDoor,
  RawClient,
  session,
  subscribed,
  until,
} from './testing/doors.ts'
import { FakeKafka } from './testing/fake-kafka.ts'
import { Sender } from './testing/sender.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const durable = { clientId: 'd', clean: false, properties: { sessionExpiryInterval: 3600 } }

async function openDoors(t: TestContext, limits: Partial<MqttLimits> = {}) {
  const cluster = new FakeKafka()
  const open = () => openDoor(t, { isShared: true, limits }, cluster)
  return { cluster, open, here: await open(), there: await open() }
}

test('a client that comes back at another door finds its session there, with what came while it was away', async (t) => {
  const { here, there } = await openDoors(t)
  const first = await connect(t, here.url, durable)
  await first.subscribeAsync('a/#', { qos: 1 })
  const publisher = await connect(t, there.url)
  await publisher.publishAsync('a/b', '1', { qos: 1 })
  await until('the first came', () => first.received.length === 1)
  await first.endAsync()
  await publisher.publishAsync('a/b', '2', { qos: 1 })
  await publisher.publishAsync('a/new', '3', { qos: 1 })
  const again = await connect(t, there.url, durable)
  await until('the others came', () => again.received.length === 2)
  assert.deepEqual(again.received.map(({ payload }) => payload).sort(), ['2', '3'])
  await again.endAsync()
  await publisher.publishAsync('a/b', '4', { qos: 1 })
  const back = await connect(t, here.url, durable)
  await until('the last came', () => back.received.length === 1)
  assert.equal(back.received[0]?.payload, '4')
})

test('a client that comes at another door while it is connected is there alone, and wants no clean session for that', async (t) => {
  const { here, there } = await openDoors(t)
  for (const options of [
    session,
    { ...session, clientId: 'c', cleanStart: true, properties: {} },
  ]) {
    const first = await RawClient.open(t, here.port)
    await first.connect(options)
    await first.subscribe('q', 1)
    const second = await RawClient.open(t, there.port)
    const { sessionPresent } = await second.connect(options)
    assert.equal(sessionPresent, options === session)
    assert.equal((await first.next('disconnect')).reason, 0x8e)
    await until('the first is closed', () => first.closed)
  }
})

test('a door that dies leaves its sessions to the others, and of QoS 2 nothing comes twice', async (t) => {
  const { cluster, here, there } = await openDoors(t, { closeMs: 1 })
  const client = await subscribed(t, here.port, 2)
  for (const payload of ['1', '2', '3']) cluster.produce('q', payload)
  const { two, three } = await answerInPart(client)
  await until('it is stored', () => cluster.values('__mqtt_sessions').join().includes('completed'))
  here.kafka.kill()

  const again = await RawClient.open(t, there.port)
  assert.equal((await again.connect(session)).sessionPresent, true)
  assert.equal((await again.next('pubrel')).packetId, two.packetId)
  const repeated = await again.next('publish')
  assert.deepEqual([`${repeated.payload}`, repeated.packetId], ['3', three.packetId])
  cluster.produce('q', '4')
  assert.equal(`${(await again.next('publish')).payload}`, '4')
})

test(`messages of QoS 2 are in the log once each, however often their client changes the door (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const { cluster, here, there } = await openDoors(t, { garbageBytes: 20_000 })
  cluster.beforeWrite = async () => {
    for (let turns = between(random, 0, 3); turns > 0; turns--) await nextTurn()
  }
  const payloads = Array.from({ length: 120 }, (_, index) => `${index}`)
  let client = await RawClient.open(t, here.port)
  await client.connect(session)
  const sender = new Sender(client, payloads)
  sender.start(client, false)
  for (let moves = 0; !sender.done; moves++) {
    const steps = between(random, 1, 200)
    for (let step = 0; step < steps && !sender.done; step++) {
      await nextTurn()
      sender.step()
    }
    if (moves > 40) {
      await until('the rest is answered', () => {
        sender.step()
        return sender.done
      })
      break
    }
    // The former connection may still be open, as when a network is gone.
    const former = client
    client = await RawClient.open(t, pick(random, [here, there]).port)
    assert.equal((await client.connect(session)).sessionPresent, true)
    former.socket.destroy()
    sender.start(client, true)
  }
  assert.deepEqual(
    cluster.values('once').toSorted((a, b) => Number(a) - Number(b)),
    payloads,
  )
})

test('what is retained at one door is sent by the others, until it is removed at any', async (t) => {
  const { here, there, open } = await openDoors(t)
  const publisher = await connect(t, here.url)
  await publisher.publishAsync('state/a', 'on', { qos: 1, retain: true })
  await publisher.publishAsync('state/b', 'off', { qos: 1, retain: true })
  const retainedAt = async (url: string) => {
    const client = await connect(t, url)
    await client.subscribeAsync('state/#', { qos: 1 })
    await client.publishAsync('state/end', '', { qos: 1 })
    await until('the end came', () => client.received.some(({ topic }) => topic === 'state/end'))
    await client.endAsync()
    return client.received.flatMap(({ retain, payload }) => (retain ? payload : [])).sort()
  }
  /** A door hears of it a moment later. */
  const becomes = async (url: string, wanted: string[]) => {
    const end = Date.now() + 60_000
    while (`${await retainedAt(url)}` !== `${wanted}`) assert.ok(Date.now() < end, `${wanted}`)
  }
  await becomes(there.url, ['off', 'on'])
  const remover = await connect(t, there.url)
  await remover.publishAsync('state/a', '', { qos: 1, retain: true })
  await becomes(here.url, ['off'])
  await becomes((await open()).url, ['off'])
})

test(`whatever doors rewrite while sessions change, a new door knows all of them (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const { cluster, here, there, open } = await openDoors(t, { garbageBytes: 3000, positionMs: 5 })
  cluster.beforeWrite = async () => {
    for (let turns = between(random, 0, 5); turns > 0; turns--) await nextTurn()
  }
  const names = Array.from({ length: 8 }, (_, index) => `client-${index}`)
  const filters = new Map<string, Set<string>>(names.map((name) => [name, new Set<string>()]))
  const visit = async (clientId: string) => {
    for (let visits = 0; visits < 8; visits++) {
      const { url } = pick(random, [here, there])
      const client = await connect(t, url, { ...durable, clientId })
      const filter = `f/${between(random, 0, 5)}`
      const has = filters.get(clientId)
      if (has?.delete(filter)) await client.unsubscribeAsync(filter)
      else {
        has?.add(filter)
        await client.subscribeAsync(filter, { qos: 1 })
      }
      await client.endAsync()
    }
  }
  await Promise.all(names.map(visit))
  const [start] = await here.kafka.offsets([
    { topic: '__mqtt_sessions', partition: 0, at: 'earliest' },
  ])
  assert.ok((start?.offset ?? 0n) > 0n, 'it was rewritten')

  const { url } = await open()
  for (const clientId of names) {
    const client = await connect(t, url, { ...durable, clientId })
    for (let number = 0; number <= 5; number++) cluster.produce(`f.${number}`, `${number}`)
    const wanted = [...(filters.get(clientId) ?? [])].sort()
    await until(`${clientId} gets ${wanted}`, () => {
      const topics = new Set(client.received.map(({ topic }) => topic))
      return [...topics].sort().join() === wanted.join()
    })
    await client.endAsync()
  }
})
