import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { isError } from '../../base/errors.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import type { ConnectPacket, SubscribePacket } from '../../protocols/mqtt/index.ts'
import { MqttClient, type MqttClientOptions } from './client.ts'
import type { Delivery } from './incoming.ts'
import {
  accepted,
  granted,
  message,
  type Reply,
  scriptedBroker,
} from './testing/scripted-broker.ts'

const subscriptions = [{ filter: 'a/#', qos: 1 }] as const

/** Waits for a condition, turning the event loop. */
async function until(what: string, condition: () => boolean): Promise<void> {
  const end = performance.now() + 60_000
  while (!condition()) {
    if (performance.now() > end) throw new Error(`this did not come true in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

async function open(t: TestContext, options: MqttClientOptions): Promise<MqttClient> {
  const client = await MqttClient.open({ reconnectDelayMs: { min: 1, max: 5 }, ...options })
  t.after(() => client.close())
  return client
}

test('a client says who it is, in every field of its CONNECT', async (t) => {
  const connects: ConnectPacket[] = []
  const onConnect = (packet: { type: string }, reply: Reply) => {
    if (packet.type !== 'connect') return
    connects.push(packet as ConnectPacket)
    reply(accepted)
  }
  const url = await scriptedBroker(t, onConnect, 5)
  const will = {
    ...{ topic: 'gone', payload: Buffer.from('bye'), qos: 1 as const, retain: true },
    properties: { willDelayInterval: 3 },
  }
  const properties = {
    sessionExpiryInterval: 7,
    userProperties: [['a', 'b']] as [string, string][],
  }
  const login = { userName: 'u', password: 'p' }
  const given = { clientId: 'me', cleanStart: false, keepAliveSeconds: 9, will, properties }
  await open(t, { url, version: 5, ...login, ...given })
  assert.deepEqual(connects, [
    { type: 'connect', version: 5, ...given, userName: 'u', password: Buffer.from('p') },
  ])
})

test('opening resolves when the subscription is granted, and rejects when it is refused', async (t) => {
  for (const code of [1, 0x80]) {
    const url = await scriptedBroker(t, (packet, reply) => {
      if (packet.type === 'connect') reply(accepted)
      if (packet.type === 'subscribe') reply(granted(packet.packetId, code))
    })
    const opening = open(t, { url, clientId: 'x', subscriptions })
    if (code === 1) await opening
    else await assert.rejects(opening, (error) => isError(error, 'mqtt-subscribe-refused'))
  }
})

test('opening ends in time where a peer accepts connections and says nothing', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  for (const scheme of ['tcp', 'mqtts', 'ws']) {
    const url = `${scheme}://127.0.0.1:${port}`
    await assert.rejects(open(t, { url, clientId: 'x', connectTimeoutMs: 30 }), (error) =>
      isError(error, 'mqtt-unreachable'),
    )
  }
})

test('opening ends where the connection is lost before the subscription is granted', async (t) => {
  const url = await scriptedBroker(t, (packet, reply, socket) => {
    if (packet.type === 'connect') reply(accepted)
    if (packet.type === 'subscribe') socket.destroy()
  })
  await assert.rejects(open(t, { url, clientId: 'x', subscriptions }), (error) =>
    isError(error, 'mqtt-unreachable'),
  )
})

test('subscriptions are renewed where the broker has no session, and only there', async (t) => {
  const story: string[] = []
  let connections = 0
  const url = await scriptedBroker(t, (packet, reply, socket) => {
    if (packet.type === 'connect') {
      connections += 1
      story.push('connect')
      reply({ ...accepted, sessionPresent: connections === 2 })
      if (connections === 2) setImmediate(() => socket.destroy())
    }
    if (packet.type === 'subscribe') {
      story.push((packet as SubscribePacket).subscriptions[0]?.filter ?? '')
      reply(granted(packet.packetId, 1))
      if (connections === 1) setImmediate(() => socket.destroy())
    }
  })
  await open(t, { url, clientId: 'x', subscriptions, cleanStart: false })
  await until('the third connection is subscribed', () => story.length === 5)
  assert.deepEqual(story, ['connect', 'a/#', 'connect', 'connect', 'a/#'])
})

test('messages that come in one piece with the CONNACK are acknowledged over that connection', async (t) => {
  const acknowledged: string[] = []
  let connections = 0
  const url = await scriptedBroker(t, (packet, reply, socket) => {
    if (packet.type === 'connect') {
      connections += 1
      socket.cork()
      reply({ ...accepted, sessionPresent: connections === 2 })
      if (connections === 2) reply(message('a/1', 1, { duplicate: true }))
      socket.uncork()
    }
    if (packet.type === 'subscribe') {
      reply(granted(packet.packetId, 1))
      setImmediate(() => socket.destroy())
    }
    if (packet.type === 'puback') acknowledged.push(`${connections}: ${packet.packetId}`)
  })
  const onDeliveries = (deliveries: readonly Delivery[]) => {
    for (const { done } of deliveries) done?.()
  }
  await open(t, { url, clientId: 'x', subscriptions, cleanStart: false, onDeliveries })
  await until('it is acknowledged', () => acknowledged.length > 0)
  assert.deepEqual(acknowledged, ['2: 1'])
})

