/** Schemas that go with the records of a mirror, from registry to registry. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { silentLogger } from '../src/base/logger.ts'
import { RegistryClient } from '../src/client/registry/index.ts'
import { parseConfig } from '../src/platform/config-file.ts'
import { start } from '../src/platform/start.ts'
import { ConnectRest } from './helpers/connect.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'

async function leat(t: TestContext, parts: string) {
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const folder = temporaryFolder(t)
  const file = `kafka: { listeners: [ { bind: 127.0.0.1:0 } ] }
registry: { bind: 127.0.0.1:0 }
${parts}`
  const config = await parseConfig(file, join(folder, 'leat.yml'), {})
  const running = stack.use(await start(config, silentLogger))
  const registry = `http://127.0.0.1:${running.registry[0]?.port}`
  return {
    ...{ registry, client: new RegistryClient({ urls: [registry] }) },
    brokers: `127.0.0.1:${running.kafka[0]?.port}`,
    connect: new ConnectRest(`http://127.0.0.1:${running.connect[0]?.port}`),
  }
}

const mirrorOf = (factory: { brokers: string; registry: string }, more: string) => (to: string) =>
  `
connect: { bind: 127.0.0.1:0 }
mirrors:
  - alias: factory
    from: { brokers: [ "${factory.brokers}" ] }
    topics: [ readings, plan ]
    schemas: { from: [ "${factory.registry}" ], to: [ "${to}" ]${more} }
    config: { sync.schemas.interval.seconds: 1 }
`

const avro = (text: string) => ({ type: 'AVRO', text }) as const
const phase = '{"type":"enum","name":"Phase","symbols":["L1","L2"]}'
const reading = '{"type":"record","name":"Reading","fields":[{"name":"phase","type":"Phase"}]}'

async function filled(t: TestContext) {
  const factory = await leat(t, '')
  await factory.client.register('Phase', avro(phase))
  const references = [{ name: 'Phase', subject: 'Phase', version: 1 }]
  const id = await factory.client.register('readings-value', { ...avro(reading), references })
  await factory.client.register('secret-value', avro('"string"'))
  await factory.client.setConfig({ compatibility: 'FULL' }, 'readings-value')
  return { factory, id }
}

test('schemas are at the centre under the names of the copies, with the ids that stand in records', async (t) => {
  const { factory, id } = await filled(t)
  const centre = await leat(t, '')
  const worker = await leat(t, mirrorOf(factory, '')(centre.registry))
  await eventually('they are there', async () => (await centre.client.subjects()).length === 2)
  assert.deepEqual((await centre.client.subjects()).sort(), ['Phase', 'factory.readings-value'])
  const copy = await centre.client.schemaById(id)
  assert.equal(copy.text, reading)
  assert.equal(copy.referencedTexts.get('Phase'), phase)
  assert.deepEqual(await centre.client.config('factory.readings-value'), { compatibility: 'FULL' })
  // What is copied stays a copy.
  assert.equal(await centre.client.mode('factory.readings-value'), 'IMPORT')

  // The next version follows, and so does a subject that comes later.
  await factory.client.setConfig({ compatibility: 'NONE' }, 'readings-value')
  await factory.client.register('readings-value', avro('"double"'))
  await factory.client.register('plan-key', avro('"long"'))
  await eventually(
    'the later ones are there',
    async () => (await centre.client.subjects()).includes('factory.plan-key'),
    60_000,
  )
  assert.deepEqual(await centre.client.versions('factory.readings-value'), [1, 2])
  const { body } = await worker.connect.ask('GET', '/connectors/factory->target.schemas/status')
  assert.equal(body.tasks[0].state, 'RUNNING')
})

test('where the ids are taken the connector says so, and a context of their own is the cure', async (t) => {
  const { factory, id } = await filled(t)
  const centre = await leat(t, '')
  for (let n = 0; n < 5; n++)
    await centre.client.register(`own-${n}`, avro(`{"type":"fixed","name":"F${n}","size":4}`))
  const worker = await leat(t, mirrorOf(factory, '')(centre.registry))
  await eventually(
    'it says why',
    async () => {
      const { body } = await worker.connect.ask('GET', '/connectors/factory->target.schemas/status')
      return /does not take 2 schemas .*give them a context of their own/.test(
        body.tasks?.[0]?.trace,
      )
    },
    60_000,
  )
  assert.ok(!(await centre.client.subjects()).some((subject) => subject.startsWith('factory.')))

  await leat(t, mirrorOf(factory, ', context: .factory')(centre.registry))
  const subject = ':.factory:factory.readings-value'
  await eventually(
    'they are there',
    async () => (await centre.client.subjects({ prefix: ':.factory:' })).includes(subject),
    60_000,
  )
  assert.equal((await centre.client.schemaById(id, subject)).text, reading)
})
