/** Two MQTT doors before one Apache Kafka: a client is served at either, also when one of them is killed. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { connectAsync } from 'mqtt'
import { apacheKafkaPeers, newApacheKafka } from '../helpers/clusters.ts'
import { eventually } from '../helpers/eventually.ts'
import { type LeatProcess, startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'

const messages = 300

test('a session goes on at the other door when its own is killed, and every message comes', {
  skip: withoutPeer(...apacheKafkaPeers),
}, async (t) => {
  const kafka = await newApacheKafka(t)
  const [dies, stays] = [await startLeat(t, { kafka }), await startLeat(t, { kafka })]
  const heard = new Set<string>()
  const listen = async (leat: LeatProcess) => {
    const client = await connected(t, leat, { clientId: 'display', clean: false })
    client.on('message', (_topic, payload) => heard.add(`${payload}`))
    return client
  }
  const display = await listen(dies)
  await display.subscribeAsync('plant/#', { qos: 1 })
  const pump = await connected(t, stays, { clientId: 'pump', clean: true })
  await pump.publishAsync('plant/state', 'running', { qos: 1, retain: true })
  for (let number = 0; number < messages; number++) {
    await pump.publishAsync('plant/pump', `${number}`, { qos: 1 })
    if (number !== messages / 2) continue
    await eventually('some are heard', () => heard.size > 10)
    await dies.kill()
  }
  await listen(stays)
  await eventually('all are heard', () => heard.size === messages + 1)

  // The door that was killed comes back, and the client to it.
  await dies.start()
  await pump.publishAsync('plant/pump', 'last', { qos: 1 })
  await listen(dies)
  await eventually('the last is heard', () => heard.has('last'))
  const visitor = await connected(t, dies, { clientId: 'visitor', clean: true })
  const retained: string[] = []
  visitor.on('message', (_topic, payload, { retain }) => retain && retained.push(`${payload}`))
  await visitor.subscribeAsync('plant/state', { qos: 1 })
  await eventually('the state is told', () => retained.length > 0)
  assert.deepEqual(retained, ['running'])
})

async function connected(
  t: TestContext,
  leat: LeatProcess,
  options: { clientId: string; clean: boolean },
) {
  const client = await connectAsync(`mqtt://127.0.0.1:${leat.mqttPort}`, {
    ...{ reconnectPeriod: 0, protocolVersion: 4, connectTimeout: 30_000 },
    ...options,
  })
  client.on('error', () => {})
  t.after(() => client.endAsync(true))
  return client
}
