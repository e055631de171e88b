/** An Apache Kafka and a leat with the same users and rules, asked in the same raw words. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { user } from '../../src/access/principal.ts'
import { Broker } from '../../src/broker/index.ts'
import { Peer } from '../../src/broker/testing/peer.ts'
import { SaslHandshake } from '../../src/protocols/kafka/apis/17-sasl-handshake.ts'
import { SaslAuthenticate } from '../../src/protocols/kafka/apis/36-sasl-authenticate.ts'
import { startApacheKafka } from './apache-kafka.ts'
import { type Owner, temporaryFolder } from './folders.ts'

/** Admin may do everything; the others what the rules say. */
const users = ['admin', 'alice', 'bob'] as const
type User = (typeof users)[number]

/** What is not there stays away, so that both can be asked for it again and again. */
const config = {
  'auto.create.topics.enable': 'false',
  'delegation.token.secret.key': 'a key of both',
}

export interface GuardedKafka {
  readonly brokers: string
  /** Where Java's tools log in as the admin by these properties. */
  readonly adminProperties: string
  connect(t: TestContext, user: User): Promise<Peer>
  /** To where one logs in with SCRAM. */
  connectStranger(t: TestContext): Promise<Peer>
}

export async function guardedApacheKafka(
  owner: Owner,
  more: Record<string, string> = {},
): Promise<GuardedKafka> {
  const passwords = users.map((name) => `user_${name}="${passwordOf(name)}"`).join(' ')
  const admin = `username="admin" password="${passwordOf('admin')}"`
  const { brokers } = await startApacheKafka(owner, {
    'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.plaintext.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${admin} ${passwords};`,
    'listener.name.plaintext.scram-sha-256.sasl.jaas.config': scramLogin,
    'listener.name.plaintext.scram-sha-512.sasl.jaas.config': scramLogin,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:admin;User:ANONYMOUS',
    ...config,
    ...more,
  })
  const port = Number(brokers.split(':').at(-1))
  return {
    brokers,
    adminProperties: [
      'security.protocol=SASL_PLAINTEXT',
      'sasl.mechanism=PLAIN',
      `sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required ${admin};`,
    ].join('\n'),
    connect: (t, user) => login(t, port, user),
    connectStranger: (t) => Peer.connect(t, port),
  }
}

const scramLogin = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'

function passwordOf(name: string): string {
  return `${name}-secret`
}

async function login(t: TestContext, port: number, name: User): Promise<Peer> {
  const peer = await Peer.connect(t, port)
  await peer.request(SaslHandshake, 1, { mechanism: 'PLAIN' })
  const authBytes = Buffer.from(`\0${name}\0${passwordOf(name)}`)
  const { errorCode } = await peer.request(SaslAuthenticate, 2, { authBytes })
  assert.equal(errorCode, 0, `${name} is not let in`)
  return peer
}

/** One listener a user, so that nobody needs a password there, and one for tokens. */
export async function guardedLeat(
  owner: Owner,
  more: Record<string, string> = {},
): Promise<GuardedKafka> {
  let opened: Broker | undefined
  owner.after(() => opened?.close())
  const broker = await Broker.open({
    directory: temporaryFolder(owner),
    config: { ...config, ...more },
    durability: 'os',
    listeners: [
      ...users.map((name) => ({ ...anyPort, principal: user(name) })),
      { ...anyPort, auth: ['SCRAM-SHA-256', 'SCRAM-SHA-512'] },
    ],
    access: { superUsers: ['User:admin'], allowEveryoneIfNoAclFound: false, declared: [] },
  })
  opened = broker
  const portOf = (name: User) => broker.addresses[users.indexOf(name)]?.port ?? 0
  return {
    brokers: `127.0.0.1:${portOf('admin')}`,
    adminProperties: '',
    connect: (t, name) => Peer.connect(t, portOf(name)),
    connectStranger: (t) => Peer.connect(t, broker.addresses[users.length]?.port ?? 0),
  }
}

const anyPort = { host: '127.0.0.1', port: 0 } as const
