/** What the console's page asks for, of a whole leat. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaClient } from '../src/client/index.ts'
import { RangeReader } from '../src/console/records/range-reader.ts'
import { consoleApi, openEvents } from './helpers/console.ts'
import { startInside } from './helpers/doors.ts'
import { eventually } from './helpers/eventually.ts'
import { shared } from './helpers/subject.ts'

const everything = `
kafka: { listeners: [ { bind: 127.0.0.1:0 } ], config: { group.initial.rebalance.delay.ms: 0 } }
registry: { bind: 127.0.0.1:0 }
connect: { bind: 127.0.0.1:0 }
console: { bind: 127.0.0.1:0 }
`

/** 2023-11-14T22:13:20Z. */
const firstMs = 1_700_000_000_000

const leat = shared(async (owner) => {
  const running = await startInside(owner, everything)
  const [{ host, port } = { host: '', port: 0 }] = running.kafka
  const client = new KafkaClient({ brokers: [`${host}:${port}`], clientId: 'test' })
  owner.after(() => client.close())
  const producer = client.producer()
  const write = async (topic: string, values: readonly (string | Buffer)[], partition = 0) => {
    for (const [index, value] of values.entries()) {
      const bytes = Buffer.from(value)
      await producer.send({ topic, partition, value: bytes, timestamp: firstMs + index })
    }
  }
  return { ...consoleApi(running), client, write, running }
})

test('a topic is made, described, changed, grown and deleted', async () => {
  const { ask, write } = await leat()
  const body = { name: 'pumps', partitions: 2, configs: { 'retention.ms': 7_200_000 } }
  assert.equal((await ask('/api/topics', { method: 'POST', body })).status, 201)
  const again = await ask('/api/topics', { method: 'POST', body })
  assert.deepEqual([again.status, again.body.error.code], [409, 'topic-already-exists'])
  await write('pumps', ['1', '2', '3'], 1)

  const listed = (await ask('/api/topics')).body.find((one: Named) => one.name === 'pumps')
  assert.equal(typeof listed.bytes, 'number')
  assert.ok(listed.bytes > 0)
  assert.deepEqual(
    { ...listed, bytes: 0 },
    {
      ...{ name: 'pumps', isInternal: false, partitions: 2, records: '3' },
      ...{ bytes: 0, cleanupPolicy: 'delete' },
    },
  )
  const described = (await ask('/api/topics/pumps')).body
  assert.deepEqual(
    described.partitions.map(({ partition, start, end }: Bounds) => [partition, start, end]),
    [
      [0, '0', '0'],
      [1, '0', '3'],
    ],
  )

  const change = { set: { 'cleanup.policy': 'compact' }, reset: ['retention.ms'] }
  assert.equal(
    (await ask('/api/topics/pumps/configs', { method: 'PATCH', body: change })).status,
    204,
  )
  const configs = (await ask('/api/topics/pumps/configs')).body as Config[]
  const policy = configs.find(({ name }) => name === 'cleanup.policy')
  assert.deepEqual([policy?.value, policy?.source, policy?.isDefault], ['compact', 'topic', false])
  assert.equal(configs.find(({ name }) => name === 'retention.ms')?.isDefault, true)
  const wrong = { set: { 'retention.ms': 'long' } }
  const refused = await ask('/api/topics/pumps/configs', { method: 'PATCH', body: wrong })
  assert.deepEqual([refused.status, refused.body.error.code], [400, 'invalid-config'])

  const grown = { method: 'POST', body: { count: 3 } }
  assert.equal((await ask('/api/topics/pumps/partitions', grown)).status, 204)
  assert.equal((await ask('/api/topics/pumps')).body.partitions.length, 3)
  assert.equal((await ask('/api/topics/pumps', { method: 'DELETE' })).status, 204)
  for (const path of ['', '/configs', '/records', '/tail']) {
    const { status } = await ask(`/api/topics/pumps${path}`)
    assert.equal(status, 404, path)
  }
})

