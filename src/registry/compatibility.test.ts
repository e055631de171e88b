import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRegistry } from './testing/registries.ts'

/** Whether a schema after `a` and `a, b` may be `c`; a reader needs all its fields. */
const verdicts: Record<string, Record<string, boolean>> = {
  NONE: { a: true, 'a, b': true, 'a, b, c': true, c: true },
  BACKWARD: { a: true, 'a, b, c': false, c: false },
  BACKWARD_TRANSITIVE: { a: true, b: false, 'a, b, c': false },
  FORWARD: { 'a, b, c': true, a: false },
  FORWARD_TRANSITIVE: { 'a, b, c': true, b: false },
  FULL: { 'b, a': true, a: false, 'a, b, c': false },
  FULL_TRANSITIVE: { 'b, a': false, a: false },
}

for (const [level, schemas] of Object.entries(verdicts)) {
  test(`${level} compares with the versions and in the directions that it names`, async (t) => {
    const { ask } = await openRegistry(t)
    for (const schema of ['a', 'a, b']) {
      await ask('POST', '/subjects/s/versions?force=true', { schema })
    }
    await ask('PUT', '/config', { compatibility: level })
    for (const [schema, isCompatible] of Object.entries(schemas)) {
      const { body } = await ask('POST', '/compatibility/subjects/s/versions', { schema })
      assert.deepEqual(body, { is_compatible: isCompatible }, schema)
    }
  })
}

test('a schema that would break readers is refused, with all that stands in the way', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  const messages = [
    "'b' of the new schema is missing in the old schema",
    '{oldSchemaVersion: 1}',
    "{oldSchema: 'a'}",
    "{validateFields: 'false', compatibility: 'BACKWARD'}",
  ]
  const { status, body } = await ask('POST', '/subjects/s/versions', { schema: 'a, b' })
  assert.equal(status, 409)
  assert.deepEqual(body, {
    error_code: 40901,
    message: `Schema being registered is incompatible with an earlier schema for subject "s", details: [${messages.join(', ')}]`,
  })
  const path = '/compatibility/subjects/s/versions/latest?verbose=true'
  const { body: tested } = await ask('POST', path, { schema: 'a, b' })
  assert.deepEqual(tested, { is_compatible: false, messages })
  const { body: good } = await ask('POST', path, { schema: 'a' })
  assert.deepEqual(good, { is_compatible: true, messages: [] })
})

test('where an old reader is in the way, it is the old schema that misses what is new', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('PUT', '/config', { compatibility: 'FORWARD' })
  await ask('POST', '/subjects/s/versions', { schema: 'a, b' })
  const path = '/compatibility/subjects/s/versions/1?verbose=true'
  const { body } = await ask('POST', path, { schema: 'a' })
  assert.equal(body.messages[0], "'b' of the old schema is missing in the new schema")
})

test('deleted versions and a subject without versions stand in nobody’s way', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  await ask('DELETE', '/subjects/s')
  assert.equal((await ask('POST', '/subjects/s/versions', { schema: 'b' })).status, 200)
  const path = '/compatibility/subjects/new/versions/latest'
  assert.deepEqual((await ask('POST', path, { schema: 'b' })).body, { is_compatible: true })
  const { body } = await ask('POST', '/compatibility/subjects/s/versions/1', { schema: 'b' })
  assert.equal(body.error_code, 40402)
})

test('with a group, only versions of the same group are compared', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('PUT', '/config/s', { compatibilityGroup: 'major' })
  const major = (major: string) => ({ metadata: { properties: { major } } })
  const register = (body: object) => ask('POST', '/subjects/s/versions', body)
  assert.equal((await register({ schema: 'a', ...major('1') })).status, 200)
  assert.equal((await register({ schema: 'b', ...major('1') })).status, 409)
  assert.equal((await register({ schema: 'b', ...major('2') })).status, 200)
})

test('a field that the metadata reserve stays reserved', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('PUT', '/config/s', { validateFields: true })
  const reserving = { metadata: { properties: { 'confluent:reserved': 'x' } } }
  await ask('POST', '/subjects/s/versions', { schema: 'a', schemaType: 'PROTOBUF', ...reserving })
  const { body } = await ask('POST', '/compatibility/subjects/s/versions?verbose=true', {
    schema: 'a',
    schemaType: 'PROTOBUF',
  })
  assert.match(body.messages[0], /^The new schema has reserved field x removed/)
})
