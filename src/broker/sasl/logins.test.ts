import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { SaslHandshake } from '../../protocols/kafka/apis/17-sasl-handshake.ts'
import { ApiVersions } from '../../protocols/kafka/apis/18-api-versions.ts'
import { SaslAuthenticate } from '../../protocols/kafka/apis/36-sasl-authenticate.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { saslMechanisms } from '../../protocols/sasl/index.ts'
import type { BrokerOptions } from '../index.ts'
import { openBroker, Peer } from '../testing/peer.ts'
import { logIn, logInBare } from './testing/log-in.ts'

const users = { alice: 'secret', 'b=ob,': 'pässword', '': 'never' }
const withPasswords = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
const all = { topics: null, includeTopicAuthorizedOperations: false }
const hourlong = { 'connections.max.reauth.ms': '3600000' }
const noDelay = { 'connection.failed.authentication.delay.ms': '0' }

for (const mechanism of withPasswords) {
  test(`users log in with ${mechanism}, in headers or bare, and then work`, async (t) => {
    const { port } = await openGuarded(t)
    for (const [user, password] of Object.entries(users).filter(([name]) => name !== '')) {
      const peer = await Peer.connect(t, port)
      await peer.request(ApiVersions, 3, clientName)
      const { errorCode: code } = await logIn(peer, { mechanism, user, password })
      assert.equal(code, errorCode.NONE)
      assert.ok(await peer.request(Metadata, 12, all))

      const old = await Peer.connect(t, port)
      await logInBare(old, { mechanism, user, password })
      assert.ok(await old.request(Metadata, 0, { topics: [] }))
    }
  })

  test(`with ${mechanism}, a stranger cannot tell an unknown user from a wrong password`, async (t) => {
    const { port } = await openGuarded(t)
    const refused = async (user: string, password: string) => {
      const peer = await Peer.connect(t, port)
      const answer = await logIn(peer, { mechanism, user, password })
      await peer.untilClosed()
      return answer
    }
    const wrong = await refused('alice', 'Secret')
    assert.equal(wrong.errorCode, errorCode.SASL_AUTHENTICATION_FAILED)
    assert.deepEqual(await refused('nobody', 'secret'), wrong)
    assert.deepEqual(await refused('ALICE', 'secret'), wrong)
  })
}

test('SCRAM shows the same salt for a name each time, whether there is such a user or not', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'leat-broker-'))
  const { port, broker } = await openGuarded(t, { directory })
  const names = ['alice', 'nobody', 'nobody/2']
  const seen = await Promise.all(names.map((name) => openingOf(t, port, name)))
  assert.equal(new Set(seen).size, names.length)
  await broker.close()
  const { port: later } = await openGuarded(t, { directory })
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  assert.deepEqual(await Promise.all(names.map((name) => openingOf(t, later, name))), seen)
})

test('before the login is done, nothing but the login is answered', async (t) => {
  const { port } = await openGuarded(t, { config: noDelay })
  for (const versionsFirst of [false, true]) {
    const peer = await Peer.connect(t, port)
    if (versionsFirst) await peer.request(ApiVersions, 3, clientName)
    peer.send(Metadata, 12, all)
    await peer.untilClosed()
  }
  const authenticates = await Peer.connect(t, port)
  authenticates.send(SaslAuthenticate, 2, { authBytes: Buffer.from('\0alice\0secret') })
  await authenticates.untilClosed()
  const asksTwice = await Peer.connect(t, port)
  await asksTwice.request(ApiVersions, 3, clientName)
  asksTwice.send(ApiVersions, 3, clientName)
  await asksTwice.untilClosed()
})