test('records are told from any place on, in the order of their time, page by page', async () => {
  const { client, records, ask } = await leat()
  await client.createTopics([{ name: 'pages', partitions: 3 }])
  const numbers = Array.from({ length: 30 }, (_, index) => index)
  for (const number of numbers) {
    const value = Buffer.from(`{"number":${number}}`)
    const timestamp = firstMs + number * 1000
    await client.producer().send({ topic: 'pages', partition: number % 3, value, timestamp })
  }
  const numbersOf = ({ records }: { records: readonly { value: { value: string } }[] }) =>
    records.map(({ value }) => JSON.parse(value.value).number)

  for (const order of ['newest', 'oldest'] as const) {
    const seen: number[] = []
    let from = order === 'newest' ? 'end' : 'start'
    for (let page = 0; page < 10; page++) {
      const answer = await records('pages', { order, from, limit: 7 })
      seen.push(...numbersOf(answer))
      const next = Object.entries(answer.done.next).map(([partition, at]) => `${partition}:${at}`)
      assert.equal(answer.done.reachedEnd, next.length === 0)
      if (next.length === 0) break
      from = next.join()
    }
    assert.deepEqual(seen, order === 'newest' ? numbers.toReversed() : numbers, order)
  }
  const of = async (query: Record<string, string | number>) =>
    numbersOf(await records('pages', query))
  assert.deepEqual(await of({ from: 'end', limit: 3 }), [29, 28, 27])
  assert.deepEqual(await of({ from: '-1' }), [27, 28, 29])
  assert.deepEqual(await of({ from: '8', partition: 1 }), [25, 28])
  assert.deepEqual(await of({ from: `@${firstMs + 28_000}` }), [28, 29])
  assert.deepEqual(await of({ from: '@2023-11-14T22:13:47Z' }), [27, 28, 29])
  assert.deepEqual(await of({ from: '@2023-11-14T22:13:21Z', order: 'newest' }), [0])
  assert.deepEqual(await of({ from: '1:9' }), [28])
  assert.deepEqual(await of({ filter: 'value.number > 26 && partition == 0' }), [27])
  assert.deepEqual(await of({ text: 'NUMBER":1}' }), [1])
  assert.deepEqual(
    await of({ text: '"number":2', filter: 'value.number < 21', order: 'newest' }),
    [20, 2],
  )
  for (const [query, code] of [
    ['from=yesterday', 'query-invalid'],
    ['limit=0', 'query-invalid'],
    ['order=best', 'query-invalid'],
    ['partition=7', 'partition-unknown'],
    ['filter=value.number%20%3E', 'wrong-filter'],
    ['filter=value.map(x%2Cx)', 'wrong-filter'],
  ]) {
    const { status, body } = await ask(`/api/topics/pages/records?${query}`)
    assert.deepEqual([status >= 400 && status < 500, body.error.code], [true, code], query)
  }
})

test('a filter that has no result for some records says of how many, and why', async () => {
  const { write, records } = await leat()
  await write('mixed', ['{"a":1}', 'text', '{"a":"1"}', '{"a":2}'])
  const { records: found, done } = await records('mixed', { filter: 'value.a >= 1' })
  assert.deepEqual(
    found.map(({ offset }) => offset),
    ['0', '3'],
  )
  assert.deepEqual([done.scanned, done.failed], [4, 2])
  assert.match(done.problem, /'value.a >= 1' has no result for this record/)
})