test('with MQTT 5 a clean start is of the first connection only', async (t) => {
  const starts: boolean[] = []
  const url = await scriptedBroker(
    t,
    (packet, reply, socket) => {
      if (packet.type !== 'connect') return
      starts.push(packet.cleanStart)
      reply(accepted)
      if (starts.length === 1) setImmediate(() => socket.destroy())
    },
    5,
  )
  await open(t, { url, clientId: 'x', version: 5 })
  await until('it came again', () => starts.length === 2)
  assert.deepEqual(starts, [true, false])
})

test('a silent client sends signs of life, and a silent broker is left for a new connection', async (t) => {
  const clock = new ManualClock()
  let connections = 0
  let pings = 0
  const url = await scriptedBroker(t, (packet, reply) => {
    if (packet.type === 'connect') {
      connections += 1
      reply(accepted)
    }
    if (packet.type !== 'pingreq') return
    pings += 1
    if (pings === 1) reply({ type: 'pingresp' })
  })
  const client = await open(t, { url, clientId: 'x', clock, keepAliveSeconds: 10 })
  for (const wanted of [1, 2]) {
    clock.advance(5000)
    await until('a ping comes', () => pings === wanted)
    // The answer to the first, if there is one, has been read when this has come back.
    await client.publish({ topic: 't', payload: Buffer.from('x'), qos: 0 })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  clock.advance(5000)
  await until('it is connected again', () => {
    clock.advance(10)
    return connections === 2
  })
})

test('while the program is busy nothing more is read, and signs of life go on', async (t) => {
  const clock = new ManualClock()
  let pings = 0
  let send: Reply = () => {}
  const url = await scriptedBroker(t, (packet, reply) => {
    if (packet.type === 'connect') reply(accepted)
    if (packet.type === 'subscribe') {
      reply(granted(packet.packetId, 0))
      send = reply
    }
    if (packet.type === 'pingreq') pings += 1
  })
  const busy: PromiseWithResolvers<void>[] = []
  const heard: string[] = []
  const onDeliveries = (deliveries: readonly Delivery[]) => {
    heard.push(...deliveries.map(({ packet }) => packet.topic))
    const one = Promise.withResolvers<void>()
    busy.push(one)
    return one.promise
  }
  await open(t, { url, clientId: 'x', subscriptions, onDeliveries, clock, keepAliveSeconds: 10 })
  send(message('a/1'))
  await until('the first is heard', () => heard.length === 1)
  send(message('a/2'))
  for (const wanted of [1, 2, 3]) {
    clock.advance(5000)
    await until('a ping comes', () => pings === wanted)
  }
  assert.deepEqual(heard, ['a/1'])
  busy[0]?.resolve()
  await until('the second is heard', () => heard.length === 2)
  busy[1]?.resolve()
})

test('what is done is acknowledged before the good-bye', async (t) => {
  const story: string[] = []
  const url = await scriptedBroker(t, (packet, reply) => {
    story.push(packet.type)
    if (packet.type === 'connect') reply(accepted)
    if (packet.type !== 'subscribe') return
    reply(granted(packet.packetId, 1))
    reply(message('a/1', 1))
  })
  let delivery: Delivery | undefined
  const onDeliveries = ([one]: readonly Delivery[]) => {
    delivery = one
  }
  const client = await open(t, { url, clientId: 'x', subscriptions, onDeliveries })
  await until('it is there', () => delivery !== undefined)
  delivery?.done?.()
  await client.close()
  assert.deepEqual(story, ['connect', 'subscribe', 'puback', 'disconnect'])
})

test('topics that a broker abbreviates come in full', async (t) => {
  const url = await scriptedBroker(
    t,
    (packet, reply) => {
      if (packet.type === 'connect') reply(accepted)
      if (packet.type !== 'subscribe') return
      reply(granted(packet.packetId, 0))
      reply(message('a/long', 0, { properties: { topicAlias: 1 } }))
      reply(message('', 0, { properties: { topicAlias: 1 } }))
    },
    5,
  )
  const heard: string[] = []
  const onDeliveries = (deliveries: readonly Delivery[]) => {
    heard.push(...deliveries.map(({ packet }) => packet.topic))
  }
  const properties = { topicAliasMaximum: 4 }
  await open(t, { url, clientId: 'x', version: 5, subscriptions, properties, onDeliveries })
  await until('both are heard', () => heard.length === 2)
  assert.deepEqual(heard, ['a/long', 'a/long'])
})

test('thousands of messages of one turn leave in order, however full the connection is', async (t) => {
  const received: number[] = []
  const url = await scriptedBroker(t, (packet, reply, socket) => {
    if (packet.type === 'connect') reply(accepted)
    if (packet.type !== 'publish') return
    received.push(Number(packet.payload.subarray(0, 8).toString()))
    if (received.length === 100) {
      socket.pause()
      setTimeout(() => socket.resume(), 50)
    }
  })
  const client = await open(t, { url, clientId: 'x' })
  const payloads = Array.from({ length: 5000 }, (_, index) =>
    Buffer.from(`${index}`.padStart(8, '0').padEnd(1000)),
  )
  await Promise.all(payloads.map((payload) => client.publish({ topic: 't', payload, qos: 0 })))
  await until('all are there', () => received.length === payloads.length)
  assert.deepEqual(received, [...payloads.keys()])
})
