/** mqtt.js: 5 over TCP and WebSocket, and 4.3.7, which dashboards of 2020 still have, over WebSocket. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import mqtt from 'mqtt'
import mqtt4 from 'mqtt4'
import { eventually } from '../helpers/eventually.ts'
import { shared, startMqtt } from '../helpers/subject.ts'

const broker = shared((owner) => startMqtt(owner))

async function addresses(): Promise<{ tcp: string; ws: string }> {
  const { port, webSocketPort } = await broker()
  return { tcp: `mqtt://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${webSocketPort}` }
}

/** mqtt.js does not keep to a broker's Receive Maximum, so the test does. */
function windowsOf(messages: string[]): string[][] {
  const windows: string[][] = []
  for (let at = 0; at < messages.length; at += 10) windows.push(messages.slice(at, at + 10))
  return windows
}

for (const transport of ['tcp', 'ws'] as const) {
  for (const protocolVersion of [4, 5] as const) {
    for (const qos of [0, 1, 2] as const) {
      test(`mqtt.js 5 over ${transport}, protocol ${protocolVersion}: 100 messages of QoS ${qos} arrive in order`, async () => {
        const url = (await addresses())[transport]
        const topic = `mqtt-js/${transport}/${protocolVersion}/${qos}`
        const client = await mqtt.connectAsync(url, { protocolVersion })
        const heard: string[] = []
        client.on('message', (_, payload) => heard.push(String(payload)))
        await client.subscribeAsync(topic, { qos })
        const messages = Array.from({ length: 100 }, (_, index) => `reading ${index}`)
        for (const window of windowsOf(messages)) {
          await Promise.all(window.map((message) => client.publishAsync(topic, message, { qos })))
        }
        await eventually('all messages arrived', () => heard.length >= messages.length)
        assert.deepEqual(heard, messages)
        await client.endAsync()
      })
    }
  }
}

test('mqtt.js 4.3.7 over WebSocket at any path hears what TCP clients publish', async () => {
  const { tcp, ws } = await addresses()
  const dashboard = mqtt4.connect(`${ws}/any/path`)
  await new Promise<void>((resolve) => dashboard.once('connect', () => resolve()))
  const heard: string[] = []
  dashboard.on('message', (topic: string, payload: Buffer) => heard.push(`${topic} ${payload}`))
  await new Promise<void>((resolve, reject) => {
    dashboard.subscribe('dashboard/#', { qos: 1 }, (error) => (error ? reject(error) : resolve()))
  })
  const sensor = await mqtt.connectAsync(tcp)
  await sensor.publishAsync('dashboard/temperature', '46.7', { qos: 1 })
  await eventually('the dashboard heard it', () => heard.length > 0)
  assert.deepEqual(heard, ['dashboard/temperature 46.7'])
  await sensor.endAsync()
  await new Promise<void>((resolve) => dashboard.end(false, {}, () => resolve()))
})

test('mqtt.js 5: a session taken over by the same client id ends the first connection', async () => {
  const { tcp } = await addresses()
  const options = { clientId: 'the-same', reconnectPeriod: 0, protocolVersion: 5 } as const
  const first = await mqtt.connectAsync(tcp, options)
  let ended = false
  first.on('close', () => {
    ended = true
  })
  const second = await mqtt.connectAsync(tcp, options)
  await eventually('the first connection ended', () => ended)
  assert.equal(second.connected, true)
  await second.endAsync()
  await first.endAsync(true)
})

test('mqtt.js 5: a large message of binary bytes arrives whole', async () => {
  const { tcp } = await addresses()
  const client = await mqtt.connectAsync(tcp, { protocolVersion: 5 })
  const image = Buffer.alloc(900_000)
  image.forEach((_, index) => {
    image[index] = index % 256
  })
  const arrived: Buffer[] = []
  client.on('message', (_, payload) => arrived.push(payload))
  await client.subscribeAsync('image', { qos: 1 })
  await client.publishAsync('image', image, { qos: 1 })
  await eventually('the image arrived', () => arrived.length > 0)
  assert.ok(arrived[0]?.equals(image))
  await client.endAsync()
})
