import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { Metrics } from '../base/metrics.ts'
import { between, pick, seededRandom } from '../base/random.ts'
import { points } from '../base/testing/points.ts'
import { askAt, openRegistry } from './testing/registries.ts'

test('more versions, characters or bytes than allowed are refused', async (t) => {
  const limits = { versions: 2, characters: 10, schemaBytes: 6, requestBytes: 200 }
  const { ask, url } = await openRegistry(t, { limits })
  const register = async (schema: string) =>
    (await ask('POST', `/subjects/${schema[0]}/versions`, { schema })).body
  assert.equal((await register('abcdefg')).error_code, 42209)
  assert.equal((await register('abcdef')).id, 1)
  assert.match((await register('bcdef')).message, /at most 10 characters/)
  assert.equal((await register('b')).id, 2)
  assert.match((await register('c')).message, /at most 2 versions/)
  const { status, body } = await ask('POST', '/subjects/s/versions', { schema: 'x'.repeat(300) })
  assert.deepEqual([status, body.error_code], [413, 413])
  const pieces = ReadableStream.from([Buffer.from('{"schema":"'), Buffer.alloc(300, 'x')])
  const init: RequestInit = { method: 'POST', body: pieces, duplex: 'half' }
  assert.equal((await fetch(`${url}/subjects/s/versions`, init)).status, 413)
})

test('changes beyond those that may wait are refused', async (t) => {
  const { ask, kafka } = await openRegistry(t, { limits: { waitingWrites: 2 } })
  await ask('PUT', '/config', { normalize: true })
  const { promise, resolve } = Promise.withResolvers<void>()
  kafka.beforeWrite = () => promise
  const waiting = [1, 2].map((n) => ask('PUT', `/config/s${n}`, { normalize: true }))
  let refused: number | undefined
  // The two are on their way: a third is refused as soon as they have arrived.
  const probes: Promise<unknown>[] = []
  while (refused === undefined) {
    const probe = ask('PUT', '/config/probe', { normalize: true }).then(({ status }) => {
      if (status === 429) refused = status
    })
    probes.push(probe)
    await Promise.race([probe, new Promise(setImmediate)])
  }
  resolve()
  await Promise.all([...waiting, ...probes])
  assert.equal(refused, 429)
})

test('a schema that refers to too many others is refused', async (t) => {
  const { ask } = await openRegistry(t, { limits: { references: 2 } })
  for (const name of ['a', 'b', 'c']) {
    await ask('POST', `/subjects/${name}/versions`, { schema: name })
  }
  const references = ['a', 'b', 'c'].map((subject) => ({ name: subject, subject, version: 1 }))
  const { body } = await ask('POST', '/subjects/top/versions', { schema: '&a', references })
  assert.match(body.message, /refers to more than 2 schemas/)
})

test('schemas beyond those that are kept parsed are parsed again', async (t) => {
  const { ask } = await openRegistry(t, { limits: { parsedSchemas: 1 } })
  for (const schema of ['a', 'b', 'c']) {
    await ask('POST', `/subjects/${schema}/versions`, { schema })
  }
  for (const schema of ['a', 'b', 'c']) {
    assert.equal((await ask('POST', `/subjects/${schema}`, { schema })).status, 200)
  }
})

test('connections beyond those that are allowed are closed', async (t) => {
  const { door } = await openRegistry(t, { limits: { connections: 1 } })
  const port = door.addresses[0]?.port ?? 0
  const first = connect(port, '127.0.0.1')
  await once(first, 'connect')
  const second = connect(port, '127.0.0.1').on('error', () => {})
  await once(second, 'close')
  assert.equal(first.closed, false)
  first.destroy()
})

test('the answer is of a type that is accepted, and a body of another type is not read', async (t) => {
  const { url } = await openRegistry(t)
  const typeFor = async (accept: string) =>
    (await askAt(url, 'GET', '/subjects', undefined, { accept })).type
  assert.equal(await typeFor('application/json'), 'application/json')
  assert.equal(await typeFor('*/*'), 'application/vnd.schemaregistry.v1+json')
  const several =
    'application/vnd.schemaregistry.v1+json;q=0.5, application/vnd.schemaregistry+json, */*;q=0.1'
  assert.equal(await typeFor(several), 'application/vnd.schemaregistry+json')
  const { status } = await askAt(url, 'GET', '/subjects', undefined, { accept: 'text/html' })
  assert.equal(status, 406)
  const xml = { 'content-type': 'application/xml' }
  const { body } = await askAt(url, 'POST', '/subjects/s/versions', '<a/>', xml)
  assert.equal(body.error_code, 415)
  const json = { 'content-type': 'application/json; charset=utf-8' }
  const { status: read } = await askAt(url, 'POST', '/subjects/s/versions', '{"schema":"a"}', json)
  assert.equal(read, 200)
})