test('what was deleted is passed over, and no page is longer than it may be', async () => {
  const { client, records } = await leat()
  await client.createTopics([{ name: 'many', partitions: 1 }])
  const producer = client.producer()
  const values = Array.from({ length: 5000 }, (_, index) => `${index}`)
  await Promise.all(
    values.map((value) => producer.send({ topic: 'many', value: Buffer.from(value) })),
  )
  await client.deleteRecords('many', 0, 100n)
  const { records: last, done } = await records('many', { from: 'end', limit: 1000 })
  assert.deepEqual(
    last.map(({ offset }) => Number(offset)),
    Array.from({ length: 1000 }, (_, index) => 4999 - index),
  )
  assert.deepEqual(done.next, { 0: '4000' })
  const rare = await records('many', { from: 'end', filter: 'value == 101', limit: 1 })
  assert.deepEqual(
    rare.records.map(({ offset }) => offset),
    ['101'],
  )
  const none = await records('many', { order: 'newest', filter: 'value == 7' })
  assert.deepEqual([none.records.length, none.done.reachedEnd], [0, true])
  assert.ok(none.done.scanned >= 4900)
})

test('who goes away in the middle of a page ends the reading', async () => {
  const { client } = await leat()
  await client.createTopics([{ name: 'left', partitions: 1 }])
  const producer = client.producer()
  const value = Buffer.alloc(1000)
  await Promise.all(Array.from({ length: 2000 }, () => producer.send({ topic: 'left', value })))
  const gone = new AbortController()
  let read = 0
  await using reader = new RangeReader(client, 'left', gone.signal)
  const reading = reader.read({ partition: 0, start: 0n, end: 2000n }, async (records) => {
    read += records.length
    gone.abort(new Error('gone'))
    return true
  })
  await assert.rejects(reading, /gone/)
  assert.ok(read <= 100, `${read}`)
  await assert.rejects(
    reader.read({ partition: 0, start: 0n, end: 1n }, async () => true),
    /gone/,
  )
})

test('values are told by the schema that they name, and by what they are', async () => {
  const { ask, write, records } = await leat()
  const schema = JSON.stringify({
    ...{ type: 'record', name: 'Reading' },
    fields: [{ name: 'count', type: 'long' }],
  })
  const registered = await ask('/api/registry/subjects/meters-value/versions', {
    method: 'POST',
    body: { schema },
  })
  assert.equal(registered.status, 200, registered.text)
  const { id } = registered.body
  const head = Buffer.from([0, 0, 0, 0, id])
  const large = 9_007_199_254_740_993n
  // Avro's zig-zag, in groups of seven bits.
  const bytes: number[] = []
  for (let rest = large * 2n; rest > 0n; rest >>= 7n) {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0))
  }
  await write('meters', [
    Buffer.concat([head, Buffer.from(bytes)]),
    Buffer.from([0, 0, 0, 99, 99, 1]),
    Buffer.concat([head, Buffer.from([0x80])]),
    '{"count":9007199254740993}',
    'hello',
  ])
  const { records: found } = await records('meters')
  const [avro, unknown, broken, json, text] = found.map(({ value }) => value)
  assert.deepEqual(avro, {
    ...{ format: 'avro', value: `{"count":${large}}`, bytes: 13 },
    ...{ schemaId: id, subject: 'meters-value' },
  })
  assert.deepEqual([unknown.format, unknown.value], ['bytes', 'AAAAY2MB'])
  assert.match(unknown.problem, /25443/)
  assert.deepEqual([broken.format, broken.schemaId], ['bytes', id])
  assert.match(broken.problem, /not what its schema says/)
  assert.deepEqual(json, { format: 'json', value: '{"count":9007199254740993}', bytes: 26 })
  assert.deepEqual(text, { format: 'text', value: 'hello', bytes: 5 })
  const { records: filtered } = await records('meters', {
    filter: 'value.count == 9007199254740993',
  })
  assert.deepEqual(
    filtered.map(({ offset }) => offset),
    ['0', '3'],
  )
})

