/** As the Kafka port's: whatever comes to the MQTT port harms nobody but its sender. */
import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import mqtt from 'mqtt'
import { generate, type Packet } from 'mqtt-packet'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { points } from '../../src/base/testing/points.ts'
import { openBroker } from '../../src/broker/testing/peer.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { MqttDoor } from '../../src/mqtt/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { dribble, heapBytes, mostGrowthBytes, mutate, noisy, sendGarbage, write } from './noise.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const frames = points('FUZZ_FRAMES', { few: 10_000, all: 100_000 })

/** A door whose `bugs` are what it and its broker logged as errors. */
async function openVictim(t: TestContext) {
  const { port: brokerPort, bugs, logger } = await openBroker(t, { durability: 'os' })
  const client = new KafkaClient({ brokers: [`127.0.0.1:${brokerPort}`], clientId: 'door' })
  const door = await MqttDoor.open({
    listeners: [{ host: '127.0.0.1', port: 0 }],
    routes: [],
    client,
    logger,
  })
  t.after(async () => {
    await door.close()
    await client.close()
  })
  return { port: door.addresses[0]?.port ?? 0, bugs }
}

/** A client that publishes beside the noise and gets back what it published. */
async function bystander(port: number, t: TestContext) {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5 })
  t.after(() => client.endAsync(true))
  const heard: string[] = []
  client.on('message', (_topic, payload) => void heard.push(String(payload)))
  await client.subscribeAsync('bystander', { qos: 1 })
  let sent = 0
  return {
    async work(): Promise<void> {
      await client.publishAsync('bystander', String(sent), { qos: 1 })
      sent += 1
      await eventually('what was published came back', () => heard.length >= sent)
    },
  }
}

function connectPacket(random: Random, protocolVersion: 4 | 5): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion,
    clean: true,
    clientId: `noise-${between(random, 0, 20)}`,
    keepalive: 60,
  }
}

function validPacket(random: Random): Packet {
  const messageId = between(random, 1, 65535)
  const topic = pick(random, ['noise/a', 'noise/b', 'noise', 'noise/a/b'])
  const subscription = {
    topic: pick(random, ['noise/#', '+/a', 'x']),
    qos: pick(random, [0, 1, 2] as const),
  }
  return pick<Packet>(random, [
    connectPacket(random, 4),
    {
      cmd: 'publish',
      topic,
      payload: random.bytes(between(random, 0, 60)),
      qos: pick(random, [0, 1, 2] as const),
      retain: random.next() < 0.2,
      dup: false,
      messageId,
    },
    { cmd: 'subscribe', messageId, subscriptions: [subscription] },
    { cmd: 'unsubscribe', messageId, unsubscriptions: ['noise/#'] },
    { cmd: 'puback', messageId },
    { cmd: 'pubrec', messageId },
    { cmd: 'pubrel', messageId },
    { cmd: 'pubcomp', messageId },
    { cmd: 'pingreq' },
    { cmd: 'disconnect' },
  ])
}

test(`${frames} mutated packets crash nothing, fill nothing and disturb no neighbour (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const victim = await openVictim(t)
  const neighbour = await bystander(victim.port, t)
  await neighbour.work()
  const before = heapBytes()
  const sockets: (Socket | undefined)[] = Array.from({ length: 40 }, () => undefined)
  const versions = sockets.map(() => 4 as 4 | 5)
  let answered = 0
  for (let done = 0; done < frames; done++) {
    const at = done % sockets.length
    if (sockets[at] === undefined || sockets[at].destroyed || sockets[at].closed) {
      sockets[at] = await noisy(victim.port)
      versions[at] = pick(random, [4, 5])
      await write(
        sockets[at],
        generate(connectPacket(random, versions[at]), { protocolVersion: versions[at] }),
      )
    }
    const socket = sockets[at]
    answered += socket.bytesRead > 0 ? 1 : 0
    const packet = generate(validPacket(random), { protocolVersion: versions[at] as 4 | 5 })
    await write(socket, mutate(packet, random))
    if (done % 1000 === 0) await neighbour.work()
  }
  for (const socket of sockets) socket?.destroy()
  assert.ok(answered > frames / 20, 'hardly a packet got behind a CONNECT')
  await neighbour.work()
  assert.deepEqual(victim.bugs, [])
  assert.ok(heapBytes() - before < mostGrowthBytes, 'the heap has grown')
})

test(`random garbage closes its connection and nothing else (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const victim = await openVictim(t)
  const neighbour = await bystander(victim.port, t)
  await sendGarbage(victim.port, random)
  await neighbour.work()
  assert.deepEqual(victim.bugs, [])
})

test('clients that dribble half a packet hold up nobody', async (t) => {
  const victim = await openVictim(t)
  const neighbour = await bystander(victim.port, t)
  const half = Buffer.from('10ffff7f00044d5154', 'hex')
  await dribble(victim.port, half, () => neighbour.work(), t)
  assert.deepEqual(victim.bugs, [])
})
