/**
 * leat and an Apache Kafka are asked the same around a login, right and wrong. What they answer is
 * compared: error codes, words, the names of mechanisms, and whether the connection goes on.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { handlers } from '../../src/broker/handlers/index.ts'
import { logIn } from '../../src/broker/sasl/testing/log-in.ts'
import { openBroker, Peer } from '../../src/broker/testing/peer.ts'
import { SaslHandshake } from '../../src/protocols/kafka/apis/17-sasl-handshake.ts'
import { ApiVersions } from '../../src/protocols/kafka/apis/18-api-versions.ts'
import { SaslAuthenticate } from '../../src/protocols/kafka/apis/36-sasl-authenticate.ts'
import { type Api, blank, type Schema } from '../../src/protocols/kafka/schema.ts'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { shared } from '../helpers/subject.ts'

const skip = withoutPeer('java', 'kafka-broker-4.4.0')
const mechanisms = ['PLAIN', 'SCRAM-SHA-256'] as const
const passwords = { admin: 'admin-secret', alice: 'alice-secret' }
const config = {
  'connections.max.reauth.ms': '3600000',
  'connection.failed.authentication.delay.ms': '50',
}

const kafka = shared(async (owner) => {
  const users = Object.entries(passwords).map(([user, secret]) => `user_${user}="${secret}"`)
  const login = `username="admin" password="${passwords.admin}" ${users.join(' ')}`
  const modules = 'org.apache.kafka.common.security'
  const { brokers } = await startApacheKafka(owner, {
    'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'sasl.enabled.mechanisms': mechanisms.join(),
    'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.plaintext.plain.sasl.jaas.config': `${modules}.plain.PlainLoginModule required ${login};`,
    'listener.name.plaintext.scram-sha-256.sasl.jaas.config': `${modules}.scram.ScramLoginModule required;`,
    ...config,
  })
  return Number(brokers.split(':').at(-1))
})

async function leat(t: TestContext): Promise<number> {
  const { port } = await openBroker(t, {
    durability: 'os',
    listeners: [{ host: '127.0.0.1', port: 0, auth: mechanisms }],
    logins: { users: passwords },
    config,
  })
  return port
}

type Story = (peer: Peer) => Promise<unknown>

const client = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
const alice = { mechanism: 'PLAIN', user: 'alice', password: passwords.alice } as const

const stories: Readonly<Record<string, Story>> = {
  'the right password': (peer) => logIn(peer, alice),
  'the right password, in the first version': (peer) => logIn(peer, alice, 0),
  'a wrong password': (peer) => logIn(peer, { ...alice, password: 'x' }),
  'a wrong password, in the first version': (peer) => logIn(peer, { ...alice, password: 'x' }, 0),
  'a user whom there is not': (peer) => logIn(peer, { ...alice, user: 'nobody' }),
  'its own name as the one to act for': plain(`alice\0alice\0${passwords.alice}`),
  "another's name as the one to act for": plain(`admin\0alice\0${passwords.alice}`),
  'a user alone': plain('\0alice\0'),
  'a password alone': plain('\0\0secret'),
  'a token of one part': plain('alice'),
  'a token of four parts': plain('\0alice\0secret\0'),
  'an empty token': plain(''),
  'a user whom there is not, by SCRAM': async (peer) => {
    const { errorCode } = await logIn(peer, { ...alice, mechanism: 'SCRAM-SHA-256', user: 'x' })
    return errorCode
  },
  'a first message that is not of SCRAM': async (peer) => {
    await peer.request(SaslHandshake, 1, { mechanism: 'SCRAM-SHA-256' })
    return await peer.request(SaslAuthenticate, 2, { authBytes: Buffer.from('abc') })
  },
  'a mechanism that is not offered': handshake('GSSAPI', 1),
  'a mechanism that is not offered, in the first version': handshake('GSSAPI', 0),
  'a mechanism without a name': handshake('', 1),
  'bare tokens': bare(`\0alice\0${passwords.alice}`),
  'a wrong bare token': bare('\0alice\0wrong'),
  'a client without a name, which may ask again': async (peer) => [
    await peer.request(ApiVersions, 3, { clientSoftwareName: '', clientSoftwareVersion: '' }),
    (await peer.request(ApiVersions, 3, client)).errorCode,
  ],
  'a version of ApiVersions that there is not, and one that there is': async (peer) => {
    peer.write(Buffer.from('00000010001200630000000100047465737400', 'hex').fill(0x0f, 3, 4))
    const frame = await peer.nextFrame()
    return [frame.readInt16BE(4), (await peer.request(ApiVersions, 3, client)).errorCode]
  },
  'a version of SaslAuthenticate that there is not': async (peer) => {
    await peer.request(SaslHandshake, 1, { mechanism: 'PLAIN' })
    peer.write(Buffer.from('00000010002400630000000100047465737400', 'hex').fill(0x0f, 3, 4))
    await peer.untilClosed()
  },
  'a request of two gigabytes': async (peer) => {
    peer.write(Buffer.from('7fffffff0024', 'hex'))
    await peer.untilClosed()
  },
  'a token after the login': async (peer) => {
    await logIn(peer, alice)
    return await peer.request(SaslAuthenticate, 2, { authBytes: Buffer.from('x') })
  },
  'another login, and a third one at once': async (peer) => {
    const first = await logIn(peer, alice)
    // In one piece: a second later Apache Kafka lets it log in again.
    const [second = 0, its = 0, third = 0] = peer.inOnePiece(() => {
      peer.send(SaslHandshake, 1, { mechanism: 'PLAIN' })
      peer.send(SaslAuthenticate, 2, { authBytes: Buffer.from(`\0alice\0${passwords.alice}`) })
      peer.send(SaslHandshake, 1, { mechanism: 'PLAIN' })
    })
    return [
      first,
      await peer.receive(SaslHandshake, 1, second),
      await peer.receive(SaslAuthenticate, 2, its),
      await peer.receive(SaslHandshake, 1, third),
      (await peer.request(ApiVersions, 3, client)).errorCode,
    ]
  },
  'another login as another user': again({ ...alice, user: 'admin', password: passwords.admin }),
  'another login with a wrong password': again({ ...alice, password: 'x' }),
  'another login in bare tokens': async (peer) => {
    await logIn(peer, alice)
    return [
      await bare(`\0alice\0${passwords.alice}`)(peer),
      (await peer.request(ApiVersions, 3, client)).errorCode,
    ]
  },
}

for (const [what, story] of Object.entries(stories)) {
  test(`a login with ${what} is answered as Apache Kafka answers it`, { skip }, async (t) => {
    const [expected, found] = await Promise.all([
      tell(t, await kafka(), story),
      tell(t, await leat(t), story),
    ])
    assert.deepEqual(found, expected)
  })
}

const moments: Readonly<Record<string, Story>> = {
  'as the first request': async () => {},
  'after ApiVersions': (peer) => peer.request(ApiVersions, 3, client),
  'among tokens': (peer) => peer.request(SaslHandshake, 1, { mechanism: 'PLAIN' }),
  'among bare tokens': (peer) => peer.request(SaslHandshake, 0, { mechanism: 'PLAIN' }),
}

for (const [moment, prepare] of Object.entries(moments)) {
  test(`every API ${moment} is answered, or ends the connection, as with Apache Kafka`, {
    skip,
  }, async (t) => {
    const ports = [await kafka(), await leat(t)] as const
    const answersOf = async (port: number) =>
      await Promise.all(
        handlers.map(async ({ api }) => {
          const story: Story = async (peer) => {
            await prepare(peer)
            return await errorOf(peer, api)
          }
          return { api: api.name, ...(await tell(t, port, story)) }
        }),
      )
    const [expected, found] = await Promise.all(ports.map(answersOf))
    assert.deepEqual(found, expected)
  })
}

/** What the broker answers in the end, and whether it then closes the connection. */
async function tell(t: TestContext, port: number, story: Story) {
  const peer = await Peer.connect(t, port)
  const answer = await story(peer).catch((error: Error) => error.message)
  // It goes on if it still answers, whatever that is.
  peer.send(ApiVersions, 0, {})
  const isOpen = await peer.nextFrame().then(
    () => true,
    () => false,
  )
  return { answer, isOpen }
}

