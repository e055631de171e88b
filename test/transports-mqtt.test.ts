/** The MQTT transport of Reader and Writer on our door: what each consistency promises, and what it survives. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../src/base/clock.ts'
import { silentLogger } from '../src/base/logger.ts'
import { between, type Random, seededRandom, systemRandom } from '../src/base/random.ts'
import type { Consistency, ServiceParameters } from '../src/client/service/index.ts'
import { mqtt } from '../src/client/transports/mqtt/index.ts'
import type { IncomingMessage, Inlet, Outlet } from '../src/client/transports/transport.ts'
import { MessageDecoder } from '../src/formats/sinetstream/index.ts'
import { openDoor } from '../src/mqtt/testing/doors.ts'
import { eventually } from './helpers/eventually.ts'
import { type Forwarder, forward } from './helpers/forwarder.ts'

interface Given {
  readonly topics?: readonly string[]
  readonly consistency?: Consistency
  readonly clientId?: string
  readonly spec?: Record<string, unknown>
}

const coding = {
  ...({ messageFormat: 3, userDataOnly: false } as const),
  ...{ compression: undefined, encryption: undefined },
}

function parametersOf(port: number, given: Given): ServiceParameters {
  return {
    ...{ service: 'test', type: 'mqtt', brokers: [`127.0.0.1:${port}`], topics: ['hall/1'] },
    ...{ clientId: `test-${systemRandom.next()}`, consistency: 'AT_LEAST_ONCE' },
    ...{ valueType: { name: 'byte_array', args: {} }, coding, tls: undefined },
    receiveTimeoutMs: Number.POSITIVE_INFINITY,
    retry: { attempts: 1, delayMs: 0, mostDelayMs: 0 },
    deadLetters: undefined,
    events: undefined,
    ...given,
    spec: { reconnect_delay: { min_delay: 0.005, max_delay: 0.05 }, ...given.spec },
  }
}

const surroundings = { clock: systemClock, random: systemRandom, logger: silentLogger }

/** Tests close what they opened before the door goes. */
async function place(t: TestContext) {
  const opened: { close(): Promise<void> }[] = []
  t.after(() => Promise.all(opened.map((one) => one.close())))
  const { port } = await openDoor(t)
  const network = await forward(t, () => port)
  return {
    network,
    async inlet(given: Given = {}): Promise<Inlet> {
      const inlet = await mqtt.openInlet(parametersOf(network.port, given), surroundings)
      opened.push(inlet)
      return inlet
    },
    async outlet(given: Given = {}): Promise<Outlet> {
      const outlet = await mqtt.openOutlet(parametersOf(network.port, given), surroundings)
      opened.push(outlet)
      return outlet
    },
  }
}

function publish(outlet: Outlet, value: string, topic = 'hall/1'): Promise<unknown> {
  return outlet.publish({ topic, bytes: Buffer.from(value), timestampUs: 0 })
}

/** Takes messages as a Reader does: claims, has it, is done. */
async function read(inlet: Inlet, into: string[]): Promise<void> {
  for (;;) {
    const message = await inlet.inbox.take()
    if (message === undefined) return
    if (message.claim !== undefined && !(await message.claim())) continue
    into.push(message.bytes.toString())
    message.done?.()
  }
}

/** Breaks all connections now and then, until `work` is through. */
async function underCuts(network: Forwarder, random: Random, work: Promise<unknown>) {
  let isDone = false
  const done = () => {
    isDone = true
  }
  work.then(done, done)
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, between(random, 5, 60)))
    network.cut()
  }
  await work
}

const sessions = {
  MQTTv311: { protocol: 'MQTTv311', clean_session: false },
  MQTTv5: { protocol: 'MQTTv5', clean_start: false, session_expiry_interval: 600 },
}

for (const protocol of ['MQTTv311', 'MQTTv5'] as const) {
  for (const consistency of ['AT_LEAST_ONCE', 'EXACTLY_ONCE'] as const) {
    test(`with ${protocol}, ${consistency} holds for writer and reader over a network that breaks`, async (t) => {
      const seed = Math.floor(systemRandom.next() * 2 ** 32)
      t.diagnostic(`seed ${seed}`)
      const { network, inlet, outlet } = await place(t)
      const spec = sessions[protocol]
      const reader = await inlet({ consistency, spec, clientId: 'reader' })
      const writer = await outlet({ consistency, spec, clientId: 'writer' })
      const heard: string[] = []
      const reading = read(reader, heard)
      const values = Array.from({ length: 2000 }, (_, index) => `${index}`)
      const written = Promise.all(values.map((value) => publish(writer, value)))
      await underCuts(network, seededRandom(seed), written)
      await eventually('all are heard', () => new Set(heard).size === values.length)
      if (consistency === 'EXACTLY_ONCE') assert.deepEqual(heard, values)
      assert.ok(network.connections > 2, 'the network was broken')
      await reader.close()
      await reading
    })
  }
}

