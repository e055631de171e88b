/**
 * The same requests in the same order to Kafka Connect and to leat, each on a broker of its own:
 * statuses and bodies agree, but for what `differences` names.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { type ConnectRest, connectPlace } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { KafkaConnect } from '../helpers/kafka-connect.ts'
import { withoutPeer } from '../helpers/peers.ts'

type Json = unknown

interface Step {
  readonly ask: readonly [method: string, path: string, body?: Json]
  /** What must be so before it is asked. */
  readonly after?: (rest: ConnectRest) => Promise<unknown>
}

/** Stands for the folder of whoever is asked. */
const here = '<folder>'
const sink = { 'connector.class': 'FileStreamSink', file: `${here}/out.txt`, topics: 'rest-lines' }
const source = {
  'connector.class': 'FileStreamSource',
  file: `${here}/in.txt`,
  topic: 'rest-source',
}
const runs = (name: string, tasks = 1) => ({
  after: (rest: ConnectRest) => rest.becomes(name, 'RUNNING', tasks),
})
const is = (name: string, state: string, tasks = 0) => ({
  after: (rest: ConnectRest) => rest.becomes(name, state, tasks),
})
const gone = (path: string) => ({
  after: (rest: ConnectRest) =>
    eventually(`${path} is gone`, async () => (await rest.ask('GET', path)).status === 404),
})
/** The offset of its one partition, or none. */
const isAt = (name: string, offset: Json) => ({
  after: async (rest: ConnectRest) => {
    let last: Json
    const isThere = async () => {
      const { offsets } = (await rest.ask('GET', `/connectors/${name}/offsets`)).body
      last = offsets
      if (offset === undefined) return offsets?.length === 0
      return offsets?.length === 1 && isDeepStrictEqual(offsets[0].offset, offset)
    }
    await eventually(() => `${name} is at its offset, not at ${JSON.stringify(last)}`, isThere)
  },
})

const kafkaOffset = (offset: Json) => ({
  offsets: [{ partition: { kafka_topic: 'rest-lines', kafka_partition: 0 }, offset }],
})

