import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FakeRegistry, type FakeRequest } from '../src/client/registry/testing/fake-registry.ts'
import { readConverter } from '../src/connect/converters/open.ts'
import type { ConnectSchema } from '../src/connect/kit/data.ts'
import { DataError } from '../src/connect/kit/errors.ts'

const text = '{"type":"record","name":"R","fields":[{"name":"a","type":"int"}],"connect.name":"R"}'
const schema: ConnectSchema = {
  type: 'struct',
  optional: false,
  name: 'R',
  fields: [{ name: 'a', schema: { type: 'int32', optional: false } }],
}
const framed = Buffer.from([0, 0, 0, 0, 7, 6])

async function open(config: Record<string, string>, worker: Record<string, string> = {}) {
  const given = { 'value.converter': 'AvroConverter', ...config }
  const read = readConverter('value', given, worker)
  assert.ok(read.open, JSON.stringify(read.errors))
  return read.open()
}

async function registryWith(answers: Record<string, unknown>): Promise<FakeRegistry> {
  const registry = await FakeRegistry.open()
  for (const [request, body] of Object.entries(answers)) registry.answers.set(request, { body })
  return registry
}

const byId = 'GET /schemas/ids/7?subject=readings-value&fetchMaxId=false'

test('a schema is fetched once, and known ones are not waited for', async () => {
  await using registry = await registryWith({ [byId]: { schema: text } })
  const converter = await open({ 'value.converter.schema.registry.url': registry.url })
  const first = await converter.toConnect('readings', framed)
  assert.deepEqual(first, { schema, value: { a: 3 } })
  const second = converter.toConnect('readings', framed)
  assert.ok(!(second instanceof Promise))
  assert.equal(second.schema, first.schema)
  assert.deepEqual(registry.asked, [byId])
})

test('a schema is registered once under TOPIC-value, and its id stands before each value', async () => {
  const register = 'POST /subjects/readings-value/versions?normalize=false'
  await using registry = await registryWith({ [register]: { id: 7 } })
  const converter = await open({}, { 'schema.registry.url': registry.url })
  assert.deepEqual(await converter.fromConnect('readings', schema, { a: 3 }), framed)
  assert.deepEqual(converter.fromConnect('readings', schema, { a: 3 }), framed)
  assert.deepEqual(registry.asked, [register])
  const [{ body }] = registry.requests as [FakeRequest]
  assert.deepEqual(JSON.parse((body as { schema: string }).schema), JSON.parse(text))
})

test('what opens the worker’s registry is shown to that one, and to none that a connector names', async () => {
  await using own = await registryWith({ [byId]: { schema: text } })
  await using foreign = await registryWith({ [byId]: { schema: text } })
  const worker = {
    'schema.registry.url': own.url,
    'basic.auth.credentials.source': 'USER_INFO',
    'basic.auth.user.info': 'connect:secret',
  }
  const inherited = await open({}, worker)
  await inherited.toConnect('readings', framed)
  const pair = Buffer.from('connect:secret').toString('base64')
  assert.equal(own.requests[0]?.headers.authorization, `Basic ${pair}`)
  const everywhere = { ...worker, 'value.converter': 'AvroConverter' }
  const unnamed = { 'value.converter': null as never }
  for (const key of ['schema.registry.url', 'value.converter.schema.registry.url']) {
    for (const [config, fallback] of [
      [{ [key]: foreign.url }, worker],
      [{ ...unnamed, [key]: foreign.url }, everywhere],
    ] as const) {
      await (await open(config, fallback)).toConnect('readings', framed)
    }
  }
  // The worker's converter keeps the worker's registry, unless an option of its own says another.
  assert.equal(foreign.requests.length, 3)
  for (const { headers } of foreign.requests) assert.equal(headers.authorization, undefined)
})

test('the subject follows its strategy, and schemas are looked up where registering is off', async () => {
  const lookup = 'POST /subjects/readings-R?normalize=false'
  await using registry = await registryWith({ [lookup]: { id: 7, version: 1 } })
  const converter = await open({
    'value.converter.schema.registry.url': registry.url,
    'value.converter.auto.register.schemas': 'false',
    'value.converter.value.subject.name.strategy': 'TopicRecordNameStrategy',
  })
  assert.deepEqual(await converter.fromConnect('readings', schema, { a: 3 }), framed)
  assert.deepEqual(registry.asked, [lookup])
})

test('with use.latest.version values are written with the schema of the subject', async () => {
  const latest = 'GET /subjects/readings-value/versions/latest'
  const wider = text.replace('"type":"int"', '"type":"long"')
  const subject = { subject: 'readings-value', version: 2, id: 7, schema: wider }
  await using registry = await registryWith({ [latest]: subject })
  const converter = await open({
    'value.converter.schema.registry.url': registry.url,
    'value.converter.use.latest.version': 'true',
  })
  assert.deepEqual(await converter.fromConnect('readings', schema, { a: 3 }), framed)
})

test('user and password go along, from the options or from the address', async () => {
  await using registry = await registryWith({ [byId]: { schema: text } })
  const withUser = registry.url.replace('http://', 'http://ann:secret@')
  const prefix = 'value.converter.'
  for (const config of [
    { [`${prefix}schema.registry.url`]: withUser },
    {
      [`${prefix}schema.registry.url`]: registry.url,
      [`${prefix}basic.auth.credentials.source`]: 'USER_INFO',
      [`${prefix}basic.auth.user.info`]: 'ann:secret',
    },
  ]) {
    await (await open(config)).toConnect('readings', framed)
    const authorization = `Basic ${Buffer.from('ann:secret').toString('base64')}`
    assert.equal(registry.requests.at(-1)?.headers.authorization, authorization)
  }
})

test('what is no value of the schema is an error of the record, and nothing is one too', async () => {
  await using registry = await registryWith({ [byId]: { schema: text } })
  const converter = await open({ 'value.converter.schema.registry.url': registry.url })
  await converter.toConnect('readings', framed)
  for (const bytes of [
    Buffer.from('x'),
    Buffer.from([1, 0, 0, 0, 7, 6]),
    Buffer.concat([framed, framed]),
  ]) {
    assert.throws(() => converter.toConnect('readings', bytes), DataError)
  }
  assert.deepEqual(converter.toConnect('readings', null), { schema: null, value: null })
  assert.equal(converter.fromConnect('readings', schema, null), null)
})

test('a schema that is not there is no error of the registry', async () => {
  await using registry = await registryWith({})
  const converter = await open({ 'value.converter.schema.registry.url': registry.url })
  const failed = converter.toConnect('readings', framed)
  await assert.rejects(async () => failed, { code: 'schema-not-found', retriable: false })
})

test('a converter without a registry is refused by the name of the option', () => {
  const { errors } = readConverter('value', { 'value.converter': 'AvroConverter' }, {})
  assert.deepEqual(errors, {
    'value.converter.schema.registry.url': [
      'Missing required configuration "value.converter.schema.registry.url" which has no default value.',
    ],
  })
})
