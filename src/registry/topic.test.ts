import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LeatError } from '../base/errors.ts'
import { FakeKafka } from './testing/fake-kafka.ts'
import { openRegistry } from './testing/registries.ts'

function written({ records }: FakeKafka): [string, string | null][] {
  return records.map(({ key, value }) => [`${key}`, value === null ? null : `${value}`])
}

test('the records are those of Confluent’s registry, byte for byte', async (t) => {
  const { ask, kafka } = await openRegistry(t)
  const references = [{ name: 'a', subject: 'base', version: 1 }]
  const metadata = { properties: { owner: 'me' } }
  await ask('PUT', '/config', { compatibility: 'NONE' })
  await ask('POST', '/subjects/base/versions', { schema: 'x' })
  const top = { schema: '&a', schemaType: 'JSON', references, metadata }
  await ask('POST', '/subjects/:.c:base/versions', { schema: 'x' })
  await ask('POST', '/subjects/top/versions', top)
  await ask('PUT', '/mode/top', { mode: 'READONLY' })
  await ask('DELETE', '/mode/top')
  await ask('DELETE', '/subjects/top/versions/1')
  await ask('DELETE', '/subjects/top/versions/1?permanent=true')
  await ask('DELETE', '/subjects/base')
  await ask('PUT', '/mode/base', { mode: 'IMPORT' })
  const schema = (subject: string) =>
    `{"keytype":"SCHEMA","subject":"${subject}","version":1,"magic":1}`
  const topValue = (deleted: boolean) =>
    `{"subject":"top","version":1,"id":2,"schemaType":"JSON","references":[{"name":"a","subject":"base","version":1}],"metadata":{"properties":{"owner":"me"}},"schema":"&a","deleted":${deleted}}`
  assert.deepEqual(written(kafka), [
    ['{"keytype":"CONFIG","magic":0}', '{"compatibilityLevel":"NONE"}'],
    [
      schema('base'),
      '{"subject":"base","version":1,"id":1,"schemaType":"AVRO","schema":"x","deleted":false}',
    ],
    [
      '{"keytype":"CONTEXT","tenant":"default","context":".c","magic":0}',
      '{"tenant":"default","context":".c"}',
    ],
    [
      schema(':.c:base'),
      '{"subject":":.c:base","version":1,"id":1,"schemaType":"AVRO","schema":"x","deleted":false}',
    ],
    [schema('top'), topValue(false)],
    ['{"keytype":"MODE","subject":"top","magic":0}', '{"subject":"top","mode":"READONLY"}'],
    ['{"keytype":"MODE","subject":"top","magic":0}', null],
    [schema('top'), topValue(true)],
    [schema('top'), null],
    ['{"keytype":"DELETE_SUBJECT","subject":"base","magic":0}', '{"subject":"base","version":1}'],
    [schema('base'), null],
    ['{"keytype":"CLEAR_SUBJECT","subject":"base","magic":0}', '{"subject":"base"}'],
    ['{"keytype":"MODE","subject":"base","magic":0}', '{"subject":"base","mode":"IMPORT"}'],
  ])
})

test('a registry that starts reads what the one before it wrote', async (t) => {
  const first = await openRegistry(t)
  await first.ask('POST', '/subjects/s/versions', { schema: 'a' })
  await first.ask('POST', '/subjects/s/versions?force=true', { schema: 'b' })
  await first.ask('DELETE', '/subjects/s/versions/1')
  await first.ask('PUT', '/config/s', { compatibility: 'FULL' })
  const second = await openRegistry(t, {}, first.kafka)
  for (const path of ['/subjects/s/versions?deleted=true', '/schemas?deleted=true', '/config/s']) {
    assert.deepEqual((await second.ask('GET', path)).body, (await first.ask('GET', path)).body)
  }
  const { body } = await second.ask('POST', '/subjects/s/versions?force=true', { schema: 'c' })
  assert.deepEqual([body.id, body.version], [3, 3])
})

test('a topic of an older registry of Confluent is read', async (t) => {
  const kafka = new FakeKafka()
  kafka.exists = true
  kafka.append('{"keytype":"NOOP","magic":0}', null)
  kafka.append(
    '{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}',
    '{"subject":"s","version":1,"id":7,"schema":"a","deleted":false}',
  )
  kafka.append('{"keytype":"CONFIG","subject":null,"magic":0}', '{"compatibilityLevel":"NONE"}')
  kafka.append('{"keytype":"ASSOC","magic":0}', '{}')
  kafka.append('no JSON', 'at all')
  const { ask } = await openRegistry(t, {}, kafka)
  assert.equal((await ask('GET', '/schemas/ids/7')).body.schemaType, 'AVRO')
  assert.deepEqual((await ask('GET', '/config')).body, { compatibilityLevel: 'NONE' })
  assert.equal((await ask('POST', '/subjects/s/versions', { schema: 'b' })).body.id, 8)
})

test('nothing is made before something is registered', async (t) => {
  const { ask, kafka } = await openRegistry(t)
  assert.deepEqual((await ask('GET', '/subjects')).body, [])
  assert.equal(kafka.exists, false)
})

