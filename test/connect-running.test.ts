/** What a task sees, whatever happens around it: fake connectors on a real broker. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Broker } from '../src/broker/index.ts'
import type { KafkaClient } from '../src/client/index.ts'
import { FakeRegistry } from '../src/client/registry/testing/fake-registry.ts'
import { passwordLogin } from '../src/client/security/index.ts'
import {
  BadRecordError,
  type Plugin,
  RetriableError,
  type SinkRecord,
  type SinkTask,
  type SourceTask,
  sink,
  source,
} from '../src/connect/kit/index.ts'
import { connectPlace, type Place, type Worker } from './helpers/connect.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'

const stringSchema = { type: 'string', optional: true } as const

interface FakeSink {
  /** What was put and not refused, in order. */
  readonly values: string[]
  readonly puts: number[]
  readonly events: string[]
  /** Throws what a put is to throw, or waits. */
  onPut?: (records: readonly SinkRecord[]) => unknown
}

function fakeSink(extra: Partial<SinkTask> = {}): { plugin: Plugin; fake: FakeSink } {
  const fake: FakeSink = { values: [], puts: [], events: [] }
  const plugin = sink({
    kind: 'sink',
    names: ['FakeSink'],
    version: '1',
    about: 'Keeps what it gets.',
    options: {},
    open: async ({ task }) => {
      fake.events.push(`open ${task}`)
      return {
        async put(records) {
          await fake.onPut?.(records)
          fake.puts.push(records.length)
          for (const { value } of records) fake.values.push(String(value))
        },
        async assigned(partitions) {
          fake.events.push(`assigned ${partitions.map(({ partition }) => partition).sort()}`)
          return []
        },
        async revoked(partitions) {
          fake.events.push(`revoked ${partitions.map(({ partition }) => partition).sort()}`)
        },
        async [Symbol.asyncDispose]() {
          fake.events.push(`close ${task}`)
        },
        ...extra,
      }
    },
  })
  return { plugin, fake }
}

async function send(client: KafkaClient, topic: string, values: readonly string[], partition = 0) {
  const producer = client.producer()
  await Promise.all(
    values.map((value) => producer.send({ topic, partition, value: Buffer.from(value) })),
  )
  await producer.close()
}

async function readAll(client: KafkaClient, topic: string) {
  const found: { value: string; headers: Record<string, string> }[] = []
  const fetcher = client.fetcher({
    onRecords: (_topic, _partition, records) => {
      for (const { value, headers } of records) {
        const texts = headers.map((one) => [one.key, String(one.value)])
        found.push({ value: String(value), headers: Object.fromEntries(texts) })
      }
    },
    onError: () => {},
  })
  const [info] = await client.topics([topic])
  for (const { partition } of info?.partitions ?? []) fetcher.assign(topic, partition, 'earliest')
  return { found, close: () => fetcher.close() }
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index))

async function committedOf({ ask }: { ask: Worker['ask'] }, name: string): Promise<number> {
  const { body } = await ask('GET', `/connectors/${name}/offsets`)
  const entries = body.offsets as { offset: { kafka_offset: number } }[]
  return entries.reduce((sum, { offset }) => sum + offset.kafka_offset, 0)
}

async function placeWith(t: TestContext, partitions: number): Promise<Place> {
  const place = await connectPlace(t)
  await place.client.createTopics([{ name: 'in', partitions }])
  return place
}

const config = { 'connector.class': 'FakeSink', topics: 'in' }