const steps: readonly Step[] = [
  { ask: ['GET', '/'] },
  { ask: ['GET', '/health'] },
  { ask: ['GET', '/nowhere'] },
  { ask: ['GET', '/connectors'] },
  { ask: ['GET', '/connectors?expand=status'] },
  { ask: ['GET', '/connector-plugins'] },
  { ask: ['GET', '/connector-plugins?connectorsOnly=false'] },
  { ask: ['GET', '/connector-plugins/FileStreamSink/config'] },
  { ask: ['GET', '/connector-plugins/FileStreamSourceConnector/config'] },
  { ask: ['GET', '/connector-plugins/Nothing/config'] },
  { ask: ['PUT', '/connector-plugins/FileStreamSink/config/validate', { ...sink, name: 's' }] },
  { ask: ['PUT', '/connector-plugins/FileStreamSource/config/validate', { ...source, name: 's' }] },
  {
    ask: [
      'PUT',
      '/connector-plugins/FileStreamSource/config/validate',
      { ...source, 'tasks.max': '0', 'errors.tolerance': 'some', 'batch.size': '1' },
    ],
  },
  { ask: ['PUT', '/connector-plugins/FileStreamSource/config/validate', { 'tasks.max': 'many' }] },
  { ask: ['PUT', '/connector-plugins/FileStreamSink/config/validate', source] },
  { ask: ['PUT', '/connector-plugins/FileStreamSink/config/validate', { name: 'x' }] },
  {
    ask: [
      'PUT',
      '/connector-plugins/FileStreamSink/config/validate',
      { ...sink, name: 's', 'topics.regex': 'a.*' },
    ],
  },
  {
    ask: [
      'PUT',
      '/connector-plugins/FileStreamSink/config/validate',
      { ...sink, name: 's', 'errors.deadletterqueue.topic.name': 'rest-lines' },
    ],
  },
  {
    ask: [
      'PUT',
      '/connector-plugins/FileStreamSource/config/validate',
      { ...source, name: 's', 'exactly.once.support': 'required' },
    ],
  },
  { ask: ['POST', '/connectors', { name: 'x', config: {} }] },
  { ask: ['POST', '/connectors', { name: 'x', config: { 'connector.class': 'FileStreamSink' } }] },
  { ask: ['POST', '/connectors', { name: 'x', config: { 'connector.class': 'NoSuchThing' } }] },
  { ask: ['POST', '/connectors', { name: 'x', config: { ...sink, name: 'y' } }] },
  { ask: ['POST', '/connectors', { name: ' ', config: sink }] },
  { ask: ['POST', '/connectors', '{ no json'] },
  { ask: ['POST', '/connectors', { name: 'x', config: sink, initial_state: 'ASLEEP' }] },

  { ask: ['POST', '/connectors', { name: 'writer', config: { ...sink, 'tasks.max': '2' } }] },
  { ...runs('writer', 2), ask: ['POST', '/connectors', { name: 'writer', config: sink }] },
  { ask: ['GET', '/connectors'] },
  { ...runs('writer', 2), ask: ['GET', '/connectors/writer'] },
  { ask: ['GET', '/connectors/writer/config'] },
  { ask: ['GET', '/connectors/writer/tasks'] },
  { ask: ['GET', '/connectors/writer/tasks-config'] },
  { ask: ['GET', '/connectors/writer/status'] },
  { ask: ['GET', '/connectors/writer/tasks/1/status'] },
  { ask: ['GET', '/connectors/writer/tasks/7/status'] },
  { ask: ['GET', '/connectors?expand=status&expand=info'] },
  { ...isAt('writer', { kafka_offset: 3 }), ask: ['GET', '/connectors/writer/offsets'] },
  { ask: ['GET', '/connectors/writer/topics'] },
  { ask: ['PUT', '/connectors/writer/topics/reset'] },
  { ask: ['PATCH', '/connectors/writer/offsets', kafkaOffset({ kafka_offset: 1 })] },
  { ask: ['DELETE', '/connectors/writer/offsets'] },
  { ask: ['PUT', '/connectors/writer/config', sink] },
  { ...runs('writer'), ask: ['GET', '/connectors/writer'] },
  {
    ask: ['PATCH', '/connectors/writer/config', { 'tasks.max': '2', 'errors.log.enable': 'true' }],
  },
  { ...runs('writer', 2), ask: ['GET', '/connectors/writer/config'] },
  { ask: ['PATCH', '/connectors/writer/config', { 'tasks.max': null }] },
  { ask: ['PATCH', '/connectors/nobody/config', { a: 'b' }] },
  {
    ...runs('writer'),
    ask: ['POST', '/connectors/writer/restart?includeTasks=true&onlyFailed=true'],
  },
  { ask: ['POST', '/connectors/writer/restart'] },
  { ...runs('writer'), ask: ['POST', '/connectors/writer/restart?includeTasks=true'] },
  { ...runs('writer'), ask: ['POST', '/connectors/writer/tasks/0/restart'] },
  { ask: ['POST', '/connectors/writer/tasks/9/restart'] },
  { ask: ['POST', '/connectors/nobody/restart'] },
  { ask: ['POST', '/connectors/nobody/restart?includeTasks=true'] },
  { ask: ['POST', '/connectors/nobody/tasks/0/restart'] },
  { ...runs('writer'), ask: ['PUT', '/connectors/writer/pause'] },
  { ...is('writer', 'PAUSED', 1), ask: ['GET', '/connectors/writer/status'] },
  { ask: ['PUT', '/connectors/writer/resume'] },
  { ...runs('writer'), ask: ['PUT', '/connectors/writer/stop'] },
  { ...is('writer', 'STOPPED'), ask: ['GET', '/connectors/writer/status'] },
  { ask: ['GET', '/connectors/writer'] },
  { ask: ['GET', '/connectors/writer/tasks'] },
  { ask: ['PATCH', '/connectors/writer/offsets', kafkaOffset({ kafka_offset: 1 })] },
  { ask: ['GET', '/connectors/writer/offsets'] },
  { ask: ['PATCH', '/connectors/writer/offsets', kafkaOffset({ kafka_offset: '2' })] },
  { ask: ['PATCH', '/connectors/writer/offsets', kafkaOffset({ kafka_offset: 'x' })] },
  { ask: ['PATCH', '/connectors/writer/offsets', kafkaOffset({ position: 2 })] },
  { ask: ['PATCH', '/connectors/writer/offsets', { offsets: [{ partition: {}, offset: null }] }] },
  { ask: ['PATCH', '/connectors/writer/offsets', { offsets: [] }] },
  { ask: ['PATCH', '/connectors/writer/offsets', kafkaOffset(null)] },
  { ask: ['GET', '/connectors/writer/offsets'] },
  { ask: ['PATCH', '/connectors/writer/offsets', kafkaOffset({ kafka_offset: 2 })] },
  { ask: ['DELETE', '/connectors/writer/offsets'] },
  { ask: ['GET', '/connectors/writer/offsets'] },
  { ask: ['DELETE', '/connectors/writer'] },
  { ...gone('/connectors/writer/status'), ask: ['GET', '/connectors/writer'] },
  { ask: ['GET', '/connectors/writer/status'] },
  { ask: ['DELETE', '/connectors/writer'] },
  { ask: ['PUT', '/connectors/writer/pause'] },
  { ask: ['PUT', '/connectors/writer/resume'] },
  { ask: ['PUT', '/connectors/writer/stop'] },
  { ask: ['GET', '/connectors/writer/config'] },
  { ask: ['GET', '/connectors/writer/tasks'] },
  { ask: ['GET', '/connectors/writer/topics'] },
  { ask: ['GET', '/connectors/writer/offsets'] },

  { ask: ['PUT', '/connectors/reader/config', source] },
  { ...isAt('reader', { position: 8 }), ask: ['GET', '/connectors/reader/offsets'] },
  { ask: ['GET', '/connectors/reader/topics'] },
  { ...runs('reader'), ask: ['GET', '/connectors/reader/tasks'] },
  { ask: ['PUT', '/connectors/reader/stop'] },
  {
    ...is('reader', 'STOPPED'),
    ask: [
      'PATCH',
      '/connectors/reader/offsets',
      { offsets: [{ partition: { filename: `${here}/in.txt` }, offset: { position: 4 } }] },
    ],
  },
  { ask: ['GET', '/connectors/reader/offsets'] },
  {
    ask: [
      'PATCH',
      '/connectors/reader/offsets',
      { offsets: [{ partition: { filename: 'f' }, offset: { position: 'four' } }] },
    ],
  },
  { ask: ['DELETE', '/connectors/reader/offsets'] },
  // Kafka Connect knows the partition a moment longer than its offset.
  { ...isAt('reader', undefined), ask: ['GET', '/connectors/reader/offsets'] },
  { ask: ['DELETE', '/connectors/reader'] },
  {
    ask: ['POST', '/connectors', { name: 'asleep', config: sink, initial_state: 'STOPPED' }],
  },
  { ...is('asleep', 'STOPPED'), ask: ['GET', '/connectors/asleep/status'] },
  { ask: ['DELETE', '/connectors/asleep'] },
  { ask: ['PUT', '/admin/loggers/some.logger', { level: 'nonsense' }] },
  { ask: ['PUT', '/admin/loggers/some.logger', {}] },
  { ask: ['PUT', '/admin/loggers/some.logger', { level: 'DEBUG' }] },
  { ask: ['GET', '/admin/loggers/some.logger'] },
  { ask: ['PUT', '/admin/loggers/some.logger?scope=cluster', { level: 'WARN' }] },
]