test('of two registries that take the same id and version at once, the first to write has them', async (t) => {
  const kafka = new FakeKafka()
  const one = await openRegistry(t, {}, kafka)
  const other = await openRegistry(t, {}, kafka)
  await one.ask('PUT', '/config', { compatibility: 'NONE' })
  kafka.beforeWrite = async (value) => {
    if (!value.includes('second')) return
    kafka.beforeWrite = undefined
    const { body } = await other.ask('POST', '/subjects/s/versions', { schema: 'first' })
    assert.deepEqual([body.id, body.version], [1, 1])
  }
  const { body } = await one.ask('POST', '/subjects/s/versions', { schema: 'second' })
  assert.deepEqual([body.id, body.version], [2, 2])
  for (const { ask } of [one, other, await openRegistry(t, {}, kafka)]) {
    assert.equal((await ask('GET', '/schemas/ids/1')).body.schema, 'first')
    assert.equal((await ask('GET', '/subjects/s/versions/1')).body.schema, 'first')
    assert.equal((await ask('GET', '/schemas/ids/2')).body.schema, 'second')
  }
})

test('what came first still holds after only the last record of each key is left', async (t) => {
  const kafka = new FakeKafka()
  const one = await openRegistry(t, {}, kafka)
  const other = await openRegistry(t, {}, kafka)
  await one.ask('PUT', '/config', { compatibility: 'NONE' })
  kafka.beforeWrite = async (value) => {
    if (!value.includes('second')) return
    kafka.beforeWrite = undefined
    await other.ask('POST', '/subjects/s/versions', { schema: 'first' })
  }
  await one.ask('POST', '/subjects/s/versions', { schema: 'second' })
  await one.ask('POST', '/subjects/s/versions', { schema: 'third' })
  const compacted = new FakeKafka()
  compacted.exists = true
  const lasts = new Map(kafka.records.map((record) => [`${record.key}`, record]))
  for (const record of kafka.records) {
    if (lasts.get(`${record.key}`) === record && record.key) {
      compacted.append(record.key, record.value)
    }
  }
  const { ask } = await openRegistry(t, {}, compacted)
  assert.equal((await ask('GET', '/schemas/ids/1')).body.schema, 'first')
  assert.deepEqual((await ask('GET', '/subjects/s/versions')).body, [1, 2, 3])
})

test('two registries that register at the same time give no id to two schemas', async (t) => {
  const kafka = new FakeKafka()
  const registries = [await openRegistry(t, {}, kafka), await openRegistry(t, {}, kafka)]
  await registries[0]?.ask('PUT', '/config', { compatibility: 'NONE' })
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const schema = `field${index >> 1}`
      const { ask } = registries[index % 2] as (typeof registries)[0]
      const { body } = await ask('POST', `/subjects/s${index % 3}/versions`, { schema })
      return { schema, ...body, subject: `s${index % 3}` }
    }),
  )
  const schemas = new Map<number, string>()
  const versions = new Map<string, string>()
  for (const { id, version, schema, subject, message } of answers) {
    assert.ok(id > 0, message)
    assert.equal(schemas.get(id) ?? schema, schema, `id ${id}`)
    assert.equal(versions.get(`${subject} ${version}`) ?? schema, schema)
    schemas.set(id, schema)
    versions.set(`${subject} ${version}`, schema)
  }
})

test('a cluster that does not answer is said to be the reason, and does not end the registry', async (t) => {
  const { ask, kafka } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  kafka.failure = new LeatError('broker-unreachable', 'No Kafka broker answers.')
  assert.deepEqual((await ask('POST', '/subjects/t/versions', { schema: 'b' })).body, {
    error_code: 50001,
    message: 'The topic of the schemas could not be used: No Kafka broker answers.',
  })
  assert.equal((await ask('GET', '/schemas/ids/1')).status, 200)
  kafka.failure = undefined
  assert.equal((await ask('POST', '/subjects/t/versions', { schema: 'b' })).status, 200)
})

test('a topic that cannot be read on is read again from its beginning', async (t) => {
  const { ask, kafka } = await openRegistry(t)
  await ask('POST', '/subjects/s/versions', { schema: 'a' })
  await ask('POST', '/subjects/s/versions?force=true', { schema: 'b' })
  kafka.breakReading(new LeatError('offset-out-of-range', 'There is no such offset.'))
  kafka.records = kafka.records.slice(0, 1)
  assert.deepEqual((await ask('GET', '/subjects/s/versions')).body, [1])
  assert.equal((await ask('POST', '/subjects/t/versions', { schema: 'c' })).body.id, 2)
})

test('a record that the broker finds too large is a schema that is too large', async (t) => {
  const { ask, kafka } = await openRegistry(t)
  kafka.failure = new LeatError('message-too-large', 'It is larger than the server accepts.')
  const { body } = await ask('POST', '/subjects/s/versions', { schema: 'a' })
  assert.equal(body.error_code, 42209)
})

test('a change that is not read back in time is not said to be made', async (t) => {
  const { ask, kafka } = await openRegistry(t, { limits: { writeMs: 50 } })
  await ask('PUT', '/config', { normalize: true })
  kafka.isSilent = true
  const { status, body } = await ask('POST', '/subjects/s/versions', { schema: 'a' })
  assert.deepEqual([status, body.error_code], [500, 50002])
})

test('a registry that always comes second says so in the end', async (t) => {
  const kafka = new FakeKafka()
  const { ask } = await openRegistry(t, { limits: { attempts: 3 } }, kafka)
  const other = await openRegistry(t, {}, kafka)
  await other.ask('PUT', '/config', { compatibility: 'NONE' })
  let count = 0
  kafka.beforeWrite = async (value) => {
    if (!value.includes('second')) return
    await other.ask('POST', '/subjects/s/versions', { schema: `first${count++}` })
  }
  const { body } = await ask('POST', '/subjects/s/versions', { schema: 'second' })
  assert.deepEqual([body.error_code, count], [50001, 3])
  assert.match(body.message, /came first 3 times/)
})
