/** What `leat asyncapi` prints, by the schema of AsyncAPI 3.0.0 itself. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import { FakeRegistry } from '../../src/client/registry/testing/fake-registry.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { peersHome, withoutPeer } from '../helpers/peers.ts'

const plant = `
kafka:
  listeners: [ { bind: 0.0.0.0:9092, advertised: broker:9092 }, { bind: localhost:19092 } ]
  topics: { temperatures: { partitions: 3, retention.ms: 7200000, cleanup.policy: delete } }
mqtt:
  listeners: [ { bind: 0.0.0.0:1883 } ]
  routes:
    - { from: plant/+/temperature, to: temperatures, key: '\${topic[1]}' }
    - { from: '#', to: everything }
registry: {}
`
const reading = { type: 'record', name: 'Reading', fields: [{ name: 'celsius', type: 'double' }] }

/** Throws what the schema says against a document. */
function validator(): (document: unknown) => void {
  const path = 'asyncapi-specs/node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json'
  const schema = JSON.parse(readFileSync(join(peersHome, path), 'utf8'))
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const validate = ajv.compile(schema)
  return (document) => assert.ok(validate(document), ajv.errorsText(validate.errors))
}

test('the document of leat.yml is AsyncAPI 3.0, with topics, routes, addresses and schemas', {
  skip: withoutPeer('asyncapi-specs'),
}, async (t) => {
  const isAsyncApi = validator()
  assert.throws(() => isAsyncApi({ asyncapi: '3.0.0' }), /info/)
  const file = join(temporaryFolder(t), 'leat.yml')
  writeFileSync(file, plant)

  const asYaml = await runCli(['asyncapi', '-f', file])
  assert.deepEqual([asYaml.code, asYaml.stderr], [0, ''])
  isAsyncApi(parse(asYaml.stdout))

  await using registry = await FakeRegistry.open()
  const latest = (topic: string) => `GET /subjects/${topic}-value/versions/latest`
  const known = {
    subject: 'temperatures-value',
    version: 1,
    id: 1,
    schema: JSON.stringify(reading),
  }
  registry.answers.set(latest('temperatures'), { body: known })
  const unknown = { error_code: 40401, message: 'not found' }
  registry.answers.set(latest('everything'), { status: 404, body: unknown })
  const asJson = await runCli(['asyncapi', '-f', file, '-o', 'json', '--registry', registry.url])
  assert.deepEqual([asJson.code, asJson.stderr], [0, ''])
  const document = JSON.parse(asJson.stdout)
  isAsyncApi(document)
  const { payload } = document.components.messages.temperatures
  assert.deepEqual(payload.schema, reading)
  assert.equal(document.components.messages.everything.payload, undefined)

  writeFileSync(file, '{}')
  isAsyncApi(parse((await runCli(['asyncapi', '-f', file])).stdout))
})