test('a registry that closes does not wait for a client that does not go on', async (t) => {
  const { door, ask } = await openRegistry(t, { limits: { closeMs: 20 } })
  await ask('GET', '/subjects')
  const socket = connect(door.addresses[0]?.port ?? 0, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('POST /subjects/s HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{')
  await once(socket, 'ready')
  await door.close()
  assert.ok(await new Promise((resolve) => socket.once('close', () => resolve(true))))
})

test('a DELETE that names the type of a body it does not have is answered', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  assert.deepEqual((await ask('DELETE', '/subjects/s')).body, [1])
})

test('requests are counted by what they are about and how they went', async (t) => {
  const metrics = new Metrics()
  const { ask } = await openRegistry(t, { metrics })
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  await ask('GET', '/subjects/none/versions')
  const samples = metrics
    .families()
    .find(({ name }) => name.endsWith('requests_total'))
    ?.read()
  assert.deepEqual(samples, [
    { labels: { method: 'POST', operation: 'subjects', code: '200' }, value: 1 },
    { labels: { method: 'GET', operation: 'subjects', code: '404' }, value: 1 },
  ])
})

const paths = [
  '/subjects/s/versions',
  '/subjects/t/versions',
  '/subjects/:.c:s/versions',
  '/subjects/s/versions/latest',
  '/subjects/s/versions/1/tags',
  '/subjects/s',
  '/subjects',
  '/schemas',
  '/schemas/ids/1',
  '/compatibility/subjects/s/versions',
  '/config/s',
  '/mode/t',
  '/contexts',
  '/contexts/.c/subjects/s',
]
const steps = [
  ...['subjects', 'schemas', 'ids', 'guids', 'versions', 'compatibility', 'config', 'mode'],
  ...['contexts', 's', ':.c:s', '1', '-1', 'latest', 'metadata', 'referencedby', 'tags', 'schema'],
  ...['%', '%2F', '%zz', '%00', '..', '__proto__', '', 'é', '9'.repeat(30)],
]
const bodies = [
  ...['', '{', '[]', 'null', '"a"', '{"__proto__":{"schema":"a"}}', '[['.repeat(10_000)],
  ...['{"schema":"a"}', '{"schema":"a,b","schemaType":"JSON"}', '{"schema":{"a":1}}'],
  '{"schema":"&x","references":[{"name":"x","subject":"s","version":1}]}',
  ...['{"schema":"!!"}', '{"schema":"a","references":[{}]}', '{"schema":"a","id":5,"version":-7}'],
  '{"schema":"a","metadata":{"properties":{"__proto__":"x"}}}',
  '{"schema":"a","ruleSet":{"domainRules":[{}]}}',
  ...['{"compatibility":"NONE"}', '{"compatibility":7}', '{"alias":"t"}', '{"newVersion":3}'],
  ...['{"mode":"IMPORT"}', '{"mode":"READWRITE"}', '{"mode":1}'],
]
const queries = [
  ...['', '', '', '?deleted=true', '?permanent=true', '?force=true', '?normalize=true'],
  ...['?offset=-1', '?limit=x', '?limit=99999999999', '?format=x', '?key=a', '?subject=s'],
  ...['?verbose=true', '?subjectPrefix=:*:', '?%'],
]

/** Of requests. */
const hundreds = points('REGISTRY_HUNDREDS', { few: 20, all: 50 })

test('whatever is asked, the answer is clear, and nothing breaks or grows', async (t) => {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32)
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const { url, ask } = await openRegistry(t, { limits: { versions: 50 } })
  const askAnything = async () => {
    const method = pick(random, ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'])
    const length = between(random, 1, 6)
    const strange = () => `/${Array.from({ length }, () => pick(random, steps)).join('/')}`
    const path = `${random.next() < 0.5 ? pick(random, paths) : strange()}${pick(random, queries)}`
    const body = method === 'GET' ? undefined : pick(random, bodies)
    const { status, body: answer } = await askAt(url, method, path, body)
    const isClear = status < 300 || typeof answer?.message === 'string'
    assert.ok(isClear && status < 500, `${method} ${path} ${body}: ${status}`)
    return status
  }
  const statuses: number[] = []
  for (let round = 0; round < hundreds; round++) {
    statuses.push(...(await Promise.all(Array.from({ length: 100 }, askAnything))))
  }
  assert.ok(statuses.filter((status) => status === 200).length > 100, 'some of it made sense')
  assert.ok((await ask('GET', '/schemas?deleted=true')).body.length <= 50)
})