test('records that wait are put in batches and committed only after they were put', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  const gate = Promise.withResolvers<void>()
  fake.onPut = () => gate.promise
  const worker = await place.worker({ plugins: [plugin] })
  const bound = { ask: worker.ask.bind(worker) }
  await worker.ask('PUT', '/connectors/s/config', config)
  await worker.becomes('s', 'RUNNING')
  await send(place.client, 'in', numbers(0, 1))
  await eventually('the first put waits', async () => {
    const { body } = await worker.ask('GET', '/connectors/s/status')
    return body.tasks[0].figures.lag === 1
  })
  await send(place.client, 'in', numbers(1, 1000))
  assert.equal(await committedOf(bound, 's'), 0)
  gate.resolve()
  await eventually('all are put', () => fake.values.length === 1000)
  assert.deepEqual(fake.values, numbers(0, 1000))
  assert.ok(fake.puts.length < 20, `${fake.puts.length} puts`)
  await eventually('all are committed', async () => (await committedOf(bound, 's')) === 1000)
})

test('a bad record goes to the dead letters with its context, and the others are put', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  fake.onPut = (records) => {
    if (records.some(({ value }) => value === '13')) throw new BadRecordError('unlucky')
  }
  const worker = await place.worker({ plugins: [plugin] })
  await send(place.client, 'in', numbers(0, 100))
  await worker.ask('PUT', '/connectors/s/config', {
    ...config,
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'dead',
    'errors.deadletterqueue.context.headers.enable': 'true',
  })
  await eventually('the others are put', () => fake.values.length === 99)
  assert.deepEqual(
    fake.values,
    numbers(0, 100).filter((value) => value !== '13'),
  )
  const bound = { ask: worker.ask.bind(worker) }
  await eventually('all are committed', async () => (await committedOf(bound, 's')) === 100)
  const { found, close } = await readAll(place.client, 'dead')
  await eventually('the dead letter', () => found.length === 1)
  await close()
  assert.equal(found[0]?.value, '13')
  const { '__connect.errors.exception.stacktrace': trace, ...headers } = found[0]?.headers ?? {}
  assert.match(trace ?? '', /unlucky/)
  assert.deepEqual(headers, {
    '__connect.errors.topic': 'in',
    '__connect.errors.partition': '0',
    '__connect.errors.offset': '13',
    '__connect.errors.connector.name': 's',
    '__connect.errors.task.id': '0',
    '__connect.errors.stage': 'TASK_PUT',
    '__connect.errors.class.name': 'FakeSink',
    '__connect.errors.exception.class.name': 'BadRecordError',
    '__connect.errors.exception.message': 'unlucky',
  })
})

test('what cannot be converted goes to the dead letters, too', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  const worker = await place.worker({ plugins: [plugin] })
  await send(place.client, 'in', ['1', '{ no json', '3'])
  await worker.ask('PUT', '/connectors/s/config', {
    ...config,
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': 'false',
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'dead',
  })
  await eventually('the others are put', () => fake.values.length === 2)
  const { found, close } = await readAll(place.client, 'dead')
  await eventually('the dead letter', () => found.length === 1)
  await close()
  assert.deepEqual(found, [{ value: '{ no json', headers: {} }])
})

test('a registry that is away is no fault of the records: they wait, and none is passed over', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  await using registry = await FakeRegistry.open()
  const path = 'GET /schemas/ids/7?subject=in-value&fetchMaxId=false'
  registry.answers.set(path, { status: 503, body: '' })
  const worker = await place.worker({ plugins: [plugin] })
  await send(place.client, 'in', ['\0\0\0\0\x07\x02a', 'no schema id'])
  await worker.ask('PUT', '/connectors/s/config', {
    ...config,
    'value.converter': 'AvroConverter',
    'value.converter.schema.registry.url': registry.url,
    'errors.tolerance': 'all',
    'errors.deadletterqueue.topic.name': 'dead',
  })
  await eventually('the task says what is away', async () => {
    const { body } = await worker.ask('GET', '/connectors/s/status')
    return body.tasks?.[0]?.trace?.includes(registry.url)
  })
  registry.answers.set(path, { body: { schema: '"string"' } })
  await eventually('the good one is put', () => fake.values.length === 1)
  assert.deepEqual(fake.values, ['a'])
  const { found, close } = await readAll(place.client, 'dead')
  await eventually('the dead letter', () => found.length > 0)
  await close()
  assert.deepEqual(found, [{ value: 'no schema id', headers: {} }])
})