/** What Kafka Connect tells it reads from its topics, a moment after it has changed it. */
const longestLagMs = 10_000

const kinder = 'leat says what to write, with status 400'
const unlogged = 'this Kafka Connect runs without Log4j, whose levels it would change'

/** By the request: what leat answers otherwise on purpose, and why. */
const differences: Readonly<Record<string, string>> = {
  'PUT /connector-plugins/FileStreamSource/config/validate {"tasks.max":"many"}':
    'leat says once that a text is no number',
  'PUT /connector-plugins/FileStreamSink/config/validate {"name":"x"}': kinder,
  'POST /connectors {"name":"x","config":{}}': kinder,
  'POST /connectors {"name":"x","config":{"connector.class":"NoSuchThing"}}': kinder,
  'POST /connectors "{ no json"': kinder,
  [`POST /connectors ${JSON.stringify({ name: 'x', config: sink, initial_state: 'ASLEEP' })}`]:
    kinder,
  'GET /connectors/writer/tasks-config': 'leat still answers what clients of Kafka 3 ask',
  'PATCH /connectors/reader/offsets {"offsets":[{"partition":{"filename":"f"},"offset":{"position":"four"}}]}':
    kinder,
  'PUT /admin/loggers/some.logger {"level":"nonsense"}': unlogged,
  'PUT /admin/loggers/some.logger {"level":"DEBUG"}': unlogged,
  'GET /admin/loggers/some.logger': unlogged,
  'PUT /admin/loggers/some.logger?scope=cluster {"level":"WARN"}': unlogged,
}

