import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRegistry } from './testing/registries.ts'

/** The MD5 of `a, b`. */
const guid = '51718398-f14c-2c72-48fa-166b1c749400'

test('a schema that is registered is found by its id, its guid, its version and its text', async (t) => {
  const { ask } = await openRegistry(t)
  const { status, body, type } = await ask('POST', '/subjects/readings/versions', { schema: 'a,b' })
  assert.equal(status, 200)
  assert.equal(type, 'application/vnd.schemaregistry.v1+json')
  assert.deepEqual(body, { id: 1, version: 1, guid, schemaType: 'AVRO' })
  const { body: version } = await ask('GET', '/subjects/readings/versions/latest')
  const { ts, ...rest } = version
  assert.deepEqual(rest, {
    ...{ subject: 'readings', version: 1, id: 1, guid },
    ...{ schemaType: 'AVRO', schema: 'a, b', deleted: false },
  })
  assert.ok(Math.abs(Date.now() - ts) < 60_000)
  assert.deepEqual((await ask('GET', '/subjects/readings/versions/1')).body, version)
  const { body: byId } = await ask('GET', '/schemas/ids/1')
  assert.deepEqual(byId, { guid, schemaType: 'AVRO', schema: 'a, b', ts, deleted: false })
  assert.deepEqual((await ask('GET', `/schemas/guids/${guid}`)).body, byId)
  assert.deepEqual((await ask('GET', `/schemas/guids/${guid}/ids`)).body, [{ context: '.', id: 1 }])
  assert.equal((await ask('GET', '/schemas/ids/1/schema')).body, 'a, b')
  assert.equal((await ask('GET', '/subjects/readings/versions/1/schema')).body, 'a, b')
  assert.deepEqual((await ask('POST', '/subjects/readings', { schema: 'a ,b' })).body, version)
})

test('the same schema has one id under all subjects, and one version under each', async (t) => {
  const { ask } = await openRegistry(t)
  for (const subject of ['one', 'two', 'two']) {
    const { body } = await ask('POST', `/subjects/${subject}/versions`, { schema: 'a' })
    assert.deepEqual([body.id, body.version], [1, 1])
  }
  assert.deepEqual((await ask('GET', '/schemas/ids/1/subjects')).body, ['one', 'two'])
  assert.deepEqual((await ask('GET', '/schemas/ids/1/versions')).body, [
    { subject: 'one', version: 1 },
    { subject: 'two', version: 1 },
  ])
  const { body } = await ask('POST', '/subjects/one/versions', { schema: 'a', schemaType: 'JSON' })
  assert.equal(body.error_code, 40901, 'another language is another schema')
})

test('a normalized schema is the same for all ways to write it', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions?normalize=true', { schema: 'b,a' })
  const { body } = await ask('POST', '/subjects/s/versions?normalize=true&format=x', {
    schema: 'a,b',
  })
  assert.deepEqual([body.id, body.schema], [1, 'a, b'])
  assert.equal((await ask('POST', '/subjects/s', { schema: 'b,a' })).status, 404)
  assert.equal((await ask('POST', '/subjects/s?normalize=true', { schema: 'b,a' })).status, 200)
  await ask('PUT', '/config/s', { normalize: true })
  assert.equal((await ask('POST', '/subjects/s', { schema: 'b,a' })).body.id, 1)
})

