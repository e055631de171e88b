/** Our own MQTT client, as Reader and Writer use it, with mosquitto: it must not lean on what only leat does. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { seededRandom, systemRandom } from '../../src/base/random.ts'
import { type Delivery, MqttClient, type MqttClientOptions } from '../../src/client/mqtt/index.ts'
import { eventually } from '../helpers/eventually.ts'
import { forward } from '../helpers/forwarder.ts'
import { startMosquitto } from '../helpers/mosquitto.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { shared } from '../helpers/subject.ts'

const skip = withoutPeer('mosquitto')
const broker = shared((owner) => startMosquitto(owner))
const versions = { 3: 'MQTT 3.1', 4: 'MQTT 3.1.1', 5: 'MQTT 5' } as const

interface Listener {
  readonly client: MqttClient
  readonly heard: string[]
}

async function open(t: TestContext, options: MqttClientOptions): Promise<MqttClient> {
  const client = await MqttClient.open({ reconnectDelayMs: { min: 5, max: 50 }, ...options })
  t.after(() => client.close())
  return client
}

/** Takes messages one after the other: claims, has it, is done. */
async function listen(
  t: TestContext,
  options: MqttClientOptions & { filter: string; qos: 0 | 1 | 2 },
): Promise<Listener> {
  const heard: string[] = []
  let last: Promise<void> = Promise.resolve()
  const take = async ({ packet, claim, done }: Delivery) => {
    if (claim !== undefined && !(await claim())) return
    heard.push(packet.payload.toString())
    done?.()
  }
  const { filter, qos } = options
  const client = await open(t, {
    ...options,
    subscriptions: [{ filter, qos }],
    onDeliveries(deliveries) {
      for (const delivery of deliveries) last = last.then(() => take(delivery))
    },
  })
  return { client, heard }
}

/** Where a connection takes longer than a network holds, nothing would ever come through. */
const mostCuts = 200

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `${index}`)

for (const version of [3, 4, 5] as const) {
  for (const transport of ['tcp', 'ws'] as const) {
    test(`with ${versions[version]} over ${transport}, messages of QoS 0, 1 and 2 arrive in order`, {
      skip,
    }, async (t) => {
      const { port, webSocketPort } = await broker()
      const url = `${transport}://127.0.0.1:${transport === 'tcp' ? port : webSocketPort}`
      const common = { url, version, mostInFlight: 20 }
      for (const qos of [0, 1, 2] as const) {
        const filter = `order/${version}/${transport}/${qos}`
        const clientId = filter.replaceAll('/', '')
        const listener = await listen(t, { ...common, clientId: `l${clientId}`, filter, qos })
        const client = await open(t, { ...common, clientId: `w${clientId}` })
        // Over WebSocket mosquitto sends some forty packets a second.
        const values = numbers(transport === 'tcp' ? 200 : 20)
        await Promise.all(
          values.map((value) =>
            client.publish({ topic: filter, payload: Buffer.from(value), qos }),
          ),
        )
        await eventually('all are heard', () => listener.heard.length >= values.length)
        assert.deepEqual(listener.heard, values)
      }
    })
  }

  for (const qos of [1, 2] as const) {
    test(`with ${versions[version]}, QoS ${qos} holds over a network that breaks`, {
      skip,
    }, async (t) => {
      const seed = Math.floor(systemRandom.next() * 2 ** 32)
      t.diagnostic(`seed ${seed}`)
      const random = seededRandom(seed)
      const { port } = await broker()
      const network = await forward(t, () => port)
      const filter = `breaks/${version}/${qos}`
      const common = {
        ...{ url: `tcp://127.0.0.1:${network.port}`, version, cleanStart: false, mostInFlight: 20 },
        properties: version === 5 ? { sessionExpiryInterval: 600 } : {},
      }
      const names = [`l${version}${qos}`, `w${version}${qos}`] as const
      const listener = await listen(t, { ...common, clientId: names[0], filter, qos })
      const client = await open(t, { ...common, clientId: names[1] })
      const direct = { url: `tcp://127.0.0.1:${port}`, clientId: `d${version}${qos}` }
      const witness = await listen(t, { ...direct, filter, qos: 0 })
      const values = numbers(1000)
      let isWritten = false
      const written = Promise.all(
        values.map((value) => client.publish({ topic: filter, payload: Buffer.from(value), qos })),
      ).finally(() => {
        isWritten = true
      })
      for (let cuts = 0; cuts < mostCuts && !isWritten; cuts += 1) {
        await new Promise((resolve) => setTimeout(resolve, 5 + random.next() * 50))
        network.cut()
      }
      await written
      await eventually('all are heard', () => new Set(listener.heard).size === values.length)
      await eventually('so are they without breaks', () => witness.heard.length >= values.length)
      // Mosquitto 2.0.11 was seen to send a message again after its PUBREL when connections are cut
      // again and again, so of QoS 2 the writer's side is asserted; with leat's door both sides are.
      if (qos === 2) assert.deepEqual(witness.heard, values)
      assert.ok(network.connections > 2, 'the network was broken')
    })
  }
}

test('the will of a client that is lost is published, and a retained message waits', {
  skip,
}, async (t) => {
  const { port } = await broker()
  const network = await forward(t, () => port)
  const will = {
    ...{ topic: 'will', payload: Buffer.from('gone'), qos: 1 as const, retain: true },
    properties: {},
  }
  await open(t, { url: `tcp://127.0.0.1:${network.port}`, clientId: 'lost', will })
  network.cut()
  const url = `tcp://127.0.0.1:${port}`
  const { heard } = await listen(t, { url, clientId: 'heir', filter: 'will', qos: 1 })
  await eventually('it is heard', () => heard.includes('gone'))
})

test('a large message arrives whole', { skip }, async (t) => {
  const { port } = await broker()
  const url = `tcp://127.0.0.1:${port}`
  const payload = 'a'.repeat(3_000_000)
  const { heard } = await listen(t, { url, clientId: 'large-in', filter: 'large', qos: 2 })
  const client = await open(t, { url, clientId: 'large-out' })
  await client.publish({ topic: 'large', payload: Buffer.from(payload), qos: 2 })
  await eventually('it is heard', () => heard.length > 0)
  assert.ok(heard[0] === payload)
})
