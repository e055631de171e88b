import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { RegistryClient } from './client.ts'
import { FakeRegistry } from './testing/fake-registry.ts'

test('the schema of an id is asked for once, also by many at a time', async () => {
  await using registry = await FakeRegistry.open()
  registry.answers.set('GET /schemas/ids/7?fetchMaxId=false', { body: { schema: '"long"' } })
  const client = new RegistryClient({ urls: [registry.url] })
  const [schema] = await Promise.all([client.schemaById(7), client.schemaById(7)])
  await client.schemaById(7)
  assert.deepEqual(schema, {
    type: 'AVRO',
    text: '"long"',
    references: [],
    id: 7,
    referencedTexts: new Map(),
  })
  assert.equal(registry.requests.length, 1)
})

test('an id that is missing now is asked for again later', async () => {
  await using registry = await FakeRegistry.open()
  const client = new RegistryClient({ urls: [registry.url] })
  await assert.rejects(client.schemaById(7), { code: 'schema-not-found', retriable: false })
  registry.answers.set('GET /schemas/ids/7?fetchMaxId=false', { body: { schema: '"long"' } })
  assert.equal((await client.schemaById(7)).text, '"long"')
})

test('the same id is another schema in another context', async () => {
  await using registry = await FakeRegistry.open()
  const path = (context: string) => `GET /schemas/ids/1?subject=%3A.${context}%3Aa&fetchMaxId=false`
  registry.answers.set(path('one'), { body: { schema: '"int"' } })
  registry.answers.set(path('two'), { body: { schema: '"long"' } })
  const client = new RegistryClient({ urls: [registry.url] })
  assert.equal((await client.schemaById(1, ':.one:a')).text, '"int"')
  assert.equal((await client.schemaById(1, ':.two:a')).text, '"long"')
})

test('what a schema refers to comes with it, each text behind those that it needs', async () => {
  await using registry = await FakeRegistry.open()
  const refersTo = (...subjects: string[]) => ({
    schemaType: 'PROTOBUF',
    references: subjects.map((subject) => ({ name: `${subject}.proto`, subject, version: 1 })),
  })
  const answer = (subject: string, body: object) =>
    registry.answers.set(`GET /subjects/%3A.c%3A${subject}/versions/1?deleted=true`, {
      body: { subject, version: 1, id: 1, ...body },
    })
  registry.answers.set('GET /schemas/ids/9?subject=%3A.c%3Atop&fetchMaxId=false', {
    body: { schema: 'top', ...refersTo('left', 'right') },
  })
  answer('left', { schema: 'left', ...refersTo('base') })
  answer('right', { schema: 'right', ...refersTo('base', 'left') })
  answer('base', { schema: 'base' })
  const client = new RegistryClient({ urls: [registry.url] })
  const { type, referencedTexts } = await client.schemaById(9, ':.c:top')
  assert.equal(type, 'PROTOBUF')
  assert.deepEqual(
    [...referencedTexts],
    [
      ['base.proto', 'base'],
      ['left.proto', 'left'],
      ['right.proto', 'right'],
    ],
  )
})

test('schemas that refer to each other in a circle are read once each', async () => {
  await using registry = await FakeRegistry.open()
  const body = (schema: string, subject: string) => ({
    body: { schema, id: 1, version: 1, references: [{ name: subject, subject, version: 1 }] },
  })
  registry.answers.set('GET /schemas/ids/1?fetchMaxId=false', body('top', 'a'))
  registry.answers.set('GET /subjects/a/versions/1?deleted=true', body('a text', 'b'))
  registry.answers.set('GET /subjects/b/versions/1?deleted=true', body('b text', 'a'))
  const client = new RegistryClient({ urls: [registry.url] })
  const { referencedTexts } = await client.schemaById(1)
  assert.deepEqual([...referencedTexts.keys()], ['b', 'a'])
})

test('a registered text keeps its id without being sent again', async () => {
  await using registry = await FakeRegistry.open()
  registry.answers.set('POST /subjects/a%2Fb-value/versions?normalize=true', { body: { id: 3 } })
  const client = new RegistryClient({ urls: [registry.url] })
  const schema = { type: 'JSON', text: '{}' } as const
  assert.equal(await client.register('a/b-value', schema, { normalize: true }), 3)
  assert.equal(await client.register('a/b-value', schema, { normalize: true }), 3)
  assert.deepEqual(
    registry.requests.map(({ body }) => body),
    [{ schema: '{}', schemaType: 'JSON' }],
  )
})

test('the answer that was not asked for longest makes room', async () => {
  await using registry = await FakeRegistry.open()
  for (const id of [1, 2, 3]) {
    registry.answers.set(`GET /schemas/ids/${id}?fetchMaxId=false`, { body: { schema: '"int"' } })
  }
  const client = new RegistryClient({ urls: [registry.url], mostCached: 2 })
  for (const id of [1, 2, 1, 3, 1, 2]) await client.schemaById(id)
  assert.deepEqual(
    registry.requests.map(({ url }) => url.slice(0, 14)),
    ['/schemas/ids/1', '/schemas/ids/2', '/schemas/ids/3', '/schemas/ids/2'],
  )
})

test('a registry that does not answer is passed over, and found again at the next failure', async () => {
  await using first = await FakeRegistry.open()
  await using second = await FakeRegistry.open()
  first.answers.set('GET /subjects', { status: 503, body: 'busy' })
  second.answers.set('GET /subjects', { body: ['a'] })
  const client = new RegistryClient({ urls: [first.url, second.url] })
  assert.deepEqual(await client.subjects(), ['a'])
  assert.deepEqual(await client.subjects(), ['a'])
  assert.equal(first.requests.length, 1)
  first.answers.set('GET /subjects', { body: ['b'] })
  second.answers.set('GET /subjects', { status: 500, body: 'broken' })
  assert.deepEqual(await client.subjects(), ['b'])
})