test('a task that fails says why, begins again by itself, and puts again what was not committed', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  let isBroken = true
  fake.onPut = () => {
    if (isBroken) throw new Error('the table is gone')
  }
  const worker = await place.worker({ plugins: [plugin] })
  await send(place.client, 'in', numbers(0, 10))
  await worker.ask('PUT', '/connectors/s/config', config)
  const failed = await eventually('it fails', async () => {
    const { body } = await worker.ask('GET', '/connectors/s/status')
    return body.tasks?.[0]?.state === 'FAILED' && body.tasks[0]
  })
  assert.match(failed.trace, /the table is gone/)
  assert.match(failed.trace, /begun again at 20/)
  isBroken = false
  await eventually('all are put', () => fake.values.length === 10)
  await worker.becomes('s', 'RUNNING')
})

test('a system that is away is waited for, while the group goes on', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  let refusals = 5
  fake.onPut = () => {
    if (refusals-- > 0) throw new RetriableError('not just now', { afterMs: 20 })
  }
  const worker = await place.worker({ plugins: [plugin] })
  await send(place.client, 'in', numbers(0, 10))
  await worker.ask('PUT', '/connectors/s/config', config)
  await eventually('all are put', () => fake.values.length === 10)
  assert.deepEqual(
    fake.events.filter((event) => event.startsWith('open')),
    ['open 0'],
  )
})

test('nothing is put after partitions are revoked, and what was put is committed by then', async (t) => {
  const place = await placeWith(t, 2)
  const { plugin, fake } = fakeSink()
  const worker = await place.worker({ plugins: [plugin] })
  await send(place.client, 'in', numbers(0, 50), 0)
  await send(place.client, 'in', numbers(50, 100), 1)
  await worker.ask('PUT', '/connectors/s/config', config)
  await eventually('all are put', () => fake.values.length === 100)
  assert.equal((await worker.ask('PUT', '/connectors/s/stop')).status, 204)
  await worker.becomes('s', 'STOPPED', 0)
  await send(place.client, 'in', ['late'])
  assert.equal(await committedOf({ ask: worker.ask.bind(worker) }, 's'), 100)
  assert.deepEqual(fake.events, ['open 0', 'assigned 0,1', 'revoked 0,1', 'close 0'])
  assert.equal(fake.values.length, 100)
  await worker.ask('PUT', '/connectors/s/resume')
  await eventually('it goes on', () => fake.values.length === 101)
})

test('a sink that gathers commits only what it has settled, and reads the rest again', async (t) => {
  const place = await placeWith(t, 1)
  const settled = { topic: 'in', partition: 0, next: 4n }
  const { plugin, fake } = fakeSink({
    // Who was sure of records before they came would have the group begin behind them.
    settled: async () => (fake.values.length >= 10 ? [settled] : []),
  })
  const worker = await place.worker({ plugins: [plugin] })
  await send(place.client, 'in', numbers(0, 10))
  await worker.ask('PUT', '/connectors/s/config', config)
  await eventually('all are put', () => fake.values.length === 10)
  await worker.ask('PUT', '/connectors/s/pause')
  await worker.becomes('s', 'PAUSED')
  assert.equal(await committedOf({ ask: worker.ask.bind(worker) }, 's'), 4)
  await worker.ask('PUT', '/connectors/s/resume')
  await eventually('the rest comes again', () => fake.values.length === 16)
  assert.deepEqual(fake.values.slice(10), numbers(4, 10))
})

