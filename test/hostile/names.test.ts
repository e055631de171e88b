/** Names that want to be more than names: paths out of a folder, other users, nobody at all. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect } from 'node:tls'
import type { AclBinding } from '../../src/access/acl.ts'
import { principalMapping } from '../../src/access/principal-mapping.ts'
import { tlsServerSetting } from '../../src/base/tls/settings.ts'
import { TestAuthority } from '../../src/base/tls/testing/test-authority.ts'
import { handlers } from '../../src/broker/handlers/index.ts'
import { logIn } from '../../src/broker/sasl/testing/log-in.ts'
import { openBroker, Peer } from '../../src/broker/testing/peer.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { MqttDoor } from '../../src/mqtt/index.ts'
import { connect as connectMqtt, RawClient, until } from '../../src/mqtt/testing/doors.ts'
import { Metadata } from '../../src/protocols/kafka/apis/03-metadata.ts'
import { errorCode } from '../../src/protocols/kafka/error-codes.ts'
import { encodeBatch } from '../../src/protocols/kafka/record-batch.ts'
import { covers, type Schema } from '../../src/protocols/kafka/schema.ts'
import { bystander } from './noise.ts'

/** What no topic may be called. */
const forbidden = [
  ...['', '.', '..', '/', '../x', '..\\x', 'a/../../b', '/etc/passwd', 'a\0b', '\0'],
  ...['a\n', '\na', 'a b', 'ä', '\u202ea', '%2e%2e%2f', '~', 'a:b', '*', 'x'.repeat(250)],
]

test('no name in any request of any version leads out of the data directory, or into it as a path', async (t) => {
  const { parent, directory, port, bugs, neighbour } = await openVictim(t)
  let peer = await Peer.connect(t, port)
  let answered = 0
  for (const { api } of handlers) {
    for (let version = api.versions.from; version <= api.versions.to; version++) {
      for (const name of forbidden) {
        if (peer.closed) peer = await Peer.connect(t, port)
        // A connection may be closed for what cannot be read: nothing else may happen.
        const answer = await peer
          .request(api, version, filled(api.request, name, version) as never)
          .catch(() => undefined)
        answered += answer === undefined ? 0 : 1
      }
    }
  }
  assert.ok(answered > 1000, `${answered} answers`)
  await neighbour.work()
  assert.deepEqual(bugs, [])
  assert.deepEqual(readdirSync(parent), ['data'])
  const folders = readdirSync(join(directory, 'topics'))
  const known = /^(__cluster_metadata|__consumer_offsets|bystander)-0$/
  assert.deepEqual(
    folders.filter((folder) => !known.test(folder)),
    [],
  )
})

test('names that only look dangerous are topics like all others', async (t) => {
  const { parent, port, bugs } = await openVictim(t)
  const client = new KafkaClient({ brokers: [`127.0.0.1:${port}`], clientId: 'names' })
  t.after(() => client.close())
  const names = ['...', '-', '_', '..a', '__proto__', 'constructor', 'toString', 'x'.repeat(249)]
  const producer = client.producer()
  for (const name of names) {
    assert.deepEqual(await client.createTopics([{ name, partitions: 1 }]), [{ name }])
    const { offset } = await producer.send({ topic: name, value: Buffer.from(name) })
    assert.equal(offset, 0n)
  }
  const all = (await client.topics()).map(({ name }) => name)
  assert.deepEqual(
    names.filter((name) => !all.includes(name)),
    [],
  )
  for (const result of await client.deleteTopics(names)) assert.equal(result.error, undefined)
  assert.deepEqual([readdirSync(parent), bugs], [['data'], []])
})

test('no MQTT topic leads out of the data directory', async (t) => {
  const { parent, directory, port: brokerPort, bugs, logger } = await openVictim(t)
  const client = new KafkaClient({ brokers: [`127.0.0.1:${brokerPort}`], clientId: 'door' })
  const listeners = [{ host: '127.0.0.1', port: 0 }]
  const door = await MqttDoor.open({ listeners, routes: [], client, logger })
  t.after(async () => {
    await door.close()
    await client.close()
  })
  const port = door.addresses[0]?.port ?? 0
  const dangerous = ['..', '.', '../x', 'a/../../b', '/', '/etc/passwd', '../../..', '..\\..', '~']
  for (const topic of [
    ...dangerous,
    '%2e%2e/x',
    'a\n',
    'CON',
    '__cluster_metadata',
    'x'.repeat(4000),
  ]) {
    const publisher = await connectMqtt(t, `mqtt://127.0.0.1:${port}`)
    // What has no Kafka topic is refused; the rest has one with a name that is none.
    await publisher.publishAsync(topic, 'x', { qos: 1, retain: true }).catch(() => undefined)
    await publisher.endAsync(true)
  }
  const raw = await RawClient.open(t, port)
  await raw.connect()
  raw.socket.write(Buffer.from('30080005612f002f6278', 'hex'))
  await until('a topic with U+0000 ends its connection', () => raw.closed)
  assert.deepEqual([readdirSync(parent), bugs], [['data'], []])
  for (const folder of readdirSync(join(directory, 'topics'))) {
    assert.match(folder, /^[A-Za-z0-9._-]+-\d+$/)
  }
})

const authority = new TestAuthority()

