import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRegistry } from './testing/registries.ts'

test('a configuration is set field by field, read back, inherited and taken away', async (t) => {
  const { ask } = await openRegistry(t)
  assert.deepEqual((await ask('GET', '/config')).body, { compatibilityLevel: 'BACKWARD' })
  const { body } = await ask('PUT', '/config', { compatibility: 'full', normalize: true })
  assert.deepEqual(body, { normalize: true, compatibility: 'FULL' })
  assert.equal((await ask('GET', '/config/s')).body.error_code, 40408)
  const inherited = { normalize: true, compatibilityLevel: 'FULL' }
  assert.deepEqual((await ask('GET', '/config/s?defaultToGlobal=true')).body, inherited)
  await ask('PUT', '/config/s', { compatibility: 'NONE', alias: 'other' })
  await ask('PUT', '/config/s', { validateFields: true, alias: null })
  const own = { validateFields: true, compatibilityLevel: 'NONE' }
  assert.deepEqual((await ask('GET', '/config/s')).body, own)
  assert.deepEqual((await ask('DELETE', '/config/s')).body, own)
  assert.equal((await ask('DELETE', '/config/s')).body.error_code, 40401)
  assert.equal((await ask('DELETE', '/config')).status, 200)
  assert.deepEqual((await ask('GET', '/config')).body, { compatibilityLevel: 'BACKWARD' })
  const { body: wrong } = await ask('PUT', '/config', { compatibility: 'SOME' })
  assert.equal(wrong.error_code, 42203)
})

test('a read-only subject takes no registrations, deletions or configurations', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  assert.deepEqual((await ask('PUT', '/mode/s', { mode: 'readonly' })).body, { mode: 'readonly' })
  assert.deepEqual((await ask('GET', '/mode/s')).body, { mode: 'READONLY' })
  const message = 'Subject s in context  is in read-only mode'
  const refused = { error_code: 42205, message }
  assert.deepEqual((await ask('POST', '/subjects/s/versions', { schema: 'b' })).body, refused)
  assert.deepEqual((await ask('DELETE', '/subjects/s')).body, refused)
  assert.deepEqual((await ask('PUT', '/config/s', { normalize: true })).body, refused)
  assert.equal((await ask('POST', '/subjects/s/versions', { schema: 'a' })).body.id, 1)
  assert.deepEqual((await ask('DELETE', '/mode/s')).body, { mode: 'READONLY' })
  assert.equal((await ask('DELETE', '/subjects/s')).status, 200)
})

test('an import brings ids and versions along, which otherwise nobody may choose', async (t) => {
  const { ask } = await openRegistry(t)
  const schema = { schema: 'a', id: 100, version: 7 }
  const register = (body: object) => ask('POST', '/subjects/s/versions', body)
  assert.deepEqual((await register(schema)).body, {
    error_code: 42205,
    message: 'Subject s in context  is not in import mode',
  })
  assert.equal((await ask('PUT', '/mode/s', { mode: 'IMPORT' })).status, 200)
  const { body } = await register(schema)
  assert.deepEqual([body.id, body.version], [100, 7])
  assert.equal((await register({ schema: 'b' })).body.error_code, 42205)
  assert.deepEqual((await register({ schema: 'b', id: 100, version: 8 })).body, {
    error_code: 42205,
    message: 'Overwrite new schema with id 100 in context  is not permitted.',
  })
  await ask('PUT', '/mode/s', { mode: 'READWRITE' })
  const { body: next } = await register({
    schema: 'a',
    schemaType: 'AVRO',
    metadata: { properties: { k: 'v' } },
  })
  assert.deepEqual([next.id, next.version], [101, 8])
  const { body: refused } = await ask('PUT', '/mode/s', { mode: 'IMPORT' })
  assert.equal(refused.message, 'Cannot import since found existing subjects')
  assert.equal((await ask('PUT', '/mode/s?force=true', { mode: 'IMPORT' })).status, 200)
})

test('an import clears what is deleted softly', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  await ask('DELETE', '/subjects/s')
  await ask('PUT', '/mode/s', { mode: 'IMPORT' })
  assert.deepEqual((await ask('GET', '/subjects?deleted=true')).body, [])
})