test('what is missing is said with the numbers and in the words of Confluent', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  const expected: [string, string, unknown, number, string][] = [
    ['GET', '/subjects/x/versions', undefined, 40401, "Subject 'x' not found."],
    ['GET', '/subjects/x/versions/1', undefined, 40401, "Subject 'x' not found."],
    ['POST', '/subjects/x', { schema: 'a' }, 40401, "Subject 'x' not found."],
    ['GET', '/subjects/s/versions/2', undefined, 40402, 'Version 2 not found.'],
    ['GET', '/schemas/ids/9', undefined, 40403, 'Schema 9 not found'],
    ['GET', '/schemas/ids/9/subjects', undefined, 40403, 'Schema 9 not found'],
    ['POST', '/subjects/s', { schema: 'b' }, 40403, 'Schema not found'],
    ['GET', '/schemas/guids/none', undefined, 40403, 'Schema none not found'],
    [
      'GET',
      '/config/s',
      undefined,
      40408,
      "Subject 's' does not have subject-level compatibility configured",
    ],
    ['GET', '/mode/s', undefined, 40409, "Subject 's' does not have subject-level mode configured"],
    ['GET', '/nothing', undefined, 404, 'HTTP 404 Not Found'],
    ['GET', '/schemas/ids/one', undefined, 404, 'HTTP 404 Not Found'],
    [
      ...(['GET', '/subjects/s/versions/0', undefined, 42202] as const),
      `The specified version '0' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
    ],
  ]
  for (const [method, path, body, error_code, message] of expected) {
    const answer = await ask(method, path, body)
    assert.deepEqual(answer.body, { error_code, message }, `${method} ${path}`)
    assert.equal(answer.status, Number(String(error_code).slice(0, 3)))
  }
})

test('what is no schema is refused with what is wrong with it', async (t) => {
  const { ask } = await openRegistry(t)
  const refused = async (body: unknown) => (await ask('POST', '/subjects/s/versions', body)).body
  assert.deepEqual(await refused({ schema: 'a, 7' }), {
    error_code: 42201,
    message: "Invalid schema of type AVRO, details: The Avro schema is invalid: '7' is no field.",
  })
  assert.deepEqual(await refused({ schema: 'a', schemaType: 'XML' }), {
    error_code: 42201,
    message: 'Invalid schema type XML',
  })
  assert.deepEqual(await refused({}), { error_code: 42201, message: 'Empty schema' })
  assert.equal((await refused('{"schema"')).error_code, 400)
  assert.equal((await refused('[]')).error_code, 422)
  assert.equal((await refused('')).error_code, 422)
  assert.equal((await refused({ schema: 7 })).error_code, 422)
  assert.deepEqual((await ask('GET', '/subjects')).body, [])
})

test('schemas refer to schemas, which cannot be deleted before them', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/base/versions', { schema: 'x, y' })
  const references = [{ name: 'base', subject: 'base', version: 1 }]
  const { body } = await ask('POST', '/subjects/top/versions', { schema: '&base, z', references })
  assert.deepEqual([body.id, body.references], [2, references])
  const { body: resolved } = await ask('GET', '/schemas/ids/2?format=resolved')
  assert.equal(resolved.schema, 'x, y, z')
  assert.equal(resolved.guid, body.guid)
  assert.deepEqual((await ask('GET', '/subjects/base/versions/1/referencedby')).body, [2])
  const message =
    'One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=base,version=1}.'
  for (const path of ['/subjects/base', '/subjects/base/versions/1']) {
    assert.deepEqual((await ask('DELETE', path)).body, { error_code: 42206, message })
  }
  await ask('DELETE', '/subjects/top')
  assert.deepEqual((await ask('GET', '/subjects/base/versions/1/referencedby')).body, [])
  assert.deepEqual((await ask('DELETE', '/subjects/base')).body, [1])
  assert.equal((await ask('DELETE', '/subjects/base?permanent=true')).body.error_code, 42206)
  const missing = { schema: '&none', references: [{ name: 'none', subject: 'none', version: 3 }] }
  assert.deepEqual((await ask('POST', '/subjects/bad/versions', missing)).body, {
    error_code: 42201,
    message:
      'Invalid schema of type AVRO, details: No schema reference found for subject "none" and version 3',
  })
})

test('a deleted version is known by its id until it is deleted for good, and its number is not used again', async (t) => {
  const { ask } = await openRegistry(t)
  for (const schema of ['a', 'a', 'c']) {
    await ask('POST', '/subjects/s/versions?force=true', { schema })
  }
  const code = async (method: string, path: string) => (await ask(method, path)).body.error_code
  assert.equal(await code('DELETE', '/subjects/s/versions/1?permanent=true'), 40407)
  assert.equal((await ask('DELETE', '/subjects/s/versions/1')).body, 1)
  assert.equal(await code('DELETE', '/subjects/s/versions/1'), 40406)
  assert.deepEqual((await ask('GET', '/subjects/s/versions')).body, [2])
  assert.deepEqual((await ask('GET', '/subjects/s/versions?deleted=true')).body, [1, 2])
  assert.deepEqual((await ask('GET', '/subjects/s/versions?deletedOnly=true')).body, [1])
  assert.deepEqual((await ask('GET', '/subjects/s/versions?deletedAsNegative=true')).body, [-1, 2])
  assert.equal(await code('GET', '/subjects/s/versions/1'), 40402)
  assert.equal((await ask('GET', '/subjects/s/versions/1?deleted=true')).body.deleted, true)
  assert.equal((await ask('GET', '/schemas/ids/1')).body.schema, 'a')
  assert.equal(await code('DELETE', '/subjects/s?permanent=true'), 40405)
  assert.deepEqual((await ask('DELETE', '/subjects/s')).body, [2])
  assert.equal(await code('DELETE', '/subjects/s'), 40404)
  assert.deepEqual((await ask('GET', '/subjects')).body, [])
  assert.deepEqual((await ask('GET', '/subjects?deleted=true')).body, ['s'])
  assert.deepEqual((await ask('GET', '/subjects?deletedOnly=true')).body, ['s'])
  const { body: again } = await ask('POST', '/subjects/s/versions', { schema: 'd' })
  assert.deepEqual([again.id, again.version], [3, 3])
  await ask('DELETE', '/subjects/s')
  assert.deepEqual((await ask('DELETE', '/subjects/s?permanent=true')).body, [1, 2, 3])
  assert.equal(await code('GET', '/schemas/ids/1'), 40403)
  assert.equal(await code('DELETE', '/subjects/s?permanent=true'), 40401)
  const { body: other } = await ask('POST', '/subjects/s/versions', { schema: 'e' })
  assert.deepEqual([other.id, other.version], [4, 1])
})

test('a deleted schema that is registered again keeps its id under a new version', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  await ask('DELETE', '/subjects/s')
  const { body } = await ask('POST', '/subjects/s/versions', { schema: 'a' })
  assert.deepEqual([body.id, body.version], [1, 2])
  assert.deepEqual((await ask('GET', '/subjects/s/versions?deleted=true')).body, [2])
})

test('metadata and rules are kept, merged with those of the configuration, and looked for', async (t) => {
  const { ask } = await openRegistry(t)
  const rule = { name: 'check', kind: 'CONDITION', mode: 'WRITE', type: 'CEL', expr: 'true' }
  await ask('PUT', '/config/s', {
    defaultMetadata: { properties: { owner: 'nobody', room: '1' } },
    overrideMetadata: { properties: { room: '2' } },
    compatibility: 'none',
  })
  const contract = { metadata: { properties: { owner: 'me' } }, ruleSet: { domainRules: [rule] } }
  const { body } = await ask('POST', '/subjects/s/versions', { schema: 'a', ...contract })
  assert.deepEqual(body.metadata, { properties: { owner: 'me', room: '2' } })
  assert.deepEqual(body.ruleSet, { domainRules: [{ ...rule, disabled: false }] })
  const { body: next } = await ask('POST', '/subjects/s/versions', { schema: 'b' })
  assert.deepEqual(next.metadata, body.metadata, 'they are those of the version before')
  const { body: found } = await ask('GET', '/subjects/s/metadata?key=owner&value=me')
  assert.equal(found.version, 2)
  const { body: none } = await ask('GET', '/subjects/s/metadata?key=owner&value=you')
  assert.equal(none.error_code, 40403)
  assert.equal((await ask('POST', '/subjects/s', { schema: 'b' })).body.version, 2)
  const { body: listed } = await ask('GET', '/schemas?ruleType=CEL&latestOnly=true')
  assert.deepEqual(
    listed.map(({ version }: { version: number }) => version),
    [2],
  )
  const wrong = { schema: 'a', ruleSet: { domainRules: [{ ...rule, name: '1' }] } }
  assert.deepEqual((await ask('POST', '/subjects/s/versions', wrong)).body, {
    error_code: 42210,
    message: 'Illegal initial character in rule name: 1',
  })
})

test('a version is registered anew with other metadata and rules', async (t) => {
  const { ask } = await openRegistry(t)
  const rule = (name: string) => ({ name, type: 'CEL', mode: 'READ', kind: 'CONDITION' })
  const ruleSet = { domainRules: [rule('one'), rule('two')] }
  await ask('POST', '/subjects/s/versions', { schema: 'a', ruleSet })
  const change = { rulesToMerge: { domainRules: [rule('three')] }, rulesToRemove: ['one'] }
  const { body } = await ask('POST', '/subjects/s/versions/1/tags', change)
  assert.deepEqual([body.version, body.id], [2, 2])
  assert.deepEqual(body.metadata, { properties: { 'confluent:version': '2' } })
  assert.deepEqual(
    body.ruleSet.domainRules.map(({ name }: { name: string }) => name),
    ['two', 'three'],
  )
})

test('lists are given a page at a time', async (t) => {
  const { ask } = await openRegistry(t, { limits: { listedSchemas: 2 } })
  for (const subject of ['a', 'b', 'c', 'bc']) {
    await ask('POST', `/subjects/${subject}/versions`, { schema: 'x' })
  }
  assert.deepEqual((await ask('GET', '/subjects?offset=1&limit=2')).body, ['b', 'bc'])
  assert.deepEqual((await ask('GET', '/subjects?subjectPrefix=b')).body, ['b', 'bc'])
  const subjects = async (query: string) =>
    (await ask('GET', `/schemas?${query}`)).body.map(({ subject }: { subject: string }) => subject)
  assert.deepEqual(await subjects(''), ['a', 'b'])
  assert.deepEqual(await subjects('offset=2&limit=1000'), ['bc', 'c'])
})

test('names of subjects may hold whatever is percent-encoded', async (t) => {
  const { ask } = await openRegistry(t)
  for (const subject of ['a/b', 'ä ö', '100%', 'a?b#c', '%2F', 'x'.repeat(5000)]) {
    const path = `/subjects/${encodeURIComponent(subject)}`
    assert.equal((await ask('POST', `${path}/versions`, { schema: 'a' })).status, 200)
    assert.equal((await ask('GET', `${path}/versions/1`)).body.subject, subject)
  }
  const { body } = await ask('POST', '/subjects/a%00b/versions', { schema: 'a' })
  assert.equal(body.error_code, 42208)
})