test('a registry that nobody runs is an error that may pass', async () => {
  const client = new RegistryClient({ urls: ['http://user:secret@127.0.0.1:1/'] })
  await assert.rejects(client.subjects(), (error: Error & { retriable?: boolean }) => {
    assert.equal(Object(error).code, 'registry-unreachable')
    assert.equal(error.retriable, true)
    assert.match(error.message, /^No schema registry answers at http:\/\/127\.0\.0\.1:1 \(/)
    return true
  })
})

test('a registry that is silent too long is given up', async () => {
  await using registry = await FakeRegistry.open()
  const clock = new ManualClock()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  registry.answers.set('GET /subjects', async () => {
    clock.advance(1000)
    await released
    return { body: [] }
  })
  const client = new RegistryClient({ urls: [registry.url], clock, timeoutMs: 1000 })
  await assert.rejects(client.subjects(), { code: 'registry-unreachable' })
  release()
})

const refusals = [
  { status: 409, error_code: 409, code: 'schema-incompatible', retriable: false },
  { status: 422, error_code: 42201, code: 'schema-invalid', retriable: false },
  { status: 404, error_code: 40401, code: 'subject-not-found', retriable: false },
  { status: 500, error_code: 50001, code: 'registry-failed', retriable: true },
  { status: 422, error_code: 42205, code: 'registry-refused', retriable: false },
]
for (const { status, error_code, code, retriable } of refusals) {
  test(`error ${error_code} is '${code}', in the registry's own words`, async () => {
    await using registry = await FakeRegistry.open()
    const body = { error_code, message: 'It is so.' }
    registry.answers.set('POST /subjects/a', { status, body })
    const client = new RegistryClient({ urls: [registry.url] })
    await assert.rejects(client.lookup('a', { type: 'AVRO', text: '"int"' }), {
      code,
      retriable,
      message: `The schema registry at ${registry.url} says: It is so. (error ${error_code})`,
    })
  })
}

test('a user and a password in the address are sent, and never said', async () => {
  await using registry = await FakeRegistry.open()
  registry.answers.set('GET /subjects', { status: 401, body: '' })
  const url = registry.url.replace('//', '//user:s%3Acret@')
  await assert.rejects(new RegistryClient({ urls: [url] }).subjects(), (error: Error) => {
    assert.match(error.message, /does not let us in \(HTTP 401\)/)
    assert.doesNotMatch(error.message, /cret/)
    return true
  })
  const sent = registry.requests[0]?.headers.authorization
  assert.equal(sent, `Basic ${Buffer.from('user:s:cret').toString('base64')}`)
})

test('what answers but is no registry is said to be none', async () => {
  await using registry = await FakeRegistry.open()
  registry.answers.set('GET /subjects', { body: '<html>welcome</html>' })
  await assert.rejects(new RegistryClient({ urls: [registry.url] }).subjects(), {
    code: 'registry-answer-unreadable',
  })
})

test('configurations and modes are read as they are written', async () => {
  await using registry = await FakeRegistry.open()
  const config = { compatibilityLevel: 'FULL', normalize: true }
  registry.answers.set('GET /config/a?defaultToGlobal=true', { body: config })
  registry.answers.set('PUT /config/a', { body: {} })
  registry.answers.set('GET /mode', { body: { mode: 'READWRITE' } })
  registry.answers.set('PUT /mode?force=true', { body: { mode: 'IMPORT' } })
  const client = new RegistryClient({ urls: [registry.url] })
  const read = await client.config('a', { defaultToGlobal: true })
  assert.deepEqual(read, { compatibility: 'FULL', normalize: true })
  await client.setConfig(read, 'a')
  assert.deepEqual(registry.requests[1]?.body, read)
  assert.equal(await client.mode(), 'READWRITE')
  await client.setMode('IMPORT', undefined, { force: true })
  assert.deepEqual(registry.requests[3]?.body, { mode: 'IMPORT' })
})

test('versions, compatibility and deletions are asked at their places', async () => {
  await using registry = await FakeRegistry.open()
  const version = { subject: 'a', version: 2, id: 5, guid: 'g', schema: '"int"' }
  registry.answers.set('GET /subjects/a/versions/latest', { body: version })
  registry.answers.set('GET /subjects/a/versions', { body: [1, 2] })
  registry.answers.set('POST /compatibility/subjects/a/versions/latest?verbose=true', {
    body: { is_compatible: false, messages: ['no'] },
  })
  registry.answers.set('DELETE /subjects/a/versions/1?permanent=true', { body: 1 })
  registry.answers.set('DELETE /subjects/a', { body: [2] })
  const client = new RegistryClient({ urls: [registry.url] })
  const latest = await client.latest('a')
  assert.deepEqual([latest.id, latest.guid, latest.version, latest.text], [5, 'g', 2, '"int"'])
  assert.deepEqual(await client.versions('a'), [1, 2])
  const schema = { type: 'AVRO', text: '"long"' } as const
  assert.deepEqual(await client.isCompatible('a', 'latest', schema, { verbose: true }), {
    isCompatible: false,
    messages: ['no'],
  })
  assert.equal(await client.deleteVersion('a', 1, { permanent: true }), 1)
  assert.deepEqual(await client.deleteSubject('a'), [2])
})
