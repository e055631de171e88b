/** The lines of the tutorial of Confluent's schema registry, typed into a shell. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const type = ['-H', 'Content-Type: application/vnd.schemaregistry.v1+json']
const schema = ['--data', JSON.stringify({ schema: '{"type": "string"}' })]

test('the lines of Confluent’s tutorial answer what it says', {
  skip: withoutPeer('curl'),
}, async (t) => {
  const { registryUrl } = await startLeat(t, { registry: true })
  const curl = async (...args: string[]) => {
    const path = args.pop() ?? ''
    return JSON.parse(await outputOf(['curl', '-s', ...args, registryUrl + path]))
  }
  const post = (path: string) => curl('-X', 'POST', ...type, ...schema, path)
  assert.equal((await post('/subjects/Kafka-key/versions')).id, 1)
  assert.equal((await post('/subjects/Kafka-value/versions')).id, 1)
  assert.deepEqual(await curl('-X', 'GET', '/subjects'), ['Kafka-key', 'Kafka-value'])
  assert.equal((await curl('-X', 'GET', '/schemas/ids/1')).schema, '"string"')
  assert.deepEqual(await curl('-X', 'GET', '/subjects/Kafka-value/versions'), [1])
  const { subject, version, id } = await curl('-X', 'GET', '/subjects/Kafka-value/versions/1')
  assert.deepEqual([subject, version, id], ['Kafka-value', 1, 1])
  assert.equal(await curl('-X', 'DELETE', '/subjects/Kafka-value/versions/1'), 1)
  assert.equal((await post('/subjects/Kafka-value/versions')).version, 2)
  assert.equal(await curl('-X', 'DELETE', ...type, '/subjects/Kafka-value/versions/latest'), 2)
  assert.deepEqual(await curl('-X', 'DELETE', '/subjects/Kafka-key'), [1])
  await post('/subjects/Kafka-key/versions')
  assert.equal((await post('/subjects/Kafka-key')).version, 2)
  const tested = await post('/compatibility/subjects/Kafka-key/versions/latest')
  assert.deepEqual(tested, { is_compatible: true })
  assert.deepEqual(await curl('-X', 'GET', '/config'), { compatibilityLevel: 'BACKWARD' })
  const level = (compatibility: string) => ['--data', JSON.stringify({ compatibility })]
  const set = await curl('-X', 'PUT', ...type, ...level('NONE'), '/config')
  assert.deepEqual(set, { compatibility: 'NONE' })
  const ofSubject = await curl('-X', 'PUT', ...type, ...level('BACKWARD'), '/config/Kafka-value')
  assert.deepEqual(ofSubject, { compatibility: 'BACKWARD' })
})
