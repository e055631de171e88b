// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** What is asked of Connect's REST may be anything. The worker goes on with its work. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { between, pick, type Random, seededRandom } from '../../src/base/random.ts'
import { points } from '../../src/base/testing/points.ts'
import { connectors } from '../../src/connectors/index.ts'
import { type ConnectRest, connectPlace } from '../helpers/connect.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { heapBytes, mostGrowthBytes, mutate } from './noise.ts'

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)
const requests = points('FUZZ_CONFIGS', { few: 500, all: 10_000 })

/** Nothing that is made up may reach another machine, or a file outside of the test's folder. */
const nowhere = '127.0.0.1:1'

const strange = [
  ...['', ' ', '-1', '0', '1', '1e9', '99999999999999999999', 'NaN', 'true', 'FALSE', 'maybe'],
  ...['a,b,,c', ',', '*', '.*', '(', '[a-', '${env:HOME}', '${file:none}', '${', '%', '\u0000'],
  ...['__proto__', 'constructor', 'toString', '../..', 'é'.repeat(300), 'x'.repeat(5000)],
  ...[`http://${nowhere}/`, `mysql://${nowhere}`, `jdbc:mysql://${nowhere}/d`, 'jdbc:', '::'],
]
const keys = [
  ...['__proto__', 'constructor', 'prototype', '', 'a.b', 'name', 'tasks.max', 'topics'],
  ...['topics.regex', 'transforms', 'transforms.a.type', 'predicates', 'predicates.p.type'],
  ...['errors.tolerance', 'errors.deadletterqueue.topic.name', 'key.converter', 'header.converter'],
  ...[
    'value.converter',
    'value.converter.schema.registry.url',
    'consumer.override.max.poll.records',
  ],
]
const classes = [
  ...[
    'org.apache.kafka.connect.transforms.Cast$Value',
    'org.apache.kafka.connect.transforms.Filter',
  ],
  ...['org.apache.kafka.connect.transforms.RegexRouter', 'TimestampConverter$Key', 'Flatten$Value'],
  ...['org.apache.kafka.connect.json.JsonConverter', 'AvroConverter', 'ProtobufConverter', 'No'],
]
/** Options that name what a connector reaches: only what is nowhere goes there. */
const reaching = /url|host|uri|broker|bootstrap|server|endpoint|path|file|folder|dir|bucket|region/i

function anyValue(key: string, random: Random, file: string): unknown {
  if (reaching.test(key)) return pick(random, [file, nowhere, `http://${nowhere}`, '', null, 7])
  const kind = between(random, 0, 9)
  if (kind === 0) return null
  if (kind === 1) return pick(random, [0, -1, 1.5, true, [], {}, ['a'], { a: 1 }])
  if (kind === 2) return pick(random, classes)
  if (kind === 3) return random.bytes(between(random, 0, 30)).toString('latin1')
  return pick(random, strange)
}

function anyConfig(random: Random, file: string): Record<string, unknown> {
  // Some are right, or nearly so, and go all the way.
  if (random.next() < 0.3) {
    const right = { 'connector.class': 'FileStreamSink', topics: 'in', file }
    const key = pick(random, keys)
    return random.next() < 0.5 ? right : { ...right, [key]: anyValue(key, random, file) }
  }
  const plugin = pick(random, connectors)
  const own = Object.keys(plugin.options)
  const config: Record<string, unknown> = Object.create(null)
  if (random.next() < 0.95) config['connector.class'] = pick(random, [...plugin.names])
  for (let left = between(random, 0, 12); left > 0; left--) {
    const key = pick(random, random.next() < 0.5 && own.length > 0 ? own : keys)
    config[key] = anyValue(key, random, file)
  }
  return config
}

