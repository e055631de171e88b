/** Whatever somebody has written into a topic, and whatever a reader asks for, the console stays up and tells what is there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaClient, moveGroup } from '../../src/client/index.ts'
import { consoleApi, openEvents } from '../helpers/console.ts'
import { startInside } from '../helpers/doors.ts'
import { eventually } from '../helpers/eventually.ts'
import { shared } from '../helpers/subject.ts'

const file = `
kafka: { listeners: [ { bind: 127.0.0.1:0 } ] }
registry: { bind: 127.0.0.1:0 }
console: { bind: 127.0.0.1:0 }
`

const leat = shared(async (owner) => {
  const running = await startInside(owner, file)
  const [{ host, port } = { host: '', port: 0 }] = running.kafka
  const client = new KafkaClient({ brokers: [`${host}:${port}`], clientId: 'test' })
  owner.after(() => client.close())
  return { ...consoleApi(running), client, producer: client.producer() }
})

/** What it is told as: its format, and the text where that is another than what was written. */
const values: readonly (readonly [written: string | Buffer, format: string, told?: string])[] = [
  ['{"__proto__":{"polluted":true},"constructor":1,"toString":null}', 'json'],
  ['{"a":1,"a":2}', 'json'],
  ['{"n":123456789012345678901234567890,"f":1e400,"z":-0,"p":0.1000000000000000055}', 'json'],
  ['9007199254740993', 'json'],
  ['"\\ud800"', 'json'],
  ['  [1]\r\n', 'json'],
  ['NaN', 'text'],
  ['{"a":', 'text'],
  ['', 'text'],
  ['\x1b[2J\0\u202e<img src=x onerror=alert(1)>\u2028', 'text'],
  ['\ufeff{"a":1}', 'text'],
  [Buffer.from([0xff, 0xfe, 0x00]), 'bytes', '//4A'],
  [Buffer.from([0xed, 0xa0, 0x80]), 'bytes', '7aCA'],
  [Buffer.from([0xc0, 0xaf]), 'bytes', 'wK8='],
  [Buffer.from([0, 0]), 'text', '\0\0'],
  [Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]), 'bytes', 'AH////8='],
]

test('every value is told as it stands, whatever it is', async () => {
  const { producer, records } = await leat()
  for (const [written] of values) {
    const bytes = Buffer.from(written)
    const headers = [{ key: bytes.toString(), value: bytes }]
    await producer.send({ topic: 'odd', key: bytes, value: bytes, headers })
  }
  const { records: told } = await records('odd', { limit: 1000 })
  assert.equal(told.length, values.length)
  for (const [index, { key, value, headers }] of told.entries()) {
    const [written = '', format, text = String(written)] = values[index] ?? []
    const { problem: _, schemaId: __, ...shown } = value
    assert.deepEqual(shown, { format, value: text, bytes: Buffer.from(written).length })
    assert.equal(key.value, text)
    assert.equal(headers[0][1].value, text)
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined)
})

test('times that are no dates, and names of headers that are anything, are told', async () => {
  const { client, producer, records } = await leat()
  const config = { 'message.timestamp.after.max.ms': '9223372036854775807' }
  await client.createTopics([{ name: 'times', config }])
  const times = [-1n, 0n, 253_402_300_800_000n, 9_223_372_036_854_775_807n]
  for (const timestamp of times) {
    await producer.send({ topic: 'times', value: Buffer.from('1'), timestamp })
  }
  const { records: told } = await records('times', { from: 'start' })
  assert.deepEqual(
    told.map(({ timestamp }) => timestamp),
    times.map(Number),
  )
  const { records: newest } = await records('times', { from: 'end' })
  assert.equal(newest.length, times.length)
  const filtered = await records('times', {
    filter: 'timestamp > timestamp("2020-01-01T00:00:00Z")',
  })
  assert.ok(filtered.records.length <= 2)
})

test('a value that is longer than is told is cut between characters, and told whole to who asks', async () => {
  const { producer, records } = await leat()
  const faces = '😀'.repeat(200_000)
  const noise = Buffer.alloc(900_000, 0xfe)
  await producer.send({ topic: 'long', value: Buffer.from(`x${faces}`) })
  await producer.send({ topic: 'long', value: noise })
  const { records: told } = await records('long')
  const [text, bytes] = told.map(({ value }) => value)
  assert.deepEqual(
    [text.isCut, text.bytes, bytes.isCut, bytes.bytes],
    [true, 800_001, true, 900_000],
  )
  assert.ok(text.value.isWellFormed() && text.value.length <= 8192)
  assert.ok(Buffer.from(bytes.value, 'base64').every((byte) => byte === 0xfe))
  const whole = await records('long', { from: 0, partition: 0, limit: 1, bytes: 1024 * 1024 })
  assert.equal(whole.records[0].value.value, `x${faces}`)
  assert.equal(whole.records[0].value.isCut, undefined)
})

test('what nests without end is told, and no filter falls over it', async () => {
  const { producer, records } = await leat()
  const deep = `${'['.repeat(200_000)}1234567890123456789${']'.repeat(200_000)}`
  await producer.send({ topic: 'deep', value: Buffer.from(deep) })
  await producer.send({ topic: 'deep', value: Buffer.from('{"a":1}') })
  const plain = await records('deep')
  assert.deepEqual(
    plain.records.map(({ value }) => value.bytes),
    [deep.length, 7],
  )
  const { records: found, done } = await records('deep', { filter: 'value.a == 1' })
  assert.deepEqual([found.length, done.failed], [1, 1])
})