test('a cluster that a connector names itself is not told how the worker gets into its own', async (t) => {
  const elsewhere = await placeWith(t, 1)
  let own: Broker | undefined
  t.after(() => own?.close())
  own = await Broker.open({
    ...{ directory: temporaryFolder(t), durability: 'os', logins: { users: { worker: 'secret' } } },
    listeners: [{ host: '127.0.0.1', port: 0, auth: ['PLAIN'] }],
  })
  const { plugin, fake } = fakeSink()
  const connect = await elsewhere.worker({
    brokers: [`127.0.0.1:${own.addresses[0]?.port}`],
    security: { sasl: passwordLogin('PLAIN', 'worker', 'secret') },
    plugins: [plugin],
  })
  await send(elsewhere.client, 'in', ['from elsewhere'])
  await connect.ask('PUT', '/connectors/s/config', {
    ...config,
    'consumer.override.bootstrap.servers': elsewhere.brokers.join(),
  })
  // Its listener knows no logins: it would end the connection of who tries one.
  await eventually('it is read', () => fake.values.includes('from elsewhere'))
})

test('a sink that keeps positions itself is read from there', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink({
    assigned: async () => [{ topic: 'in', partition: 0, next: 7n }],
  })
  await send(place.client, 'in', numbers(0, 10))
  const worker = await place.worker({ plugins: [plugin] })
  await worker.ask('PUT', '/connectors/s/config', config)
  await eventually('it begins there', () => fake.values.length === 3)
  assert.deepEqual(fake.values, ['7', '8', '9'])
})

test('topics that fit a pattern are read, also those that come later', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  await send(place.client, 'in', ['first'])
  const worker = await place.worker({ plugins: [plugin] })
  await worker.ask('PUT', '/connectors/s/config', {
    ...{ 'connector.class': 'FakeSink', 'topics.regex': 'in.*' },
  })
  await eventually('the first topic', () => fake.values.length === 1)
  await place.client.createTopics([{ name: 'in-later', partitions: 1 }])
  await send(place.client, 'in-later', ['second'])
  await eventually('the second topic', () => fake.values.includes('second'))
})

/** Counts to `last`, and goes on where its offset says. */
function countingSource(last: number): Plugin {
  return source({
    kind: 'source',
    names: ['Counting'],
    version: '1',
    about: 'Counts.',
    options: {},
    plan: async () => [{}],
    open: async ({ offsets, signal }): Promise<SourceTask> => {
      const [stored] = await offsets([{ counter: 'one' }])
      let next = Number(stored?.next ?? 0)
      return {
        async poll() {
          if (next >= last) {
            await new Promise((resolve) => {
              signal.addEventListener('abort', resolve)
              setTimeout(resolve, 20)
            })
            return []
          }
          return Array.from({ length: Math.min(10, last - next) }, () => {
            next += 1
            return {
              ...{ topic: 'counted', partition: undefined, headers: [], timestamp: undefined },
              ...{ key: null, keySchema: null, value: String(next - 1) },
              valueSchema: stringSchema,
              sourcePartition: { counter: 'one' },
              sourceOffset: { next },
            }
          })
        },
        async [Symbol.asyncDispose]() {},
      }
    },
  })
}

test('what a source tells of its progress is stored behind its records, and without any', async (t) => {
  const place = await connectPlace(t)
  const partition = { counter: 'one' }
  const told: string[] = []
  const plugin = source({
    ...{ kind: 'source', names: ['Moving'], version: '1', about: 'Moves.', options: {} },
    plan: async () => [{}],
    open: async (): Promise<SourceTask> => {
      let polls = 0
      const record = {
        ...{ topic: 'moved', partition: undefined, headers: [], timestamp: undefined },
        ...{ key: null, keySchema: null, value: 'one', valueSchema: stringSchema },
        ...{ sourcePartition: partition, sourceOffset: { next: 1 } },
      }
      return {
        async poll() {
          polls += 1
          if (polls > 2) await new Promise((resolve) => setTimeout(resolve, 20))
          return polls === 1 ? [record] : []
        },
        progress: () =>
          polls <= 2 ? [{ sourcePartition: partition, sourceOffset: { next: polls * 10 } }] : [],
        committed: async () => {
          told.push(`committed ${polls}`)
        },
        async [Symbol.asyncDispose]() {},
      }
    },
  })
  const worker = await place.worker({ plugins: [plugin] })
  await worker.ask('PUT', '/connectors/c/config', { 'connector.class': 'Moving' })
  await eventually('the last progress is stored', async () => {
    const { body } = await worker.ask('GET', '/connectors/c/offsets')
    return body.offsets[0]?.offset.next === 20
  })
  const { found, close } = await readAll(place.client, 'moved')
  await eventually('its record is there', () => found.length === 1)
  await close()
  assert.deepEqual(told, ['committed 1', 'committed 2'])
})