/** Names of certificates of one authority, none of which is alice's. */
const notAlice = {
  'a comma in her name': 'CN=alice\\,O=Plant,O=Office',
  'a comma behind her name': 'CN=alice\\,,O=Office',
  'an escape at the end': 'CN=alice\\\\,O=Office',
  'a second name': 'CN=alice+UID=7,O=Office',
  'her name further on': 'CN=mallory,CN=alice',
  'her name in another part': 'O=CN\\=alice,C=DE',
  'an end of a text': 'CN=alice\0.example',
  'an end of a line': 'CN=alice\n.example',
  'a Cyrillic letter': 'CN=\u0430lice',
  'letters that join': 'CN=a\u200dlice',
  'capital letters': 'CN=Alice',
  'a type of principal': 'CN=User:alice',
  everybody: 'CN=*',
  'a name in quotes': 'CN="alice"',
}

for (const [what, subject] of Object.entries(notAlice)) {
  test(`a certificate with ${what} has not the rights of alice`, async (t) => {
    const port = await openMutual(t)
    const peer = await securePeer(t, port, subject)
    const shown = await peer.request(Metadata, 12, { topics: null }).catch(() => undefined)
    assert.deepEqual(shown?.topics ?? [], [])
  })
}

test('alice’s certificate has them', async (t) => {
  const peer = await securePeer(t, await openMutual(t), 'CN=alice,O=Plant')
  const { topics } = await peer.request(Metadata, 12, { topics: null })
  assert.deepEqual(
    topics.map(({ name }) => name),
    ['readings'],
  )
})

test('users whose names are other things than names have the rights of nobody else', async (t) => {
  const names = [
    '*',
    'User:alice',
    'User:*',
    'Internal:mqtt',
    'mqtt',
    'alice\n',
    'super',
    'alice,r=x',
  ]
  const { port } = await openBroker(t, {
    listeners: [{ host: '127.0.0.1', port: 0, auth: ['PLAIN', 'SCRAM-SHA-256'] }],
    access: {
      superUsers: ['User:super-user'],
      allowEveryoneIfNoAclFound: false,
      declared: [ofAlice],
    },
    logins: { users: Object.fromEntries(names.map((name) => [name, 'secret'])) },
    topics: { readings: {} },
  })
  for (const user of names) {
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-256'] as const) {
      const peer = await Peer.connect(t, port)
      const { errorCode: code } = await logIn(peer, { mechanism, user, password: 'secret' })
      assert.equal(code, errorCode.NONE, user)
      const { topics } = await peer.request(Metadata, 12, { topics: null })
      assert.deepEqual(topics, [], user)
    }
  }
})

const ofAlice: AclBinding = {
  ...{ resourceType: 'Topic', name: 'readings', pattern: 'Literal', principal: 'User:alice' },
  ...{ host: '*', operation: 'All', permission: 'Allow' },
}

async function openVictim(t: TestContext) {
  const parent = mkdtempSync(join(tmpdir(), 'leat-names-'))
  const directory = join(parent, 'data')
  mkdirSync(directory)
  const opened = await openBroker(t, { directory, durability: 'os', topics: { bystander: {} } })
  t.after(() => rmSync(parent, { recursive: true, force: true }))
  return { ...opened, parent, directory, neighbour: await bystander(opened.port, t) }
}

/** A request with one of everything, in which every text is this one. */
function filled(schema: Schema, name: string, version: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([field, { shape }]) => {
      if (!covers(shape.versions, version)) return []
      return [[field, textsOf(field, shape, name, version)]]
    }),
  )
}

function textsOf(
  field: string,
  { kind, element, fields, fallback }: Schema[string]['shape'],
  name: string,
  version: number,
): unknown {
  switch (kind) {
    case 'string':
      return name
    case 'array':
      return element === undefined ? [] : [textsOf(field, element.shape, name, version)]
    case 'struct':
      return filled(fields ?? {}, name, version)
    case 'records':
      return encodeBatch({ records: [{ timestamp: 0n, key: null, value: Buffer.from('x') }] })
    case 'int8':
      return field.toLowerCase().includes('resource') ? 2 : 1
    case 'int16':
      return 1
    case 'int32':
      return /num|count|timeout/i.test(field) ? 1 : 0
    default:
      return fallback
  }
}

async function openMutual(t: TestContext): Promise<number> {
  const keys = { ...authority.server('localhost'), ca: authority.ca, clientAuth: 'required' }
  const settings = tlsServerSetting.read(keys, [], ({ says }) => assert.fail(says))
  const principalOf = principalMapping('RULE:^CN=([^,]+).*$/$1/')
  const { port } = await openBroker(t, {
    listeners: [{ host: '127.0.0.1', port: 0, tls: { settings, principalOf } }],
    access: { superUsers: [], allowEveryoneIfNoAclFound: false, declared: [ofAlice] },
    topics: { readings: {}, secret: {} },
  })
  return port
}

async function securePeer(t: TestContext, port: number, subject: string): Promise<Peer> {
  const options = { servername: 'localhost', ca: authority.ca, ...authority.client(subject) }
  const socket = connect({ port, host: '127.0.0.1', ...options })
  t.after(() => socket.destroy())
  await once(socket, 'secureConnect')
  return Peer.over(socket)
}