test('a filter that loops over long lists, or a pattern, does not stop the process', async () => {
  const { ask, producer } = await leat()
  const list = `[${Array.from({ length: 50_000 }, (_, index) => index).join()}]`
  await producer.send({ topic: 'lists', value: Buffer.from(list) })
  await producer.send({ topic: 'lists', value: Buffer.from(JSON.stringify(['a'.repeat(50_000)])) })
  const slow = encodeURIComponent('value.all(x, value.exists(y, y == -1 || y == x + 0.5) == false)')
  const asked = ask(`/api/topics/lists/records?filter=${slow}`)
  const beganMs = performance.now()
  assert.equal((await ask('/healthz')).status, 200)
  const { text } = await asked
  assert.ok(performance.now() - beganMs < 30_000)
  assert.match(text.trimEnd().split('\n').at(-1) ?? '', /"filter-too-slow"/)
  const pattern = encodeURIComponent('value[0].matches("^(a+)+$x")')
  const matched = await ask(`/api/topics/lists/records?filter=${pattern}`)
  assert.equal(matched.status, 200)
  assert.equal((await ask('/healthz')).status, 200)
})

test('whoever goes away is worked for no longer, and nobody takes all the streams', async (t) => {
  const { base, ask, client } = await leat()
  await client.createTopics([{ name: 'watched', partitions: 1 }])
  const connections = async () => {
    const { text } = await ask('/metrics')
    return Number(/^leat_kafka_connections (\d+)$/m.exec(text)?.[1])
  }
  const before = await connections()
  const open = () => openEvents(t, `${base}/api/topics/watched/tail`)
  const streams = await Promise.all(Array.from({ length: 16 }, open))
  await eventually('each follows', async () => (await connections()) >= before + 16)
  const refused = await ask('/api/rates')
  assert.deepEqual([refused.status, refused.body.error.code], [429, 'too-many-streams'])
  for (const stream of streams) stream.close()
  await eventually('nobody follows any more', async () => (await connections()) <= before)
  await eventually('there is room again', async () => {
    const answer = await ask('/api/topics/watched/records')
    return answer.status === 200
  })
})

test('answers that nobody reads take no room', async () => {
  const { ask, client } = await leat()
  await client.createTopics([{ name: 'unread', partitions: 1 }])
  for (const path of ['/api/topics/unread/records', '/api/topics/unread/tail', '/api/rates']) {
    for (let time = 0; time < 20; time++) {
      const { status, headers } = await ask(path, { method: 'HEAD' })
      assert.equal(status, 200, path)
      assert.equal(headers['cache-control'], 'no-store')
      assert.match(`${headers['content-security-policy']}`, /default-src 'none'/)
    }
  }
  assert.equal((await ask('/api/topics/unread/records')).status, 200)
})

test('groups are told and deleted by whatever name they have', async () => {
  const { ask, client, producer } = await leat()
  await producer.send({ topic: 'read', value: Buffer.from('1') })
  const names = [
    'a/b',
    '..',
    '%2F',
    'ü 😀',
    '<img src=x>',
    '__proto__',
    'x'.repeat(300),
    'a?b#c',
    '"',
  ]
  for (const name of names) {
    await moveGroup(client, name, [{ topic: 'read', partition: 0, next: 0n }])
  }
  const listed = (await ask('/api/groups')).body.map(({ group }: { group: string }) => group)
  for (const name of names) {
    assert.ok(listed.includes(name), name)
    // A browser would take two dots for a way up, in whatever way they are written.
    if (name === '..') continue
    const path = `/api/groups/${encodeURIComponent(name)}`
    const { body, text } = await ask(path)
    assert.equal(body.group, name, text)
    assert.equal((await ask(path, { method: 'DELETE' })).status, 204, name)
    assert.equal((await ask(path)).status, 404, name)
  }
})

test('queries, names and bodies that are anything are refused with what to write', async () => {
  const { ask, client } = await leat()
  await client.createTopics([{ name: 'plain', partitions: 1 }])
  const long = 'x'.repeat(5000)
  for (const query of [
    'from=99999999999999999999999999&partition=0',
    'from=-99999999999999999999999999',
    'from=@99999999999999999999999999',
    'from=0:99999999999999999999999999999',
    `text=${long}`,
    `filter=${long}`,
    'limit=1e3',
    'limit=-1',
    'bytes=1048577',
    'partition=0x0',
    'filter=%00',
    'filter=%ff',
    `filter=${encodeURIComponent(`${'('.repeat(400)}1${')'.repeat(400)}`)}`,
    'from=start&from=end&order=__proto__',
  ]) {
    const { status, text } = await ask(`/api/topics/plain/records?${query}`)
    assert.ok(status === 200 || status === 400, `${query}: ${status} ${text}`)
  }
  for (const name of ['%00', '..', '__proto__', 'a%20b', long.slice(0, 300), '%F0%9F%98%80']) {
    for (const path of ['', '/configs', '/records']) {
      const { status, text } = await ask(`/api/topics/${name}${path}`)
      assert.ok([400, 404].includes(status), `${name}${path}: ${status} ${text}`)
    }
    assert.equal((await ask(`/api/groups/${name}`)).status, 404, name)
  }
  const bodies = [
    '',
    '[]',
    '1',
    'null',
    '{',
    '{"name":{}}',
    '{"name":"a b"}',
    '{"__proto__":{"name":"x"}}',
  ]
  for (const body of bodies) {
    const { status, text } = await ask('/api/topics', { method: 'POST', body })
    assert.equal(status, 400, `${body}: ${text}`)
  }
  const hostile = '{"name":"fine","configs":{"__proto__":"x","constructor":"y"}}'
  assert.equal((await ask('/api/topics', { method: 'POST', body: hostile })).status, 400)
  assert.equal((await ask('/healthz')).status, 200)
})