test('a source goes on behind its last stored offset, on whichever worker', async (t) => {
  const place = await connectPlace(t)
  const first = await place.worker({ plugins: [countingSource(95)] })
  await first.ask('PUT', '/connectors/c/config', { 'connector.class': 'Counting' })
  const stored = async (worker: Worker, count: number) =>
    eventually(`${count} is stored`, async () => {
      const { body } = await worker.ask('GET', '/connectors/c/offsets')
      return body.offsets[0]?.offset.next === count
    })
  await stored(first, 95)
  const { found, close } = await readAll(place.client, 'counted')
  await eventually('95 records', () => found.length === 95)
  await first.worker.close()
  const second = await place.worker({ plugins: [countingSource(150)] })
  await stored(second, 150)
  await eventually('150 records', () => found.length === 150)
  await close()
  assert.deepEqual(
    found.map(({ value }) => value),
    numbers(0, 150),
  )
})

test('topics of a source are made as topic.creation.* says', async (t) => {
  const place = await connectPlace(t)
  const worker = await place.worker({ plugins: [countingSource(5)] })
  await worker.ask('PUT', '/connectors/c/config', {
    'connector.class': 'Counting',
    'topic.creation.default.partitions': '1',
    'topic.creation.default.replication.factor': '-1',
    'topic.creation.groups': 'counters',
    'topic.creation.counters.include': 'count.*',
    'topic.creation.counters.partitions': '7',
  })
  await eventually('the topic has seven partitions', async () => {
    const [info] = await place.client.topics(['counted'])
    return info?.partitions.length === 7
  })
})

test('workers share connectors, and go on with those of a worker that is gone', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  const first = await place.worker({ plugins: [plugin] })
  for (const name of ['a', 'b', 'c', 'd']) {
    await first.ask('PUT', `/connectors/${name}/config`, config)
    await first.becomes(name, 'RUNNING')
  }
  const opened = () => fake.events.filter((event) => event.startsWith('open')).length
  assert.equal(opened(), 4)
  const second = await place.worker({ plugins: [plugin] })
  const workersOf = async (rest: Worker) => {
    const { body } = await rest.ask('GET', '/connectors?expand=status')
    const tasks = ['a', 'b', 'c', 'd'].map((name) => body[name].status.tasks[0])
    return tasks.map(({ state, worker_id }) => `${state} ${worker_id}`).sort()
  }
  const [here, there] = [first, second].map(({ url }) => `RUNNING ${url.slice('http://'.length)}`)
  await eventually('each has two', async () => {
    const workers = await workersOf(second)
    return [here, there].every((one) => workers.filter((other) => other === one).length === 2)
  })
  // Two have moved, and the other two were left alone.
  assert.equal(opened(), 6)

  // Whoever does not lead asks the leader.
  const put = { ...config, 'errors.log.enable': 'true' }
  assert.equal((await second.ask('PUT', '/connectors/a/config', put)).status, 200)
  assert.equal((await second.ask('POST', '/connectors/a/restart')).status, 204)
  assert.equal((await second.ask('POST', '/connectors/b/tasks/0/restart')).status, 204)

  await first.worker.close()
  await eventually('the second has all', async () =>
    (await workersOf(second)).every((worker) => worker === there),
  )
})