test('a record is written as it is said, and comes to who follows the topic', async (t) => {
  const { base, ask, client, records } = await leat()
  await client.createTopics([{ name: 'typed', partitions: 2 }])
  const events = await openEvents(t, `${base}/api/topics/typed/tail`)
  const filtered = await openEvents(
    t,
    `${base}/api/topics/typed/tail?filter=key%20%3D%3D%20%22k%22`,
  )
  const post = (body: object) => ask('/api/topics/typed/records', { method: 'POST', body })
  await eventually('both follow', async () => {
    await post({ partition: 0, key: 'k', value: 'ping' })
    const isThere = ({ data }: { data: { value: { value: string } } }) =>
      data.value.value === 'ping'
    return events.received.some(isThere) && filtered.received.some(isThere)
  })
  const written = await post({
    ...{ partition: 1, key: 'eA==', keyFormat: 'base64' },
    ...{ value: '{"a": 10000000000000000001}', valueFormat: 'json' },
    headers: [
      ['trace', '7'],
      ['trace', null],
    ],
  })
  assert.deepEqual([written.status, written.body], [201, { partition: 1, offset: '0' }])
  const told = await events.until('it is followed', (_, { partition }) => partition === 1)
  const [stored] = (await records('typed', { partition: 1 })).records
  assert.deepEqual(told, stored)
  assert.deepEqual(stored.key, { format: 'text', value: 'x', bytes: 1 })
  assert.equal(stored.value.value, '{"a": 10000000000000000001}')
  assert.deepEqual(
    stored.headers.map(([name, { value }]: [string, { value: string }]) => [name, value]),
    [
      ['trace', '7'],
      ['trace', null],
    ],
  )
  const tombstone = await post({ partition: 1, key: 'x', valueFormat: 'null' })
  assert.equal(tombstone.body.offset, '1')
  assert.ok(
    filtered.received.every(({ event, data }) => event !== 'record' || data.key.value === 'k'),
  )
  for (const body of [
    {},
    { value: '{', valueFormat: 'json' },
    { value: '*', valueFormat: 'base64' },
    { value: 1 },
    { value: 'x', headers: { a: 'b' } },
    { value: 'x', valueFormat: 'avro' },
    { value: 'x', partition: -1 },
  ]) {
    const { status, body: said } = await post(body)
    if (Object.keys(body).length === 0) assert.equal(status, 201)
    else assert.deepEqual([status, said.error.code], [400, 'body-invalid'], JSON.stringify(body))
  }
  assert.equal((await post({ value: 'x', partition: 9 })).status, 404)
  const nowhere = { method: 'POST', body: { value: 'x' } }
  assert.equal((await ask('/api/topics/nowhere/records', nowhere)).status, 404)
  const topics = (await ask('/api/topics')).body as Named[]
  assert.ok(!topics.some(({ name }) => name === 'nowhere'))
})

test('who follows a busy topic is told some of it, and how much was left out', async (t) => {
  const { base, client } = await leat()
  await client.createTopics([{ name: 'busy', partitions: 1 }])
  const events = await openEvents(t, `${base}/api/topics/busy/tail`)
  const producer = client.producer()
  let written = 0
  const write = async (count: number) => {
    written += count
    const sent = Array.from({ length: count }, () =>
      producer.send({ topic: 'busy', value: Buffer.from('1') }),
    )
    await Promise.all(sent)
  }
  await eventually('it is followed', async () => {
    await write(1)
    return events.received.length > 0
  })
  const first = Number(events.received[0]?.data.offset)
  await write(2000)
  const told = () => events.received.filter(({ event }) => event === 'record').length
  const skipped = () =>
    events.received.reduce(
      (sum, { event, data }) => sum + (event === 'skipped' ? data.skipped : 0),
      0,
    )
  await eventually('all are accounted for', () => told() + skipped() === written - first, 60_000)
  assert.ok(skipped() > 1000, `${skipped()} of ${written} were left out`)
})