/** Of a few names, so that they meet. New connectors are stopped: what is right would run. */
function anyRequest(random: Random, file: string): { method: string; path: string; body?: string } {
  const name = encodeURIComponent(
    pick(random, ['a', 'b', 'c', '../x', '__proto__', 'ü', 'l'.repeat(300)]),
  )
  const config = anyConfig(random, file)
  const text = (body: unknown) => {
    const whole = JSON.stringify(body)
    return random.next() < 0.1 ? `${mutate(Buffer.from(whole), random)}` : whole
  }
  const plugin = encodeURIComponent(String(config['connector.class'] ?? 'none'))
  const created = { name: decodeURIComponent(name), config, initial_state: 'STOPPED' }
  const requests = [
    { method: 'POST', path: '/connectors', body: text(created) },
    { method: 'PUT', path: `/connector-plugins/${plugin}/config/validate`, body: text(config) },
    { method: 'PUT', path: `/connector-plugins/${plugin}/config/validate`, body: text(config) },
    { method: 'POST', path: '/connectors', body: text(created) },
    { method: 'PATCH', path: `/connectors/${name}/config`, body: text(config) },
    {
      method: 'GET',
      path: `/connectors/${name}${pick(random, ['', '/status', '/config', '/tasks'])}`,
    },
    { method: 'PATCH', path: `/connectors/${name}/offsets`, body: text({ offsets: [config] }) },
    { method: 'POST', path: `/connectors/${name}/tasks`, body: text([config]) },
    { method: 'DELETE', path: `/connectors/${name}` },
  ]
  return pick(random, requests)
}

async function isClear(rest: ConnectRest, { method, path, body }: ReturnType<typeof anyRequest>) {
  const { status, body: said } = await rest.ask(method, path, body)
  const asked = `SEED=${seed}: ${method} ${path} ${body?.slice(0, 2000)} → ${status} ${JSON.stringify(said)}`
  assert.ok(status < 500, asked)
  if (status >= 400) assert.ok(typeof said?.message === 'string' && said.message !== '', asked)
  return status
}

async function openVictim(t: TestContext) {
  const place = await connectPlace(t)
  await place.client.createTopics([{ name: 'in' }])
  const worker = await place.worker()
  const folder = temporaryFolder(t)
  return { place, worker, file: join(folder, 'any.txt') }
}

test(`${requests} random configurations get clear answers, fill nothing and stop no connector (SEED=${seed})`, async (t) => {
  const random = seededRandom(seed)
  const { worker, file } = await openVictim(t)
  const sink = { 'connector.class': 'FileStreamSink', topics: 'in', file: `${file}.sink` }
  await worker.ask('PUT', '/connectors/neighbour/config', sink)
  await worker.becomes('neighbour', 'RUNNING')
  // What is loaded when it is first needed is no leak.
  for (let round = 0; round < 300; round++) await isClear(worker, anyRequest(random, file))
  const before = heapBytes()
  const statuses = new Map<number, number>()
  for (let done = 0; done < requests; done++) {
    const status = await isClear(worker, anyRequest(random, file))
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(statuses)))
  assert.ok((statuses.get(201) ?? 0) > 0, 'some of them were right')
  assert.ok(heapBytes() - before < mostGrowthBytes)
  await worker.becomes('neighbour', 'RUNNING')
})

test('a body that is too large, or has no end, is refused', async (t) => {
  const { worker } = await openVictim(t)
  const large = `{"file":"${'x'.repeat(5 * 1024 * 1024)}"}`
  const path = '/connector-plugins/FileStreamSink/config/validate'
  assert.equal((await worker.ask('PUT', path, large)).status, 413)
  let sent = 0
  const endless = ReadableStream.from(
    (function* () {
      for (; sent < 1000; sent++) yield Buffer.alloc(1024 * 1024, 'x')
    })(),
  )
  const init: RequestInit = { method: 'PUT', body: endless, duplex: 'half' }
  const status = await fetch(worker.url + path, init).then(
    (answer) => answer.status,
    // The worker may end the connection while we still send.
    () => 413,
  )
  assert.equal(status, 413)
  assert.ok(sent < 100, `${sent} MiB were taken`)
})
