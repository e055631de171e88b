import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { deliver, openSinkTask, sinkRecord } from '../../../test/helpers/connector-tasks.ts'
import { BadRecordError, RetriableError } from '../../connect/kit/index.ts'
import { testSink } from '../../connect/testing/index.ts'
import { retryAfterMs } from './retry-after.ts'
import { httpSink } from './sink.ts'

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** An API that keeps what it is asked, and answers as `answer` says. */
async function api(
  t: TestContext,
  answer: (response: ServerResponse, asked: Asked, count: number) => void = (response) =>
    response.end(),
) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    const one = { method: request.method, url: request.url, headers: request.headers, body }
    asked.push(one)
    answer(response, one, asked.length)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { asked, url: `http://127.0.0.1:${address.port}`, port: address.port }
}

const values = [
  { ID: 2n ** 60n, t: 1.5 },
  { ID: 2n, t: null },
  { ID: 3n, t: 0 },
]
const records = values.map((value, offset) => sinkRecord({ topic: 'a b', offset, value }))

test('records go as arrays of JSON to the URL of their topic, so many in a request', async (t) => {
  const { asked, url } = await api(t)
  await using task = await openSinkTask(httpSink, {
    ...{ 'http.api.url': `${url}/in/\${topic}`, 'batch.max.size': '2', 'request.method': 'PUT' },
    ...{ headers: 'X-Plant: west|Accept:text/plain' },
  })
  await task.put(records)
  assert.deepEqual(
    asked.map(({ method, url: path, body }) => [method, path, body]),
    [
      ['PUT', '/in/a%20b', '[{"ID":1152921504606846976,"t":1.5},{"ID":2,"t":null}]'],
      ['PUT', '/in/a%20b', '[{"ID":3,"t":0}]'],
    ],
  )
  const { headers } = asked[0] as Asked
  assert.equal(headers['x-plant'], 'west')
  assert.equal(headers['content-type'], 'application/json')
})

test('texts and bytes go as they are, between a prefix and a suffix', async (t) => {
  const { asked, url } = await api(t)
  await using task = await openSinkTask(httpSink, {
    ...{ 'http.api.url': url, 'request.body.format': 'string', 'batch.max.size': '10' },
    ...{ 'batch.prefix': '<', 'batch.suffix': '>', 'batch.separator': ';' },
  })
  await task.put([sinkRecord({ value: 'née' }), sinkRecord({ value: Buffer.from('b') })])
  await assert.rejects(task.put([sinkRecord({ value: 1 })]), BadRecordError)
  assert.deepEqual(
    asked.map(({ body }) => body),
    ['<née;b>'],
  )
})

test('an answer of 429 or 5xx is waited for as long as it says, and then the records are there', async (t) => {
  const { asked, url } = await api(t, (response, _, count) => {
    if (count === 1) response.writeHead(429, { 'retry-after': '7' })
    if (count === 2) response.writeHead(503)
    response.end()
  })
  await using task = await openSinkTask(httpSink, { 'http.api.url': url })
  const only = records.slice(0, 1)
  const waits = async (afterMs: number) =>
    await assert.rejects(task.put(only), (error) => {
      assert.ok(error instanceof RetriableError)
      assert.equal(error.afterMs, afterMs)
      return true
    })
  await waits(7000)
  await waits(3000)
  await task.put(only)
  assert.equal(asked.length, 3)
})

test('after max.retries attempts the task fails and says what the API answered', async (t) => {
  const { url } = await api(t, (response) => response.writeHead(500).end('out of order'))
  await using task = await openSinkTask(httpSink, { 'http.api.url': url, 'max.retries': '1' })
  await assert.rejects(task.put(records), RetriableError)
  await assert.rejects(task.put(records), {
    ...{ code: 'retries-exhausted', message: /in 2 attempts .*500: out of order/ },
  })
})