test('a group is told with its lag, moved once nobody is in it, after a look at where to, and deleted', async () => {
  const { ask, client, write } = await leat()
  await write('steps', ['1', '2', '3', '4'])
  const consumer = client.consumer({
    ...{ group: 'walkers', topics: ['steps'], fromBeginning: true },
    onRecords: (_topic, _partition, records) => records.find(({ offset }) => offset === 1n)?.offset,
  })
  const running = consumer.run()
  const lagOf = async () =>
    (await ask('/api/groups')).body.find((one: { group: string }) => one.group === 'walkers')?.lag
  const describe = async () => (await ask('/api/groups/walkers')).body
  const isAtWork = async () => (await describe()).state === 'Stable' && (await lagOf()) !== null
  await eventually('the group has committed', isAtWork, 60_000)
  const described = await describe()
  assert.equal(described.members.length, 1)
  assert.deepEqual(described.members[0].assignment, [{ topic: 'steps', partitions: [0] }])
  const move = (body: object) =>
    ask('/api/groups/walkers/offsets', { method: 'POST', body: { topic: 'steps', ...body } })
  const inUse = await move({ to: 'start', dryRun: true })
  assert.deepEqual([inUse.status, inUse.body.error.code], [409, 'group-in-use'])
  assert.equal((await ask('/api/groups/walkers', { method: 'DELETE' })).status, 409)
  await consumer.close()
  await running

  const committed = async () => (await describe()).offsets[0].committed
  const before = await committed()
  const trial = await move({ to: '3', dryRun: true })
  assert.deepEqual(trial.body, [{ topic: 'steps', partition: 0, from: before, to: '3' }])
  assert.equal(await committed(), before)
  for (const [to, expected] of [
    ['3', '3'],
    [2, '2'],
    ['end', '4'],
    ['start', '0'],
    ['-1', '3'],
    ['99', '4'],
    [`@${firstMs + 1}`, '1'],
  ] as const) {
    const { body } = await move({ to, partitions: [0] })
    assert.equal(body[0]?.to, expected, `${to}`)
    assert.equal(await committed(), expected)
  }
  assert.equal(await lagOf(), '3')
  const [readers] = (await ask('/api/topics/steps')).body.groups
  assert.deepEqual(readers, { group: 'walkers', state: 'Empty', lag: '3' })
  for (const [body, code] of [
    [{ to: 'soon' }, 'body-invalid'],
    [{ to: '1:3' }, 'body-invalid'],
    [{ to: 'start', partitions: [7] }, 'partition-unknown'],
    [{ to: 'start', topic: 'nowhere' }, 'topic-unknown'],
  ] as const) {
    assert.equal((await move(body)).body.error.code, code)
  }
  assert.equal((await ask('/api/groups/walkers', { method: 'DELETE' })).status, 204)
  assert.equal((await ask('/api/groups/walkers')).body.error.code, 'group-unknown')
})

test('rates are measured once for all who look, and not when nobody does', async (t) => {
  const { base, client, write, ask } = await leat()
  await write('flowing', ['1'])
  const streams = await Promise.all([1, 2].map(() => openEvents(t, `${base}/api/rates`)))
  const producer = client.producer()
  const isFlowing = (_: string, { topics }: { topics: Record<string, { perSecond: number }> }) =>
    (topics.flowing?.perSecond ?? 0) > 0
  const telling = Promise.all(streams.map((one) => one.until('it flows', isFlowing)))
  const sending = new AbortController()
  const send = async () => {
    while (!sending.signal.aborted)
      await producer.send({ topic: 'flowing', value: Buffer.alloc(9) })
  }
  const sent = send()
  const [told] = await telling
  sending.abort()
  await sent
  assert.match(told.topics.flowing.end, /^\d+$/)
  assert.ok(told.process.residentBytes > 0)
  assert.equal(told.topics.__consumer_offsets, undefined)
  for (const one of streams) one.close()
  assert.equal((await ask('/api/cluster')).body.brokers.length, 1)
})

