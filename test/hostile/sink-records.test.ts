/** What lies in a topic may be anything. A sink gets what is right, and everything else is accounted for. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { points } from '../../src/base/testing/points.ts'
import { RegistryClient } from '../../src/client/registry/index.ts'
import { type Plugin, sink } from '../../src/connect/kit/index.ts'
import { avroFormat } from '../../src/formats/avro/index.ts'
import { frame } from '../../src/formats/confluent-frame.ts'
import { RegistryDoor } from '../../src/registry/index.ts'
import { connectPlace } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { freePorts } from '../helpers/ports.ts'
import { heapBytes, mostGrowthBytes } from './noise.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const records = points('FUZZ_RECORDS', { few: 2000, all: 20_000 })

const avro = {
  type: 'AVRO',
  text: JSON.stringify({
    type: 'record',
    name: 'Reading',
    fields: [
      { name: 'number', type: 'int' },
      { name: 'text', type: 'string' },
    ],
  }),
} as const
const format = avroFormat.parse(avro.text)

/** A sink that keeps the numbers of what it gets. */
function keeper(): { plugin: Plugin; numbers: number[] } {
  const numbers: number[] = []
  const plugin = sink({
    kind: 'sink',
    names: ['Keeper'],
    version: '1',
    about: 'Keeps numbers.',
    options: {},
    open: async () => ({
      async put(batch) {
        for (const { value } of batch) numbers.push(Object(value).number)
      },
      async [Symbol.asyncDispose]() {},
    }),
  })
  return { plugin, numbers }
}

async function open(t: TestContext) {
  const place = await connectPlace(t)
  const listeners = [{ host: '127.0.0.1', port: (await freePorts(1))[0] ?? 0 }]
  const openRegistry = () => RegistryDoor.open({ listeners, client: place.client })
  let door = await openRegistry()
  t.after(() => door.close())
  const url = `http://127.0.0.1:${door.addresses[0]?.port}`
  const id = await new RegistryClient({ urls: [url] }).register('in-value', avro)
  await place.client.createTopics([{ name: 'in' }, { name: 'dead' }])
  const { plugin, numbers } = keeper()
  const worker = await place.worker({ plugins: [plugin] })
  const config = {
    'connector.class': 'Keeper',
    topics: 'in',
    'value.converter': 'AvroConverter',
    'value.converter.schema.registry.url': url,
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'dead',
    'errors.deadletterqueue.topic.replication.factor': '1',
  }
  const registry = {
    stop: () => door.close(),
    start: async () => {
      door = await openRegistry()
    },
  }
  const send = async (values: readonly Buffer[]) => {
    const producer = place.client.producer()
    await Promise.all(values.map((value) => producer.send({ topic: 'in', partition: 0, value })))
    await producer.close()
  }
  const dead = await readAll(place.client)
  t.after(() => dead.close())
  return { worker, registry, config, id, numbers, send, dead }
}

async function readAll(client: Awaited<ReturnType<typeof connectPlace>>['client']) {
  const values: string[] = []
  const fetcher = client.fetcher({
    onRecords: (_topic, _partition, found) => {
      for (const { value } of found) values.push(value?.toString('hex') ?? 'null')
    },
    onError: (error) => assert.fail(String(error)),
  })
  fetcher.assign('dead', 0, 'earliest')
  return { values, close: () => fetcher.close() }
}

const good = (id: number, number: number) =>
  frame(id, format.encode({ number, text: `reading ${number}` }))

/** An unknown id, another magic, a cut, garbage, or nothing at all. */
function bad(id: number, number: number, random: Random): Buffer {
  const whole = good(id, number)
  const payload = whole.subarray(5)
  return pick(random, [
    () => frame(pick(random, [0, 999, 2 ** 31 - 1, 2 ** 32 - 1]), payload),
    () => Buffer.concat([Buffer.from([between(random, 1, 255)]), whole.subarray(1)]),
    () => whole.subarray(0, between(random, 0, whole.length - 1)),
    () => Buffer.concat([whole, random.bytes(between(random, 1, 9))]),
    () => frame(id, Buffer.from('ffffffffffffffffffff01', 'hex')),
    () => Buffer.from(`{"number":${number}}`),
  ])()
}

test(`of ${records} records, right and wrong ones mixed, a sink gets the right ones and the dead letters the others (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const { worker, config, id, numbers, send, dead } = await open(t)
  await worker.ask('PUT', '/connectors/s/config', config)
  await worker.becomes('s', 'RUNNING')
  const before = heapBytes()
  const right: number[] = []
  const wrong: string[] = []
  for (let from = 0; from < records; from += 500) {
    const values = Array.from({ length: 500 }, (_, index) => {
      const number = from + index
      if (random.next() < 0.8) {
        right.push(number)
        return good(id, number)
      }
      const value = bad(id, number, random)
      wrong.push(value.toString('hex'))
      return value
    })
    await send(values)
  }
  await eventually(
    'all are accounted for',
    () => numbers.length + dead.values.length >= records,
    60_000,
  )
  assert.deepEqual(numbers, right)
  assert.deepEqual(dead.values, wrong)
  await worker.becomes('s', 'RUNNING')
  await eventually('all are committed', async () => {
    const { body } = await worker.ask('GET', '/connectors/s/offsets')
    return body.offsets[0]?.offset.kafka_offset === records
  })
  assert.ok(heapBytes() - before < mostGrowthBytes)
})

test('where nothing is tolerated, a wrong record stops its task with the reason, and none is passed over', async (t) => {
  const { worker, config, id, numbers, send } = await open(t)
  await worker.ask('PUT', '/connectors/s/config', { ...config, 'errors.tolerance': 'none' })
  await worker.becomes('s', 'RUNNING')
  await send([good(id, 0), good(id, 1), frame(999, Buffer.alloc(3)), good(id, 2)])
  await eventually('it failed', async () => {
    const { body } = await worker.ask('GET', '/connectors/s/status')
    return body.tasks[0]?.state === 'FAILED' && /999/.test(body.tasks[0].trace)
  })
  assert.ok(!numbers.includes(2))
  const { body } = await worker.ask('GET', '/connectors/s/offsets')
  assert.ok((body.offsets[0]?.offset.kafka_offset ?? 0) <= 2)
})

test('while the registry is away a sink waits, and no record becomes a dead letter for it', async (t) => {
  const { worker, config, registry, id, numbers, send, dead } = await open(t)
  await registry.stop()
  await worker.ask('PUT', '/connectors/s/config', config)
  await send([good(id, 0), Buffer.from('wrong'), good(id, 1)])
  await eventually('it was in vain', async () => {
    const { body } = await worker.ask('GET', '/connectors/s/status')
    const [task] = body.tasks ?? []
    return task?.state === 'FAILED' && /No schema registry answers/.test(task.trace)
  })
  assert.deepEqual([numbers, dead.values], [[], []])
  await registry.start()
  await eventually('both came', () => numbers.length === 2)
  assert.deepEqual(numbers, [0, 1])
  await eventually('and the wrong one', () => dead.values.length === 1)
  assert.deepEqual(dead.values, [Buffer.from('wrong').toString('hex')])
})