test('leat answers every request as Kafka Connect does', {
  skip: withoutPeer('java', 'kafka-connect-4.3.1'),
}, async (t) => {
  const places = [await connectPlace(t), await connectPlace(t)] as const
  for (const { client } of places) {
    const topics = ['rest-lines', 'rest-source'].map((name) => ({ name, partitions: 1 }))
    await client.createTopics(topics)
    const producer = client.producer()
    for (const line of ['one', 'two', 'three']) {
      await producer.send({ topic: 'rest-lines', value: Buffer.from(line) })
    }
  }
  const kafka = await KafkaConnect.on(t, places[0].brokers.join())
  const [leat] = await Promise.all([places[1].worker(), kafka.start()])
  const folders = [temporaryFolder(t), temporaryFolder(t)]
  for (const folder of folders) writeFileSync(join(folder, 'in.txt'), 'one\ntwo\n')

  const found: string[] = []
  for (const { ask, after } of steps) {
    const [method, path, body] = ask
    const name = `${method} ${path} ${body === undefined ? '' : JSON.stringify(body)}`.trim()
    const answerOf = async (rest: ConnectRest, folder: string) => {
      const given = body === undefined ? undefined : withFolder(body, here, folder)
      const { status, body: answered } = await rest.ask(method, path, given)
      return comparable({ status, body: withFolder(answered, folder, here) })
    }
    const [ofKafka = '', ofLeat = ''] = folders
    await Promise.all([after?.(kafka), after?.(leat)])
    const [first, ours] = await Promise.all([answerOf(kafka, ofKafka), answerOf(leat, ofLeat)])
    if (Object.hasOwn(differences, name)) continue
    let theirs = first
    const agree = async () => {
      if (isDeepStrictEqual(ours, theirs)) return true
      theirs = await answerOf(kafka, ofKafka)
      return false
    }
    // How they differ is told below.
    if (method === 'GET') await eventually(name, agree, longestLagMs).catch(() => undefined)
    try {
      assert.deepEqual(ours, theirs)
    } catch (error) {
      found.push(`${name}\n${String(error)}`)
    }
  }
  assert.equal(found.length, 0, found.join('\n\n'))
})

/** What differs by nature, in words of its own or in versions, is left out. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => !isOursAlone(one)).map(comparable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !byNature.has(key))
      .map(([key, one]) => [key, comparable(one)]),
  )
}

/** Confluent's converters, and the connectors that Kafka does not come with or has in a jar of its own. */
function isOursAlone(item: unknown): boolean {
  if (typeof item === 'string') return item.startsWith('io.confluent.connect.')
  if (typeof item !== 'object' || item === null || !('class' in item)) return false
  const name = String(item.class)
  return (
    !name.startsWith('org.apache.kafka.') || name.startsWith('org.apache.kafka.connect.mirror.')
  )
}

const byNature: ReadonlySet<string> = new Set([
  'documentation',
  'commit',
  'worker_id',
  'last_modified',
  'figures',
  'kafka_cluster_id',
])

function withFolder(value: unknown, from: string, to: string): unknown {
  if (value === undefined) return undefined
  return JSON.parse(JSON.stringify(value).replaceAll(from, to))
}