test('a request that follows a login in one piece waits for it, and falls with it', async (t) => {
  const { port } = await openGuarded(t, { config: noDelay })
  for (const [password, isIn] of [
    ['secret', true],
    ['wrong', false],
  ] as const) {
    const peer = await Peer.connect(t, port)
    peer.send(SaslHandshake, 1, { mechanism: 'PLAIN' })
    peer.send(SaslAuthenticate, 2, { authBytes: Buffer.from(`\0alice\0${password}`) })
    peer.send(Metadata, 12, all)
    await peer.receive(SaslHandshake, 1, 1)
    const { errorCode: code } = await peer.receive(SaslAuthenticate, 2, 2)
    assert.equal(code === errorCode.NONE, isIn)
    if (isIn) assert.ok(await peer.receive(Metadata, 12))
    else await assert.rejects(peer.receive(Metadata, 12), /closed the connection/)
  }
})

test('a mechanism that the listener does not offer is refused with those that it does', async (t) => {
  const { port } = await openGuarded(t, {
    config: noDelay,
    listeners: [{ host: '127.0.0.1', port: 0, auth: ['SCRAM-SHA-512'] }],
  })
  const peer = await Peer.connect(t, port)
  const answer = await peer.request(SaslHandshake, 1, { mechanism: 'PLAIN' })
  assert.deepEqual(answer, {
    errorCode: errorCode.UNSUPPORTED_SASL_MECHANISM,
    mechanisms: ['SCRAM-SHA-512'],
  })
  await peer.untilClosed()
})

test('where nobody has to log in, a login is out of turn, and the connection goes on', async (t) => {
  const { port } = await openBroker(t)
  const peer = await Peer.connect(t, port)
  const handshake = await peer.request(SaslHandshake, 1, { mechanism: 'PLAIN' })
  assert.equal(handshake.errorCode, errorCode.ILLEGAL_SASL_STATE)
  const answer = await peer.request(SaslAuthenticate, 2, { authBytes: Buffer.from('\0a\0b') })
  assert.equal(answer.errorCode, errorCode.ILLEGAL_SASL_STATE)
  assert.ok(await peer.request(Metadata, 12, all))
})

test('a failed login is answered after a pause, and logged without its secrets', async (t) => {
  const clock = new ManualClock()
  const { port, warnings } = await openGuarded(t, { clock })
  const peer = await Peer.connect(t, port)
  const answer = logIn(peer, { mechanism: 'PLAIN', user: 'alice', password: 'guessed' })
  while (!clock.isWaitingFor(100)) await new Promise(setImmediate)
  clock.advance(100)
  assert.equal((await answer).errorCode, errorCode.SASL_AUTHENTICATION_FAILED)
  const [line = '', ...more] = warnings
  assert.deepEqual(more, [])
  assert.match(line, /A login failed.*"user":"alice".*"mechanism":"PLAIN".*wrong user name or/)
  assert.doesNotMatch(line, /guessed/)
})

test('a connection that does not log in is closed after its time', async (t) => {
  const clock = new ManualClock()
  const { port } = await openGuarded(t, { clock })
  const idle = await Peer.connect(t, port)
  await idle.request(ApiVersions, 3, clientName)
  const active = await Peer.connect(t, port)
  await logIn(active, { mechanism: 'PLAIN', user: 'alice', password: 'secret' })
  clock.advance(30_000)
  await idle.untilClosed()
  assert.ok(await active.request(Metadata, 12, all))
})

test('before the login no large request is taken, after it any', async (t) => {
  const { port } = await openGuarded(t)
  const frame = Buffer.alloc(4)
  frame.writeInt32BE(65_537)
  const stranger = await Peer.connect(t, port)
  stranger.write(frame)
  await stranger.untilClosed()

  const peer = await Peer.connect(t, port)
  await logIn(peer, { mechanism: 'PLAIN', user: 'alice', password: 'secret' })
  const topics = Array.from({ length: 3000 }, (_, index) => ({
    topicId: Buffer.alloc(16),
    name: `a-topic-with-a-long-name-${index}`,
  }))
  const { topics: answered } = await peer.request(Metadata, 12, {
    ...all,
    topics,
    allowAutoTopicCreation: false,
  })
  assert.equal(answered.length, topics.length)
})

