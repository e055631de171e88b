/** Rights in a whole leat: its parts go on working where everybody else is asked for theirs. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectAsync } from 'mqtt'
import { silentLogger } from '../src/base/logger.ts'
import { Peer } from '../src/broker/testing/peer.ts'
import { KafkaClient } from '../src/client/index.ts'
import { passwordLogin } from '../src/client/security/index.ts'
import { parseConfig } from '../src/platform/config-file.ts'
import { start } from '../src/platform/start.ts'
import { Produce } from '../src/protocols/kafka/apis/00-produce.ts'
import { Metadata } from '../src/protocols/kafka/apis/03-metadata.ts'
import { CreateAcls } from '../src/protocols/kafka/apis/30-create-acls.ts'
import { errorCode } from '../src/protocols/kafka/error-codes.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'

const file = `
kafka:
  listeners: [ { bind: 127.0.0.1:0 } ]
  topics: { readings: {}, secret: {} }
registry: { bind: 127.0.0.1:0 }
access:
  acls:
    - { principal: ANONYMOUS, operations: [ Describe ], topic: readings }
`

test('the parts of leat keep their topics where others may do only what is allowed', async (t) => {
  await using stack = new AsyncDisposableStack()
  const folder = temporaryFolder({ after: (action) => stack.defer(async () => action()) })
  const running = stack.use(
    await start(await parseConfig(file, join(folder, 'leat.yml'), {}), silentLogger),
  )
  const subjects = `http://127.0.0.1:${running.registry[0]?.port}/subjects`
  assert.deepEqual(await (await fetch(subjects)).json(), [], 'the registry has its topic')
  const denied = await fetch(`${subjects}/readings-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema: '"long"' }),
  })
  assert.equal(denied.status, 403, await denied.text())
  const anyone = await Peer.connect(t, running.kafka[0]?.port ?? 0)
  const { topics } = await anyone.request(Metadata, 12, { topics: null })
  assert.deepEqual(
    topics.map(({ name }) => name),
    ['readings'],
  )
  const { responses } = await anyone.request(Produce, 9, {
    transactionalId: null,
    acks: 1,
    timeoutMs: 1000,
    topicData: [{ name: 'readings', partitionData: [{ index: 0, records: null }] }],
  })
  assert.equal(responses[0]?.partitionResponses[0]?.errorCode, errorCode.TOPIC_AUTHORIZATION_FAILED)
})

const guarded = `
kafka:
  listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-256 ] } ]
mqtt:
  listeners: [ { bind: 127.0.0.1:0, auth: [ password ] } ]
access:
  users: { alice: { password: "\${env:ALICE}" }, bob: { password: "\${env:BOB}" } }
  superUsers: [ bob ]
  acls:
    - { principal: alice, operations: [ Write ], topic: plant., pattern: prefixed }
`
const secrets = { ALICE: 'wonderland', BOB: 'builder' }

test('a user is the same at the MQTT door as at the Kafka door, with the same rights', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = temporaryFolder({ after: (action) => stack.defer(async () => action()) })
  const running = stack.use(
    await start(await parseConfig(guarded, join(folder, 'leat.yml'), secrets), silentLogger),
  )
  const url = `mqtt://127.0.0.1:${running.mqtt[0]?.port}`
  const options = { protocolVersion: 5, reconnectPeriod: 0 } as const
  const wrong = { ...options, username: 'alice', password: 'builder' }
  await assert.rejects(connectAsync(url, wrong), { code: 0x86 })
  await assert.rejects(connectAsync(url, options), { code: 0x87 })
  const alice = await connectAsync(url, { ...options, username: 'alice', password: 'wonderland' })
  stack.defer(() => alice.endAsync(true))
  alice.on('error', () => {})
  await alice.publishAsync('plant/pump-1', '46.7', { qos: 1 })
  await assert.rejects(alice.publishAsync('office/lamp', '1', { qos: 1 }), /[Aa]uthorized/)
  const bob = stack.use(
    new KafkaClient({
      brokers: [`127.0.0.1:${running.kafka[0]?.port}`],
      security: { sasl: passwordLogin('SCRAM-SHA-256', 'bob', 'builder') },
      clientId: 'bob',
    }),
  )
  const names = (await bob.topics()).map(({ name }) => name)
  assert.ok(names.includes('plant.pump-1'))
  assert.ok(!names.includes('office.lamp'))
  // Rights that are given count within a moment, without a new connection.
  const rule = {
    ...{ resourceType: 2, resourceName: 'office.lamp', resourcePatternType: 3, host: '*' },
    ...{ principal: 'User:alice', operation: 4, permissionType: 3 },
  }
  await bob.request(CreateAcls, { creations: [rule] })
  await eventually('alice may publish there', async () => {
    const tried = alice.publishAsync('office/lamp', '1', { qos: 1 })
    return await tried.then(
      () => true,
      () => false,
    )
  })
})
