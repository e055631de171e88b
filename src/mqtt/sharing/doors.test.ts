/** Shared subscriptions over several doors before one cluster: doors come, close and die. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { between, pick, seededRandom } from '../../base/random.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { noProperties } from '../../protocols/mqtt/index.ts'
import { openDoor, RawClient, until } from '../testing/doors.ts'
import { FakeKafka } from '../testing/fake-kafka.ts'
import {
  type Client,
  cluster,
  filter,
  inOrder,
  member,
  numbers,
  payloads,
  soon,
} from '../testing/sharing-doors.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

for (const killed of ['the door that deals', 'a door that follows']) {
  test(`when ${killed} dies, clients at the others get every message`, async (t) => {
    const { open, produce } = cluster(t, soon)
    const doors = [await open(), await open(), await open()] as const
    // The first to have a client deals.
    const clients: Client[] = []
    for (const door of doors) clients.push(await member(t, door))
    produce(0, 100)
    await until('some came', () => payloads(...clients).length > 50)
    const dies = killed === 'the door that deals' ? 0 : 1
    doors[dies].kafka.kill()
    produce(100, 200)
    await until('all came', () => new Set(payloads(...clients)).size === 200)
  })
}

test('a door that closes leaves its part to the others, and nothing comes twice', async (t) => {
  const { open, produce } = cluster(t)
  const doors = [await open(), await open()] as const
  const leaves = await member(t, doors[0])
  const stays = await member(t, doors[1])
  produce(0, 100)
  await until('all came', () => payloads(leaves, stays).length === 100)
  await leaves.endAsync()
  await doors[0].door.close()
  produce(100, 200)
  await until('the rest came', () => payloads(stays).length >= 100 + 100 - leaves.received.length)
  assert.deepEqual(inOrder(payloads(leaves, stays)), numbers(200))
})

test('a door that closes waits for acknowledgements, and what is acknowledged goes to nobody else', async (t) => {
  const { open, produce } = cluster(t)
  for (const closing of ['the door that deals', 'a door that follows']) {
    const doors = [await open(), await open()] as const
    const [closes, stays] = closing === 'the door that deals' ? doors : [doors[1], doors[0]]
    const slow = async () => {
      const client = await RawClient.open(t, closes.port)
      await client.connect({ clientId: closing })
      await client.subscribe(filter, 1)
      return client
    }
    // The first to have a client deals.
    const early = closes === doors[0] ? await slow() : undefined
    const other = await member(t, stays)
    const client = early ?? (await slow())
    produce(0, 10)
    await until('all came', () => client.packets.length + other.received.length === 10)
    const got = client.packets.splice(0)
    const closed = closes.door.close()
    for (const packet of got) {
      if (packet.type !== 'publish') continue
      const { packetId } = packet
      client.send({ type: 'puback', packetId, reason: 0, properties: noProperties })
    }
    await closed
    produce(10, 20)
    await until('the rest came', () => other.received.length + got.length >= 20)
    assert.equal(new Set(payloads(other)).size, 20 - got.length)
    assert.equal(other.received.length, 20 - got.length)
    await other.endAsync()
    await stays.door.close()
  }
})

test('a log that stands still makes no door take another for dead, and a silent door does', async (t) => {
  const kafka = new FakeKafka()
  kafka.create('work')
  const clock = new ManualClock()
  const open = () => openDoor(t, { isShared: true, clock, limits: soon }, kafka)
  const [here, there] = [await open(), await open()]
  const clients = [await member(t, here), await member(t, there)] as const
  for (const client of clients) {
    const others = Array.from({ length: 20 }, (_, index) => `$share/${index}/nothing`)
    await client.subscribeAsync(others, { qos: 1 })
  }
  const still = Promise.withResolvers<void>()
  kafka.beforeWrite = (topic) => (topic === '__mqtt_shares' ? still.promise : undefined)
  const turn = async () => {
    clock.advance(100)
    await nextTurn()
  }
  for (let turns = 0; turns < 100; turns++) await turn()
  still.resolve()
  for (let turns = 0; turns < 100; turns++) await turn()
  kafka.produce('work', '0')
  kafka.produce('work', '1')
  await until('both came', () => payloads(...clients).length === 2)
  const isSaid = ({ log }: { log: readonly string[] }) =>
    log.some((line) => line.includes('silent'))
  assert.ok(!isSaid(here) && !isSaid(there))
  there.kafka.kill()
  for (let turns = 0; !isSaid(here); turns++) {
    assert.ok(turns < 10_000, 'it is missed')
    await turn()
  }
  // A door whose log is gone closes when its time is over.
  const ticking = setInterval(() => clock.advance(100), 1)
  t.after(() => clearInterval(ticking))
})

test(`doors and clients come and go, and nothing comes twice (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const { open, produce } = cluster(t, { positionMs: 20 })
  const doors = [await open(), await open(), await open()]
  const clients = await Promise.all(
    doors.map(async (door) => ({ door, client: await member(t, door) })),
  )
  const all = clients.map(({ client }) => client)
  for (let round = 0; round < 12; round++) {
    produce(round * 20, round * 20 + 20)
    await until(`round ${round} came`, () => payloads(...all).length >= round * 20 + 20)
    const leaving = pick(random, clients)
    clients.splice(clients.indexOf(leaving), 1)
    await leaving.client.endAsync()
    if (random.next() < 0.5 && doors.length > 2) {
      doors.splice(doors.indexOf(leaving.door), 1)
      for (const { client } of clients.filter(({ door }) => door === leaving.door)) {
        clients.splice(
          clients.findIndex((one) => one.client === client),
          1,
        )
        await client.endAsync()
      }
      await leaving.door.door.close()
      doors.push(await open())
    }
    while (clients.length < 3) {
      const door = pick(random, doors)
      const client = await member(t, door)
      clients.push({ door, client })
      all.push(client)
    }
  }
  assert.deepEqual(inOrder(payloads(...all)), numbers(240))
})

test('a topic that appears while its dealer dies is read from its beginning', async (t) => {
  const { kafka, open, produce } = cluster(t, { ...soon, topicRefreshMs: 100 })
  kafka.delete('work')
  const [dies, stays] = [await open(), await open()]
  await member(t, dies)
  const client = await member(t, stays)
  dies.kafka.kill()
  produce(0, 10)
  await until('all came', () => client.received.length === 10)
})

test('where doors do not hear each other for a while, no message is lost', async (t) => {
  const { kafka, open, produce } = cluster(t, soon)
  const doors = [await open(), await open(), await open()] as const
  const clients: Client[] = []
  for (const door of doors) clients.push(await member(t, door))
  for (let round = 0; round < 4; round++) {
    produce(round * 100, round * 100 + 100)
    if (round < 3) kafka.delete('__mqtt_shares')
    const soFar = () => new Set(payloads(...clients)).size
    await until(`round ${round} came`, () => soFar() === round * 100 + 100)
  }
  // They hear again who is there and who is not.
  doors[0].kafka.kill()
  produce(400, 500)
  await until('the others have the rest', () => new Set(payloads(...clients)).size === 500)
})

test('of more messages that wait for their clients than are stored one by one, none is lost', async (t) => {
  const limits = {
    ...soon,
    inflight: 20_000,
    positionMs: 50,
    queuedBytes: 1e9,
    queuedMessages: 20_000,
  }
  const { kafka, open, produce } = cluster(t, limits)
  const first = await open()
  const stuck = await RawClient.open(t, first.port)
  await stuck.connect({ properties: { receiveMaximum: 20_000 } })
  await stuck.subscribe(filter, 1)
  produce(0, 10_100)
  await until('it has all', () => stuck.packets.length === 10_100)
  const stored = () => kafka.records('__mqtt_sessions').at(-1)?.value?.toString() ?? ''
  await until('it is stored', () =>
    stored().includes('"positions":{"work/0":"0"},"taken":[],"sent":[]'),
  )
  const other = await member(t, await open())
  first.kafka.kill()
  await until('the other has all', () => new Set(payloads(other)).size === 10_100)
})

test(`whoever comes and goes, each message comes to somebody (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const { kafka, open, produce } = cluster(t, { ...soon, positionMs: 20, garbageBytes: 3000 })
  kafka.beforeWrite = async () => {
    for (let turns = between(random, 0, 3); turns > 0; turns--) await nextTurn()
  }
  const heard = new Set<number>()
  const doors = [await open(), await open(), await open()]
  const stays = await member(t, await open())
  const clients = new Set<Client>([stays])
  const all = new Set<Client>([stays])
  let produced = 0
  for (let step = 0; step < 40; step++) {
    const more = between(random, 0, 20)
    produce(produced, produced + more)
    produced += more
    const leaving = pick(random, [...clients])
    if (between(random, 0, 2) > 0 || leaving === stays) {
      const client = await member(t, pick(random, doors))
      clients.add(client)
      all.add(client)
    } else {
      clients.delete(leaving)
      await leaving.endAsync(random.next() < 0.5)
    }
    if (step % 15 !== 14) continue
    const dying = doors.shift()
    dying?.kafka.kill()
    doors.push(await open())
  }
  const isAll = () => {
    for (const number of payloads(...all)) heard.add(number)
    return heard.size === produced
  }
  const end = Date.now() + 60_000
  while (!isAll()) {
    const missing = numbers(produced).filter((one) => !heard.has(one))
    assert.ok(Date.now() < end, `${missing.length} of ${produced} did not come: ${missing}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})