test('any worker tells how a connector does: what all its tasks have done, and how far it is behind', async (t) => {
  const place = await placeWith(t, 2)
  const { plugin } = fakeSink()
  const workers = [
    await place.worker({ plugins: [plugin] }),
    await place.worker({ plugins: [plugin] }),
  ]
  const [first, second] = workers as [Worker, Worker]
  await first.ask('PUT', '/connectors/s/config', { ...config, 'tasks.max': '2' })
  await first.becomes('s', 'RUNNING', 2)
  await eventually('each worker has a task', async () => {
    const { body } = await first.ask('GET', '/connectors/s/status')
    return new Set(body.tasks.map((one: { worker_id: string }) => one.worker_id)).size === 2
  })
  await send(place.client, 'in', numbers(0, 100), 0)
  await send(place.client, 'in', numbers(0, 50), 1)
  for (const worker of [first, second]) {
    const told = await eventually('all is told', async () => {
      const { body } = await worker.ask('GET', '/connectors/s/figures')
      return body.total.written === 150 && body.lag === 0 ? body : undefined
    })
    assert.equal(told.state, 'RUNNING')
    const written = told.tasks.map((one: { figures: { written: number } }) => one.figures.written)
    assert.equal(
      written.reduce((sum: number, one: number) => sum + one, 0),
      150,
    )
    assert.ok(told.total.recordsPerSecond > 1)
  }

  await first.ask('PUT', '/connectors/s/pause')
  await first.becomes('s', 'PAUSED', 2)
  await send(place.client, 'in', numbers(0, 7), 1)
  const { body } = await second.ask('GET', '/connectors/s/figures')
  assert.equal(body.lag, 7)
  assert.deepEqual(body.partitions, [
    { topic: 'in', partition: 0, next: 100, end: 100, lag: 0 },
    { topic: 'in', partition: 1, next: 50, end: 57, lag: 7 },
  ])
})

test('a change of one connector leaves the others alone', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  const worker = await place.worker({ plugins: [plugin] })
  await worker.ask('PUT', '/connectors/a/config', config)
  await worker.becomes('a', 'RUNNING')
  await worker.ask('PUT', '/connectors/b/config', { ...config, 'tasks.max': '2' })
  await worker.becomes('b', 'RUNNING', 2)
  const count = (what: RegExp) => fake.events.filter((event) => what.test(event)).length
  await worker.ask('PUT', '/connectors/b/config', config)
  // Its first task is still told to run as it was, when the second one is gone already.
  await eventually('b has begun anew', () => count(/^open/) === 4)
  await worker.becomes('b', 'RUNNING', 1)
  await worker.ask('DELETE', '/connectors/b')
  await eventually('b is gone', () => count(/^close/) === 3)
  await worker.becomes('a', 'RUNNING')
  // Once that of a, and three times those of b: two at first, one later.
  assert.equal(count(/^open/), 4)
})

test('a worker that comes later brings its own connectors, which the leader writes', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin } = fakeSink()
  const first = await place.worker({ plugins: [plugin] })
  const second = await place.worker({ plugins: [plugin], connectors: { brought: config } })
  await first.becomes('brought', 'RUNNING')
  // Each worker reads by itself what the leader has written.
  const isKnown = async () => (await second.ask('GET', '/connectors/brought/config')).status === 200
  await eventually('the second knows of it', isKnown)
  assert.deepEqual((await second.ask('GET', '/connectors/brought/config')).body, {
    ...config,
    name: 'brought',
  })
})

test('a worker that ends while work is shared out anew ends all that it runs', async (t) => {
  const place = await placeWith(t, 1)
  const { plugin, fake } = fakeSink()
  const count = (what: RegExp) => fake.events.filter((event) => what.test(event)).length
  for (let round = 0; round < 5; round++) {
    const worker = await place.worker({ plugins: [plugin], instance: 'one' })
    await worker.ask('PUT', `/connectors/s${round}/config`, config)
    await worker.worker.close()
    assert.equal(count(/^close/), count(/^open/))
  }
})