for (const protocol of ['MQTTv31', 'MQTTv311', 'MQTTv5'] as const) {
  for (const transport of ['tcp', 'websockets'] as const) {
    test(`with ${protocol} over ${transport}, messages of each consistency arrive in order`, async (t) => {
      const { inlet, outlet } = await place(t)
      for (const consistency of ['AT_MOST_ONCE', 'AT_LEAST_ONCE', 'EXACTLY_ONCE'] as const) {
        const given = { consistency, spec: { protocol, transport }, topics: [consistency] }
        const reader = await inlet(given)
        const heard: string[] = []
        const reading = read(reader, heard)
        const writer = await outlet(given)
        const values = Array.from({ length: 300 }, (_, index) => `${index}`)
        const answers = await Promise.all(
          values.map((value) => publish(writer, value, consistency)),
        )
        await eventually('all are heard', () => heard.length >= values.length)
        assert.deepEqual(heard, values)
        const [answer] = answers as ({ type: string } | undefined)[]
        const types = { AT_MOST_ONCE: undefined, AT_LEAST_ONCE: 'puback', EXACTLY_ONCE: 'pubcomp' }
        assert.equal(answer?.type, types[consistency])
        await reader.close()
        await reading
      }
    })
  }
}

test('a durable reader that is opened again goes on with what was not done', async (t) => {
  const { inlet, outlet } = await place(t)
  for (const consistency of ['AT_LEAST_ONCE', 'EXACTLY_ONCE'] as const) {
    const given = {
      ...{ consistency, spec: sessions.MQTTv311, clientId: consistency, topics: [consistency] },
    }
    const first = await inlet(given)
    const writer = await outlet({ consistency, topics: [consistency] })
    for (const value of ['1', '2', '3']) await publish(writer, value, consistency)
    const message = await first.inbox.take()
    await message?.claim?.()
    message?.done?.()
    await eventually('the others are there', () => first.inbox.size === 2)
    await first.close()
    await publish(writer, '4', consistency)
    const second = await inlet(given)
    const heard: string[] = []
    const reading = read(second, heard)
    await eventually('the others are heard', () => heard.length >= 3)
    assert.deepEqual(heard, ['2', '3', '4'])
    await second.close()
    await reading
  }
})

test('a reader that does not read holds the broker back, and has everything in the end', async (t) => {
  const { inlet, outlet } = await place(t)
  const reader = await inlet({ consistency: 'AT_LEAST_ONCE' })
  const writer = await outlet()
  const bytes = Buffer.alloc(2000)
  const many = Array.from({ length: 5000 }, () =>
    writer.publish({ topic: 'hall/1', bytes, timestampUs: 0 }),
  )
  await Promise.all(many)
  assert.ok(reader.inbox.size < 1500, `${reader.inbox.size} wait for the reader`)
  for (let count = 0; count < many.length; count++) (await reader.inbox.take())?.done?.()
})

test('a reader hears what its wildcards match, with the topic it was published to', async (t) => {
  const { inlet, outlet } = await place(t)
  const reader = await inlet({ topics: ['hall/+/heat', 'yard/#'] })
  const writer = await outlet()
  for (const topic of ['hall/1/heat', 'hall/1/dust', 'yard/a/b']) await publish(writer, 'x', topic)
  const heard = [await reader.inbox.take(), await reader.inbox.take()]
  assert.deepEqual(
    heard.map((message) => message?.topic),
    ['hall/1/heat', 'yard/a/b'],
  )
})

test('a retained message waits for those who come later', async (t) => {
  const { inlet, outlet } = await place(t)
  await publish(await outlet({ spec: { retain: true } }), 'kept')
  const message = await (await inlet()).inbox.take()
  assert.equal(message?.bytes.toString(), 'kept')
  assert.equal((message?.raw as { retain: boolean } | undefined)?.retain, true)
})

test('the will of a writer that is lost is a message that a reader can read', async (t) => {
  const { network, inlet, outlet } = await place(t)
  const will = { topic: 'gone', payload: 'good-bye', consistency: 'AT_LEAST_ONCE' }
  await outlet({ spec: { will } })
  const reader = await inlet({ topics: ['gone'], spec: sessions.MQTTv311, clientId: 'heir' })
  network.cut()
  const message = (await reader.inbox.take()) as IncomingMessage
  const { value, timestampUs } = new MessageDecoder(coding).decode(message.bytes)
  assert.deepEqual([value.toString(), timestampUs], ['good-bye', 0])
})

test('headers are user properties of MQTT 5, and refused where they cannot be', async (t) => {
  const { inlet, outlet } = await place(t)
  const spec = { protocol: 'MQTTv5' }
  const reader = await inlet({ spec })
  const headers = [{ key: 'unit', value: Buffer.from('°C') }]
  const message = { topic: 'hall/1', bytes: Buffer.from('46.7'), timestampUs: 0 }
  const writer = await outlet({ spec })
  await writer.publish({ ...message, headers })
  assert.deepEqual((await reader.inbox.take())?.headers, headers)
  const notText = [{ key: 'unit', value: Buffer.from([0xff]) }]
  const refused = { name: 'InvalidArgumentError' }
  await assert.rejects(writer.publish({ ...message, headers: notText }), refused)
  await assert.rejects((await outlet()).publish({ ...message, headers }), refused)
})

test('what cannot be published to or read is refused before a connection is made', async () => {
  const refused = { name: 'InvalidArgumentError' }
  const writing = parametersOf(1, { topics: ['a/+'] })
  await assert.rejects(mqtt.openOutlet(writing, surroundings), refused)
  const reading = parametersOf(1, { topics: ['a/#/b'] })
  await assert.rejects(mqtt.openInlet(reading, surroundings), refused)
})

test('a broker that is not there is a ConnectionError', async () => {
  const lost = { name: 'ConnectionError' }
  await assert.rejects(mqtt.openOutlet(parametersOf(1, {}), surroundings), lost)
  await assert.rejects(mqtt.openInlet(parametersOf(1, {}), surroundings), lost)
})
