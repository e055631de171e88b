/** What somebody may see and change at the console who has rights on names that begin with `a.` alone. */
import assert from 'node:assert/strict'
import { type KafkaClient, moveGroup } from '../../src/client/index.ts'
import type { Running } from '../../src/platform/start.ts'
import { consoleApi, openEvents } from './console.ts'
import type { Asked } from './doors.ts'
import { eventually } from './eventually.ts'
import type { Owner } from './folders.ts'

/** The same rights, as rules of leat.yml. */
export const rulesOfAlice = `
    - { principal: User:alice, topic: a., pattern: prefixed, operations: [ All ] }
    - { principal: User:alice, group: a., pattern: prefixed, operations: [ All ] }`

const avro = '{"type":"record","name":"R","fields":[{"name":"secret","type":"string"}]}'

/** A topic of alice's, and one that is not; groups likewise, of which hers has read both. */
export async function fill(running: Running, client: KafkaClient, admin: Asked): Promise<void> {
  const { ask } = consoleApi(running)
  await client.createTopics([
    { name: 'a.one', partitions: 1 },
    { name: 'b.two', partitions: 1 },
  ])
  const producer = client.producer()
  const subject = '/api/registry/subjects/b.two-value/versions'
  const { body, text } = await ask(subject, { ...admin, method: 'POST', body: { schema: avro } })
  assert.equal(typeof body.id, 'number', text)
  const framed = Buffer.from([0, 0, 0, 0, body.id, 12, ...Buffer.from('hidden')])
  for (const value of [Buffer.from('hers'), framed]) await producer.send({ topic: 'a.one', value })
  for (const value of ['hidden-1', 'hidden-2']) {
    await producer.send({ topic: 'b.two', value: Buffer.from(value) })
  }
  const both = ['a.one', 'b.two'].map((topic) => ({ topic, partition: 0, next: 0n }))
  await moveGroup(client, 'a.readers', both)
  await moveGroup(client, 'b.readers', both)
}

/** All that she asks of others' is refused alike, whether there is such a thing or not. */
const refused: readonly (readonly [path: string, method?: string, body?: object])[] = [
  ...['b.two', 'b.none'].flatMap((topic) => [
    [`/api/topics/${topic}`] as const,
    [`/api/topics/${topic}/configs`] as const,
    [`/api/topics/${topic}/records`] as const,
    [`/api/topics/${topic}/tail`] as const,
    [`/api/topics/${topic}/configs`, 'PATCH', { set: { 'retention.ms': '1' } }] as const,
    [`/api/topics/${topic}`, 'DELETE'] as const,
    [`/api/topics/${topic}/partitions`, 'POST', { count: 7 }] as const,
    [`/api/topics/${topic}/records`, 'POST', { value: 'x' }] as const,
    ['/api/groups/a.readers/offsets', 'POST', { topic, to: 'end' }] as const,
    ['/api/groups/a.readers/offsets', 'POST', { topic, to: 'end', dryRun: true }] as const,
  ]),
  ...['b.readers', 'b.nobody'].flatMap((group) => [
    [`/api/groups/${group}`] as const,
    [`/api/groups/${group}`, 'DELETE'] as const,
    [`/api/groups/${group}/offsets`, 'POST', { topic: 'a.one', to: 'end' }] as const,
  ]),
  ['/api/topics', 'POST', { name: 'b.three' }],
  ['/api/registry/subjects/b.two-value/versions'],
  ['/api/registry/schemas/ids/1?subject=b.two-value'],
  ['/api/registry/subjects/b.two-value', 'DELETE'],
  ['/api/registry/config', 'PUT', { compatibility: 'NONE' }],
  ['/api/connect/connectors/b/status'],
  ['/api/connect/connectors', 'POST', { name: 'a.own', config: {} }],
]

export async function expectOnlyHers(
  owner: Owner,
  running: Running,
  client: KafkaClient,
  alice: string,
): Promise<void> {
  const api = consoleApi(running)
  const ask = (path: string, asked: Asked = {}) => api.ask(path, { ...asked, as: alice })
  const before = await stateOf(client)

  for (const [path, method = 'GET', body] of refused) {
    const { status, text } = await ask(path, { method, body })
    assert.equal(status, 403, `${method} ${path}: ${text}`)
    assert.doesNotMatch(text, /hidden/)
  }
  const topics = (await ask('/api/topics')).body
  assert.deepEqual(
    topics.map(({ name, records, bytes }: { name: string; records: string; bytes: null }) => [
      ...[name, records, bytes],
    ]),
    [['a.one', '2', null]],
  )
  const groups = (await ask('/api/groups')).body
  assert.deepEqual(
    groups.map(({ group, lag }: { group: string; lag: string }) => [group, lag]),
    [['a.readers', '2']],
  )
  const { offsets } = (await ask('/api/groups/a.readers')).body
  assert.deepEqual(
    offsets.map(({ topic }: { topic: string }) => topic),
    ['a.one'],
  )
  const readers = (await ask('/api/topics/a.one')).body.groups
  assert.deepEqual(
    readers.map(({ group }: { group: string }) => group),
    ['a.readers'],
  )
  assert.deepEqual((await ask('/api/registry/subjects')).body, [])
  assert.deepEqual((await ask('/api/connect/connectors')).body, [])

  // What a schema says that she may not see stays bytes, and is found by no text in it.
  const { records } = await api.records('a.one', {}, alice)
  const [own, framed] = records.map(({ value }) => value)
  assert.deepEqual([own.value, framed.format, framed.subject], ['hers', 'bytes', undefined])
  assert.match(framed.problem, /./)
  assert.deepEqual((await api.records('a.one', { text: 'hidden' }, alice)).records, [])

  const authorization = `Basic ${Buffer.from(alice).toString('base64')}`
  const events = await openEvents(owner, `${api.base}/api/rates`, { authorization })
  const told = await events.until('rates come with lags', (_, { groups }) => 'a.readers' in groups)
  assert.deepEqual(Object.keys(told.topics), ['a.one'])
  assert.deepEqual(told.groups, { 'a.readers': '2' })
  assert.equal(told.process, undefined)
  events.close()

  assert.deepEqual(await stateOf(client), before)
  const made = await ask('/api/topics', { method: 'POST', body: { name: 'a.two', partitions: 1 } })
  assert.equal(made.status, 201, made.text)
  await eventually('it is there', async () => (await ask('/api/topics/a.two')).status === 200)
  const write = { method: 'POST', body: { value: 'x' } }
  assert.equal((await ask('/api/topics/a.two/records', write)).status, 201)
  const move = { method: 'POST', body: { topic: 'a.one', to: 'end' } }
  assert.equal((await ask('/api/groups/a.readers/offsets', move)).status, 200)
  assert.equal((await ask('/api/topics/a.two', { method: 'DELETE' })).status, 204)
  await eventually('it is gone', async () => {
    return (await ask('/api/topics/a.two')).status === 404
  })
}

async function stateOf(client: KafkaClient) {
  const places = ['a.one', 'b.two'].map((topic) => ({ topic, partition: 0 }))
  const ends = await client.offsets(places.map((place) => ({ ...place, at: 'latest' })))
  const topics = (await client.topics()).filter(({ internal }) => !internal)
  return {
    ends: ends.map(({ offset }) => offset),
    topics: topics.map(({ name, partitions }) => `${name} ${partitions.length}`).sort(),
  }
}