test('a mode that is none is refused', async (t) => {
  const { ask } = await openRegistry(t)
  assert.equal((await ask('PUT', '/mode', { mode: 'SOMETIMES' })).body.error_code, 42204)
  assert.equal((await ask('PUT', '/mode', { mode: 'FORWARD' })).body.error_code, 42204)
  assert.equal((await ask('PUT', '/mode/:.__GLOBAL:', { mode: 'FORWARD' })).status, 200)
  assert.deepEqual((await ask('GET', '/mode/s?defaultToGlobal=true')).body, { mode: 'FORWARD' })
})

test('an alias stands for its subject wherever schemas are asked for', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/real/versions', { schema: 'a' })
  await ask('PUT', '/config/nickname', { alias: 'real' })
  assert.equal((await ask('GET', '/subjects/nickname/versions/1')).body.subject, 'real')
  assert.equal((await ask('GET', '/schemas/ids/1?subject=nickname')).body.subject, 'real')
  const { body } = await ask('GET', '/schemas?aliases=true&subjectPrefix=nick')
  assert.deepEqual([body[0].subject, body[0].aliases], ['real', ['nickname']])
})

test('the ids of a context are its own, and a context is named in the path or in the subject', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  const { body } = await ask('POST', '/contexts/.c/subjects/s/versions', { schema: 'b' })
  assert.deepEqual([body.id, body.version], [1, 1])
  assert.equal((await ask('GET', '/subjects/:.c:s/versions/1')).body.schema, 'b')
  assert.equal((await ask('GET', '/schemas/ids/1')).body.schema, 'a')
  assert.equal((await ask('GET', '/contexts/.c/schemas/ids/1')).body.schema, 'b')
  assert.equal((await ask('GET', '/schemas/ids/1?subject=:.c:s')).body.subject, ':.c:s')
  assert.deepEqual((await ask('GET', '/contexts')).body, ['.', '.c'])
  assert.deepEqual((await ask('GET', '/subjects')).body, [':.c:s', 's'])
  assert.deepEqual((await ask('GET', '/contexts/.c/subjects')).body, [':.c:s'])
  assert.deepEqual((await ask('GET', '/subjects?subjectPrefix=:*:s')).body, [':.c:s', 's'])
  assert.deepEqual((await ask('GET', '/subjects?subjectPrefix=s')).body, ['s'])
  await ask('PUT', '/contexts/.c/config', { compatibility: 'NONE' })
  assert.equal((await ask('GET', '/config/:.c:')).body.compatibilityLevel, 'NONE')
  assert.equal(
    (await ask('GET', '/config/:.c:s?defaultToGlobal=true')).body.compatibilityLevel,
    'NONE',
  )
  assert.equal((await ask('DELETE', '/contexts/.c')).body.error_code, 42211)
  await ask('DELETE', '/contexts/.c/subjects/s')
  await ask('DELETE', '/contexts/.c/subjects/s?permanent=true')
  assert.equal((await ask('DELETE', '/contexts/.c')).status, 204)
  assert.deepEqual((await ask('GET', '/contexts')).body, ['.'])
})

test('what a schema in a context refers to is in its context', async (t) => {
  const { ask } = await openRegistry(t)
  await ask('POST', '/contexts/.c/subjects/base/versions', { schema: 'x' })
  const references = [{ name: 'base', subject: 'base', version: 1 }]
  await ask('POST', '/contexts/.c/subjects/top/versions', { schema: '&base', references })
  const path = '/contexts/.c/subjects/top/versions/1?referenceFormat=qualified'
  assert.equal((await ask('GET', path)).body.references[0].subject, ':.c:base')
  assert.deepEqual((await ask('GET', '/subjects/:.c:base/versions/1/referencedby')).body, [2])
})

test('the server tells what it is', async (t) => {
  const { ask } = await openRegistry(t)
  assert.deepEqual((await ask('GET', '/')).body, {})
  assert.deepEqual((await ask('GET', '/schemas/types')).body, ['JSON', 'PROTOBUF', 'AVRO'])
  const { body } = await ask('GET', '/v1/metadata/id')
  assert.equal(body.scope.clusters['kafka-cluster'], 'fake')
  assert.match((await ask('GET', '/v1/metadata/version')).body.version, /^8\./)
})
