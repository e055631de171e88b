/** The audit log of a whole leat: what happens at its doors is there once, and no secret with it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import mqtt from 'mqtt'
import { operations, patternTypes, permissions, resourceTypes } from '../src/access/acl.ts'
import { silentLogger } from '../src/base/logger.ts'
import { KafkaClient } from '../src/client/index.ts'
import { passwordLogin } from '../src/client/security/index.ts'
import { parseConfig } from '../src/platform/config-file.ts'
import { start } from '../src/platform/start.ts'
import { CreateAcls } from '../src/protocols/kafka/apis/30-create-acls.ts'
import { DeleteAcls } from '../src/protocols/kafka/apis/31-delete-acls.ts'
import { IncrementalAlterConfigs } from '../src/protocols/kafka/apis/44-incremental-alter-configs.ts'
import { AlterClientQuotas } from '../src/protocols/kafka/apis/49-alter-client-quotas.ts'
import { AlterUserScramCredentials } from '../src/protocols/kafka/apis/51-alter-user-scram-credentials.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'

const environment = { ADMIN_PASSWORD: 'adm1n-secret', ALICE_PASSWORD: 'al1ce-secret' }

const file = (audit: string) => `
audit: ${audit}
kafka:
  listeners: [ { bind: 127.0.0.1:0, auth: [ SCRAM-SHA-256 ] } ]
  topics: { readings: {} }
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
mqtt: { listeners: [ { bind: 127.0.0.1:0, auth: [ password ] } ] }
access:
  superUsers: [ admin ]
  users:
    admin: { password: "\${env:ADMIN_PASSWORD}" }
    alice: { password: "\${env:ALICE_PASSWORD}" }
  acls: [ { principal: alice, operations: [ Write ], topic: readings } ]
`

test('logins, refusals and changes are records of the audit topic, each once, and no secret is in them', async () => {
  await using leat = await startLeat('{ topic: audit-trail }')
  const admin = leat.client('admin', environment.ADMIN_PASSWORD)
  assert.ok(await admin.clusterId())
  await assert.rejects(leat.client('alice', 'guess-in-vain').clusterId())
  const alice = leat.client('alice', environment.ALICE_PASSWORD)
  await alice.producer({ idempotent: false }).send({ topic: 'readings', value: Buffer.from('1') })
  for (let times = 0; times < 3; times++) {
    const [made] = await alice.createTopics([{ name: 'mine', partitions: 1 }])
    assert.ok(made?.error)
  }
  await changeEverything(admin)
  assert.deepEqual(await leat.overHttp(), [401, 403, 403, 401])
  await leat.overMqtt()

  const events = await leat.events(admin, 'audit-trail', 'User:eve')
  const ofKind = (type: string) =>
    events.filter((one) => one.type === type).map(({ subject, data }) => [subject, said(data)])
  // A client of Kafka has several connections, each of which logs in.
  assert.deepEqual(
    [...new Set(ofKind('leat.login').map(([subject, what]) => `${subject} ${what}`))],
    [
      'User:admin success SCRAM-SHA-256',
      'User:alice failure SCRAM-SHA-256',
      'User:alice success SCRAM-SHA-256',
      'User:alice failure basic',
      'User:alice success basic',
      'User:alice success password',
      'User:eve failure password',
    ],
  )
  assert.deepEqual(ofKind('leat.authorization'), [
    ['Topic:mine', 'denied User:alice Create'],
    ['Topic:other', 'denied User:alice Write'],
    ['Topic:office.1', 'denied User:alice Write'],
  ])
  const denied = [0, 1, 2].map(() => [
    'Topic:mine',
    'failure User:alice CreateTopics TOPIC_AUTHORIZATION_FAILED',
  ])
  assert.deepEqual(ofKind('leat.change'), [
    ...denied,
    ['Topic:made', 'success User:admin CreateTopics'],
    ['Topic:made', 'success User:admin IncrementalAlterConfigs'],
    ['Topic:made', 'success User:admin CreateAcls'],
    ['Topic:made', 'success User:admin DeleteAcls'],
    ['User:carol', 'success User:admin AlterUserScramCredentials'],
    ['Quota:[["user","carol"]]', 'success User:admin AlterClientQuotas'],
    ['Topic:made', 'success User:admin DeleteTopics'],
    ['Topic:nowhere', 'failure User:admin DeleteTopics UNKNOWN_TOPIC_OR_PARTITION'],
  ])
  const config = events.find(({ data }) => data.request === 'IncrementalAlterConfigs')
  assert.deepEqual(config?.data.details, { configs: { 'retention.ms': '60000' } })
  assert.ok(events.every(({ data }) => data.client.address === '127.0.0.1'))
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length)
  const text = JSON.stringify(events)
  for (const secret of [...Object.values(environment), 'guess-in-vain', 'salted', 'c2FsdA']) {
    assert.ok(!text.includes(secret), secret)
  }
})

test('what is allowed is told where that is wanted, once for each connection', async () => {
  await using leat = await startLeat('{ allowed: true }')
  const alice = leat.client('alice', environment.ALICE_PASSWORD)
  const producer = alice.producer({ idempotent: false })
  for (let count = 0; count < 20; count++) {
    await producer.send({ topic: 'readings', value: Buffer.from('1') })
  }
  await leat.overMqtt()
  const admin = leat.client('admin', environment.ADMIN_PASSWORD)
  const events = await leat.events(admin, 'leat-audit', 'User:eve')
  const allowed = events
    .filter(({ data }) => data.outcome === 'allowed')
    .map(({ data }) => said(data))
  const writes = allowed.filter((one) => one === 'allowed User:alice Write')
  assert.equal(writes.length, 1, allowed.join('\n'))
})

interface Told {
  readonly id: string
  readonly type: string
  readonly subject: string
  readonly data: {
    readonly outcome: string
    readonly principal: string
    readonly client: { readonly address: string }
    readonly mechanism?: string
    readonly operation?: string
    readonly request?: string
    readonly error?: string
    readonly details?: unknown
  }
}

function said({ outcome, principal, mechanism, operation, request, error }: Told['data']): string {
  const who = mechanism === undefined ? principal : undefined
  return [outcome, who, mechanism, operation, request, error]
    .filter((word) => word !== undefined)
    .join(' ')
}

async function changeEverything(admin: KafkaClient): Promise<void> {
  const made = { resourceType: resourceTypes.Topic, resourceName: 'made' }
  const rule = {
    ...{ principal: 'User:bob', host: '*', operation: operations.Read },
    permissionType: permissions.Allow,
  }
  await admin.createTopics([{ name: 'made', partitions: 1 }])
  const configs = [{ name: 'retention.ms', configOperation: 0, value: '60000' }]
  await admin.request(IncrementalAlterConfigs, {
    resources: [{ ...made, configs }],
    validateOnly: false,
  })
  await admin.request(CreateAcls, {
    creations: [{ ...made, resourcePatternType: patternTypes.Literal, ...rule }],
  })
  await admin.request(DeleteAcls, {
    filters: [
      {
        ...{ resourceTypeFilter: resourceTypes.Topic, resourceNameFilter: 'made' },
        ...{ patternTypeFilter: patternTypes.Literal, principalFilter: null, hostFilter: null },
        ...{ operation: operations.Read, permissionType: permissions.Allow },
      },
    ],
  })
  await admin.request(AlterUserScramCredentials, {
    deletions: [],
    upsertions: [
      {
        ...{ name: 'carol', mechanism: 1, iterations: 4096 },
        ...{ salt: Buffer.from('salt'), saltedPassword: Buffer.alloc(32, 'salted') },
      },
    ],
  })
  await admin.request(AlterClientQuotas, {
    entries: [
      {
        entity: [{ entityType: 'user', entityName: 'carol' }],
        ops: [{ key: 'producer_byte_rate', value: 1000, remove: false }],
      },
    ],
    validateOnly: false,
  })
  await admin.deleteTopics(['made', 'nowhere'])
}

async function startLeat(audit: string) {
  const stack = new AsyncDisposableStack()
  const folder = temporaryFolder({ after: (action) => stack.defer(async () => action()) })
  const config = await parseConfig(file(audit), join(folder, 'leat.yml'), environment)
  const running = stack.use(await start(config, silentLogger))
  const clients = stack.use(new AsyncDisposableStack())
  const brokers = [`127.0.0.1:${running.kafka[0]?.port}`]
  const client = (user: string, password: string) => {
    const security = { sasl: passwordLogin('SCRAM-SHA-256', user, password) }
    return clients.use(new KafkaClient({ brokers, clientId: user, security }))
  }
  const connect = (username: string, password: string) =>
    mqtt.connectAsync(`mqtt://127.0.0.1:${running.mqtt[0]?.port}`, {
      ...{ protocolVersion: 5, reconnectPeriod: 0, username, password },
    })
  return {
    client,
    /** Alice guesses, then registers what she may not, twice; nobody at all is asked who they are. */
    async overHttp(): Promise<number[]> {
      const statuses: number[] = []
      const { ALICE_PASSWORD } = environment
      for (const password of ['guess-in-vain', ALICE_PASSWORD, ALICE_PASSWORD, undefined]) {
        const token = Buffer.from(`alice:${password}`).toString('base64')
        const shown = password !== undefined && { authorization: `Basic ${token}` }
        const { status } = await fetch(
          `http://127.0.0.1:${running.registry[0]?.port}/subjects/other-value/versions`,
          {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...shown },
            body: JSON.stringify({ schema: '"long"' }),
          },
        )
        statuses.push(status)
      }
      return statuses
    },
    /** Alice does what she may not, and eve does not come in. */
    async overMqtt(): Promise<void> {
      const client = await connect('alice', environment.ALICE_PASSWORD)
      await assert.rejects(client.publishAsync('office/1', 'x', { qos: 1 }))
      await client.endAsync()
      await assert.rejects(connect('eve', 'guess-in-vain'))
    },
    /** All that was told until something of this subject was. */
    async events(admin: KafkaClient, topic: string, last: string): Promise<Told[]> {
      const events: Told[] = []
      const fetcher = admin.fetcher({
        onRecords(_topic, _partition, records) {
          for (const { value } of records) events.push(JSON.parse(`${value}`))
        },
        onError: (error) => assert.fail(`${error}`),
      })
      fetcher.assign(topic, 0, 0n)
      await eventually('everything is told', () => events.some(({ subject }) => subject === last))
      return events
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