test('schemas and connectors are asked for by their own API, word for word', async () => {
  const { ask, running } = await leat()
  const own = async (part: 'registry' | 'connect', path: string) => {
    const [{ host, port } = { host: '', port: 0 }] = running[part]
    return await (await fetch(`http://${host}:${port}${path}`)).text()
  }
  await eventually('Connect is ready', async () => (await ask('/api/connect/')).status === 200)
  const paths = {
    registry: ['/subjects', '/config', '/subjects/none/versions', '/schemas/types?x=1'],
    connect: ['/', '/connectors?expand=status', '/connectors/none/status', '/connector-plugins'],
  } as const
  for (const part of ['registry', 'connect'] as const) {
    for (const path of paths[part]) {
      assert.equal((await ask(`/api/${part}${path}`)).text, await own(part, path), path)
    }
  }
  const odd = encodeURIComponent('a/b ü')
  const put = { method: 'PUT', body: { compatibility: 'FULL' } }
  assert.equal((await ask(`/api/registry/config/${odd}`, put)).status, 200)
  assert.match(await own('registry', `/config/${odd}`), /FULL/)
  assert.equal((await ask(`/api/registry/config/${odd}`, { method: 'DELETE' })).status, 200)
  const answer = await ask('/api/registry/subjects')
  assert.equal(answer.headers['content-type'], 'application/vnd.schemaregistry.v1+json')
  assert.equal(answer.headers['cache-control'], 'no-store')
})

test("a registry of elsewhere is asked with leat's login, for operators only", async (t) => {
  const elsewhere = await startInside(
    t,
    `
kafka: { listeners: [ { bind: 127.0.0.1:0, auth: [ PLAIN ] } ] }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
access: { authorizer: none, users: { leat: { password: "\${env:LEAT}" } } }
`,
    { environment: { LEAT: 'leat+secret' } },
  )
  const port = elsewhere.registry[0]?.port
  const besides = async (roles: string, password = 'leat%2Bsecret') => {
    const running = await startInside(
      t,
      `
kafka: { listeners: [ { bind: 127.0.0.1:0 } ] }
registry: { urls: [ "http://leat:${password}@127.0.0.1:${port}" ] }
console: { bind: 127.0.0.1:0${roles} }
`,
    )
    const [{ host, port: kafka } = { host: '', port: 0 }] = running.kafka
    const client = new KafkaClient({ brokers: [`${host}:${kafka}`], clientId: 'test' })
    t.after(() => client.close())
    return { ...consoleApi(running), client }
  }
  const operators = await besides('')
  const path = '/api/registry/subjects/meters-value/versions'
  const body = { schema: '"long"' }
  const { status, body: made } = await operators.ask(path, { method: 'POST', body })
  assert.equal(status, 200)
  assert.deepEqual((await operators.ask('/api/registry/subjects')).body, ['meters-value'])
  assert.equal((await operators.ask('/api/registry/subjects/none/versions')).body.error_code, 40401)

  const viewers = await besides(', roles: { viewer: [ "*" ] }')
  const refused = await viewers.ask('/api/registry/subjects')
  assert.deepEqual([refused.status, refused.body.error.code], [403, 'operator-needed'])
  const value = Buffer.from([0, 0, 0, 0, made.id, 14])
  await viewers.client.producer().send({ topic: 'meters', value })
  const [record] = (await viewers.records('meters')).records
  assert.deepEqual([record.value.format, record.value.value], ['avro', '7'])

  const strangers = await besides('', 'wrong%2Bsecret')
  // 401 would have the page ask its visitor for a login.
  const closed = await strangers.ask('/api/registry/subjects')
  assert.deepEqual([closed.status, closed.body.error.code], [502, 'part-closed'])
  assert.doesNotMatch(closed.text, /secret/)
})

interface Named {
  readonly name: string
}

interface Bounds {
  readonly partition: number
  readonly start: string
  readonly end: string
}

interface Config extends Named {
  readonly value: string
  readonly source: string
  readonly isDefault: boolean
}