test('a record that the API refuses is bad alone, the others of its batch are taken', async (t) => {
  const taken: string[] = []
  const { url } = await api(t, (response, { body }) => {
    if (body.includes('"ID":2,')) return response.writeHead(422).end('no t')
    taken.push(body)
    return response.end()
  })
  await using task = await openSinkTask(httpSink, { 'http.api.url': url, 'batch.max.size': '9' })
  assert.deepEqual(await deliver(task, records), [records[1]])
  assert.equal(taken.length, 2)
})

test('what the API has taken is not sent again when a later record of the batch is refused', async (t) => {
  const { asked, url } = await api(t, (response, { body }) => {
    response.writeHead(body.includes('"ID":3,') ? 400 : 201).end()
  })
  await using task = await openSinkTask(httpSink, { 'http.api.url': url })
  assert.deepEqual(await deliver(task, records), [records[2]])
  const bodies = asked.map(({ body }) => body).filter((body) => !body.includes('"ID":3,'))
  assert.equal(new Set(bodies).size, bodies.length)
})

test('wrong credentials and redirects end the task instead of refusing each record', async (t) => {
  const { asked, url } = await api(t, (response, { headers }) => {
    if (headers.authorization === 'Bearer t')
      return response.writeHead(302, { location: '/' }).end()
    return response.writeHead(401).end()
  })
  const open = (more: object) => openSinkTask(httpSink, { 'http.api.url': url, ...more })
  const basic = { 'auth.type': 'BASIC', 'connection.user': 'u', 'connection.password': 'hidden' }
  await using wrong = await open(basic)
  await assert.rejects(wrong.put(records), { code: 'refused', message: /answered 401/ })
  assert.equal(asked[0]?.headers.authorization, `Basic ${btoa('u:hidden')}`)
  await using sent = await open({ 'auth.type': 'BEARER', 'bearer.token': 't' })
  await assert.rejects(sent.put(records), { code: 'refused', message: /answered 302/ })
  assert.equal(asked.length, 2)
})

test('requests go to the allowed hosts only, where these are named', async (t) => {
  const { asked, url, port } = await api(t)
  const open = (hosts: string) =>
    openSinkTask(httpSink, { 'http.api.url': url, 'http.allowed.hosts': hosts })
  await using other = await open('example.org')
  await assert.rejects(other.put(records), { code: 'host-not-allowed' })
  assert.equal(asked.length, 0)
  await using same = await open(`example.org,127.0.0.1:${port}`)
  await same.put(records)
  assert.equal(asked.length, 3)
})

test('an API that does not answer in time, or is not there, is tried again', async (t) => {
  const { url } = await api(t, () => {})
  await using slow = await openSinkTask(httpSink, {
    ...{ 'http.api.url': url, 'http.request.timeout.ms': '50' },
  })
  await assert.rejects(slow.put(records), /no answer in 50 ms/)
  await using gone = await openSinkTask(httpSink, { 'http.api.url': 'http://127.0.0.1:1' })
  await assert.rejects(gone.put(records), RetriableError)
})

test('records without a value are left out, or bad where that is asked for', async (t) => {
  const { asked, url } = await api(t)
  const tombstone = sinkRecord({ value: null })
  await using lenient = await openSinkTask(httpSink, { 'http.api.url': url })
  await lenient.put([tombstone])
  assert.equal(asked.length, 0)
  const strictly = { 'behavior.on.null.values': 'fail' }
  await using strict = await openSinkTask(httpSink, { 'http.api.url': url, ...strictly })
  await assert.rejects(strict.put([tombstone]), BadRecordError)
})

test('Retry-After is read as seconds and as a date, and has a limit', () => {
  const now = Date.UTC(2026, 0, 1)
  assert.equal(retryAfterMs('3', now), 3000)
  assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:00:05 GMT', now), 5000)
  assert.equal(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now), 0)
  assert.equal(retryAfterMs('99999999', now), 600_000)
  assert.equal(retryAfterMs('soon', now), undefined)
  assert.equal(retryAfterMs(null, now), undefined)
})

testSink({
  plugin: httpSink,
  place: async (t) => {
    const { asked, url } = await api(t)
    return {
      config: { 'http.api.url': url, 'batch.max.size': '10' },
      values: async () => asked.flatMap(({ body }) => JSON.parse(body)),
    }
  },
})