test('a session ends after its time unless the client logs in again', async (t) => {
  const clock = new ManualClock()
  const config = { 'connections.max.reauth.ms': '60000', ...noDelay }
  const { port } = await openGuarded(t, { clock, config })
  const credentials = { mechanism: 'SCRAM-SHA-256', user: 'alice', password: 'secret' } as const
  const peer = await Peer.connect(t, port)
  const { sessionLifetimeMs } = await logIn(peer, credentials)
  assert.equal(sessionLifetimeMs, 60_000n)
  clock.advance(59_000)
  assert.equal((await logIn(peer, credentials)).sessionLifetimeMs, 60_000n)
  clock.advance(60_000)
  assert.ok(await peer.request(Metadata, 12, all))
  clock.advance(1)
  peer.send(Metadata, 12, all)
  await peer.untilClosed()
})

test('a login that does not expire is not renewed', async (t) => {
  const { port } = await openGuarded(t)
  const credentials = { mechanism: 'PLAIN', user: 'alice', password: 'secret' } as const
  const peer = await Peer.connect(t, port)
  assert.equal((await logIn(peer, credentials)).sessionLifetimeMs, 0n)
  assert.equal((await logIn(peer, credentials)).errorCode, errorCode.ILLEGAL_SASL_STATE)
  assert.ok(await peer.request(Metadata, 12, all))
})

test('who logs in again stays the same user, with the same mechanism', async (t) => {
  const { port } = await openGuarded(t, { config: { ...noDelay, ...hourlong } })
  const first = { mechanism: 'PLAIN', user: 'alice', password: 'secret' } as const
  const another = { mechanism: 'PLAIN', user: 'b=ob,', password: 'pässword' } as const
  const otherwise = { ...first, mechanism: 'SCRAM-SHA-256' } as const
  for (const second of [another, otherwise]) {
    const peer = await Peer.connect(t, port)
    await logIn(peer, first)
    const { errorCode: code, errorMessage } = await logIn(peer, second)
    assert.equal(code, errorCode.SASL_AUTHENTICATION_FAILED)
    assert.match(errorMessage ?? '', /re-authentication/)
    await peer.untilClosed()
  }
})

test('a client logs in again at most once a second', async (t) => {
  const clock = new ManualClock()
  const { port } = await openGuarded(t, { clock, config: hourlong })
  const credentials = { mechanism: 'PLAIN', user: 'alice', password: 'secret' } as const
  const peer = await Peer.connect(t, port)
  for (const expected of [errorCode.NONE, errorCode.NONE, errorCode.ILLEGAL_SASL_STATE]) {
    assert.equal((await logIn(peer, credentials)).errorCode, expected)
  }
  assert.ok(await peer.request(Metadata, 12, all))
  clock.advance(1000)
  assert.equal((await logIn(peer, credentials)).errorCode, errorCode.NONE)
})

const clientName = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }

/** A broker whose one listener asks everybody to log in, and what it warned of. */
async function openGuarded(t: TestContext, options: Partial<BrokerOptions> = {}) {
  const warnings: string[] = []
  const logger = {
    ...{ debug() {}, info() {}, with: () => logger },
    warn: (message: string, facts?: object) => void warnings.push(message + JSON.stringify(facts)),
    error: (message: string, facts?: object) => assert.fail(message + JSON.stringify(facts)),
  }
  const opened = await openBroker(t, {
    durability: 'os',
    listeners: [{ host: '127.0.0.1', port: 0, auth: saslMechanisms }],
    logins: { users },
    logger,
    ...options,
  })
  return { ...opened, warnings }
}

/** What the broker answers to the beginning of a login with SCRAM, but for the nonce. */
async function openingOf(t: TestContext, port: number, user: string): Promise<string> {
  const peer = await Peer.connect(t, port)
  await peer.request(SaslHandshake, 1, { mechanism: 'SCRAM-SHA-256' })
  const { authBytes } = await peer.request(SaslAuthenticate, 2, {
    authBytes: Buffer.from(`n,,n=${user},r=abc`),
  })
  return authBytes.toString().replace(/^r=[^,]*,/, '')
}