/** What a blank request lacks to be one that Kafka reads, and answers. */
const given: Readonly<Record<string, object>> = {
  Produce: { acks: 1 },
  ApiVersions: client,
  DescribeAcls: { resourceTypeFilter: 1, patternTypeFilter: 1, operation: 1, permissionType: 1 },
}

/** The error that the whole answer has, where it has room for one. */
async function errorOf(peer: Peer, api: Api<Schema, Schema>): Promise<unknown> {
  const body = { ...blank(api.request), ...given[api.name] }
  const answer = await peer.request(api, api.versions.to, body as never)
  return { error: (answer as { errorCode?: number }).errorCode }
}

function plain(token: string): Story {
  return async (peer) => {
    await peer.request(SaslHandshake, 1, { mechanism: 'PLAIN' })
    return await peer.request(SaslAuthenticate, 2, { authBytes: Buffer.from(token) })
  }
}

function bare(token: string): Story {
  return async (peer) => {
    await peer.request(SaslHandshake, 0, { mechanism: 'PLAIN' })
    const frame = Buffer.concat([Buffer.alloc(4), Buffer.from(token)])
    frame.writeInt32BE(token.length)
    peer.write(frame)
    return await peer.nextFrame()
  }
}

function handshake(mechanism: string, version: number): Story {
  return async (peer) => {
    const { errorCode, mechanisms } = await peer.request(SaslHandshake, version, { mechanism })
    return { errorCode, mechanisms: mechanisms.toSorted() }
  }
}

function again(credentials: Parameters<typeof logIn>[1]): Story {
  return async (peer) => {
    await logIn(peer, alice)
    return await logIn(peer, credentials)
  }
}
