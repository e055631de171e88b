import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { user } from '../../access/principal.ts'
import { ManualClock } from '../../base/testing/manual-clock.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { DescribeConfigs } from '../../protocols/kafka/apis/32-describe-configs.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { BrokerOptions } from '../index.ts'
import { logIn } from '../sasl/testing/log-in.ts'
import { openBroker, Peer } from '../testing/peer.ts'
import {
  createToken,
  describeTokens,
  expireToken,
  renewToken,
  tokenLogin,
} from './testing/token-requests.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const allTopics = { topics: null, includeTopicAuthorizedOperations: false }
const config = {
  'delegation.token.secret.key': 'a secret key',
  'delegation.token.expiry.check.interval.ms': String(30 * dayMs),
  'connection.failed.authentication.delay.ms': '0',
}

test('who shows a token and its HMAC is its owner, by both mechanisms, until it expires', async (t) => {
  const { clock, as, connect } = await openGuarded(t)
  const made = await createToken(await as('alice'))
  assert.equal(made.errorCode, errorCode.NONE)
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const) {
    const peer = await connect()
    const login = await logIn(peer, { ...tokenLogin(made), mechanism })
    assert.equal(login.errorCode, errorCode.NONE)
    assert.equal(login.sessionLifetimeMs, BigInt(dayMs))
    assert.ok(await peer.request(Metadata, 12, allTopics))
  }
  const wrong = { ...tokenLogin(made), password: 'guessed' }
  const refused = await logIn(await connect(), wrong)
  assert.equal(refused.errorCode, errorCode.SASL_AUTHENTICATION_FAILED)
  const unknown = await logIn(await connect(), { ...wrong, user: 'nowhere' })
  assert.deepEqual(unknown, refused)
  const asUser = await logIn(await connect(), { ...tokenLogin(made), extensions: {} })
  assert.deepEqual(asUser, refused)
  clock.advance(dayMs + 1)
  assert.deepEqual(await logIn(await connect(), tokenLogin(made)), refused)
})

test('a session that was opened by a token ends with it', async (t) => {
  const { clock, as, connect } = await openGuarded(t)
  const made = await createToken(await as('alice'), { maxLifetimeMs: BigInt(hourMs) })
  const peer = await connect()
  await logIn(peer, tokenLogin(made))
  clock.advance(hourMs)
  assert.ok(await peer.request(Metadata, 12, allTopics))
  clock.advance(1)
  peer.send(Metadata, 12, allTopics)
  await peer.untilClosed()
})

test('a token is renewed by its owner and its renewers, as long as it may grow', async (t) => {
  const { clock, as } = await openGuarded(t)
  const [alice, bob, carol] = [await as('alice'), await as('bob'), await as('carol')]
  const start = BigInt(clock.now())
  const made = await createToken(alice, {
    renewers: ['bob'],
    maxLifetimeMs: BigInt(3 * dayMs),
  })
  const day = BigInt(dayMs)
  assert.equal(made.expiryTimestampMs, start + day)
  assert.equal(made.maxTimestampMs, start + 3n * day)
  clock.advance(dayMs)
  assert.equal((await renewToken(bob, made.hmac)).expiryTimestampMs, start + 2n * day)
  clock.advance(dayMs)
  assert.equal((await renewToken(alice, made.hmac, 5n)).expiryTimestampMs, start + 2n * day + 5n)
  assert.equal((await renewToken(alice, made.hmac, 9n * day)).expiryTimestampMs, start + 3n * day)
  const stranger = await renewToken(carol, made.hmac)
  assert.equal(stranger.errorCode, errorCode.DELEGATION_TOKEN_OWNER_MISMATCH)
  const nobody = await renewToken(alice, Buffer.from('another'))
  assert.equal(nobody.errorCode, errorCode.DELEGATION_TOKEN_NOT_FOUND)
  clock.advance(dayMs + 1)
  const late = await renewToken(alice, made.hmac)
  assert.equal(late.errorCode, errorCode.DELEGATION_TOKEN_EXPIRED)
})

test('a token that is expired at once is gone, one that is expired later ends then', async (t) => {
  const { clock, as, connect } = await openGuarded(t)
  const [alice, carol] = [await as('alice'), await as('carol')]
  const [now, later] = [await createToken(alice), await createToken(alice)]
  const stranger = await expireToken(carol, now.hmac)
  assert.equal(stranger.errorCode, errorCode.DELEGATION_TOKEN_OWNER_MISMATCH)
  assert.equal((await expireToken(alice, now.hmac)).expiryTimestampMs, BigInt(clock.now()))
  const again = await expireToken(alice, now.hmac)
  assert.equal(again.errorCode, errorCode.DELEGATION_TOKEN_NOT_FOUND)
  const soon = await expireToken(alice, later.hmac, 1000n)
  assert.equal(soon.expiryTimestampMs, BigInt(clock.now() + 1000))
  assert.equal((await logIn(await connect(), tokenLogin(later))).sessionLifetimeMs, 1000n)
  clock.advance(1001)
  const gone = await logIn(await connect(), tokenLogin(later))
  assert.equal(gone.errorCode, errorCode.SASL_AUTHENTICATION_FAILED)
  const late = await expireToken(alice, later.hmac, 1000n)
  assert.equal(late.errorCode, errorCode.DELEGATION_TOKEN_EXPIRED)
})

test('expired tokens are removed from time to time, and room is made where there is none', async (t) => {
  const { clock, as } = await openGuarded(t, {
    config: {
      ...config,
      'delegation.token.expiry.time.ms': '1000',
      'delegation.token.expiry.check.interval.ms': String(dayMs),
      'leat.max.delegation.tokens': '2',
    },
  })
  const alice = await as('alice')
  const ids = async () => (await describeTokens(alice)).tokens.map(({ tokenId }) => tokenId)
  await createToken(alice)
  clock.advance(1001)
  await createToken(alice)
  assert.equal((await ids()).length, 2)
  const third = await createToken(alice)
  assert.equal(third.errorCode, errorCode.NONE)
  assert.equal((await ids()).length, 2)
  const fourth = await createToken(alice)
  assert.equal(fourth.errorCode, errorCode.POLICY_VIOLATION)
  clock.advance(dayMs)
  while ((await ids()).length > 0) await new Promise(setImmediate)
})

test('a token with too many renewers is refused, as it would fill the memory of all', async (t) => {
  const { as } = await openGuarded(t)
  const alice = await as('alice')
  const renewers = (count: number) => Array.from({ length: count }, (_, n) => `renewer-${n}`)
  const some = await createToken(alice, { renewers: renewers(300) })
  assert.equal(some.errorCode, errorCode.NONE)
  const many = await createToken(alice, { renewers: renewers(3000) })
  assert.equal(many.errorCode, errorCode.POLICY_VIOLATION)
})

test("a user's password is no token, and a token's HMAC is no password", async (t) => {
  const { as, connect } = await openGuarded(t)
  const made = await createToken(await as('alice'))
  const asToken = { ...tokenLogin(made), user: 'alice', password: 'a' }
  const asPassword = { mechanism: 'PLAIN', user: made.tokenId } as const
  for (const login of [
    asToken,
    { ...asToken, password: made.hmac.toString('base64') },
    { ...asPassword, password: made.hmac.toString('base64') },
    { ...asPassword, user: 'alice', password: made.hmac.toString('base64') },
  ]) {
    const { errorCode: code } = await logIn(await connect(), login)
    assert.equal(code, errorCode.SASL_AUTHENTICATION_FAILED)
  }
})

test('tokens are there after a restart, and none of what opens doors is in the log', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'leat-broker-'))
  const before = await openGuarded(t, { directory })
  const made = await createToken(await before.as('alice'), { renewers: ['bob'] })
  await before.broker.close()
  const stored = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('')
  assert.ok(stored.includes(made.tokenId))
  assert.ok(!stored.includes(made.hmac.toString('latin1')))
  assert.ok(!stored.includes(made.hmac.toString('base64')))
  const after = await openGuarded(t, { directory, clock: before.clock })
  assert.equal((await logIn(await after.connect(), tokenLogin(made))).errorCode, errorCode.NONE)
  const renewed = await renewToken(await after.as('bob'), made.hmac)
  assert.equal(renewed.errorCode, errorCode.NONE)
  await after.broker.close()
  const otherKey = { ...config, 'delegation.token.secret.key': 'another key' }
  const rotated = await openGuarded(t, { directory, clock: before.clock, config: otherKey })
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const refused = await logIn(await rotated.connect(), tokenLogin(made))
  assert.equal(refused.errorCode, errorCode.SASL_AUTHENTICATION_FAILED)
  const unknown = await renewToken(await rotated.as('bob'), made.hmac)
  assert.equal(unknown.errorCode, errorCode.DELEGATION_TOKEN_NOT_FOUND)
})

test('who came by a token, or without proving who they are, gets and changes none', async (t) => {
  const { as, connect, anybody } = await openGuarded(t)
  const made = await createToken(await as('alice'))
  const byToken = await connect()
  await logIn(byToken, tokenLogin(made))
  for (const peer of [byToken, await anybody()]) {
    for (const { errorCode: code } of [
      await createToken(peer),
      await renewToken(peer, made.hmac),
      await expireToken(peer, made.hmac),
      await describeTokens(peer),
    ]) {
      assert.equal(code, errorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED)
    }
  }
})

test('without a secret key there are no tokens', async (t) => {
  const { as } = await openGuarded(t, {
    config: { 'connection.failed.authentication.delay.ms': '0' },
  })
  const alice = await as('alice')
  for (const { errorCode: code } of [
    await createToken(alice),
    await renewToken(alice, Buffer.from('hmac')),
    await expireToken(alice, Buffer.from('hmac')),
    await describeTokens(alice),
  ]) {
    assert.equal(code, errorCode.DELEGATION_TOKEN_AUTH_DISABLED)
  }
})

test('tokens for others take a right, and so does seeing those of others', async (t) => {
  const rule = { host: '*', pattern: 'Literal', permission: 'Allow' } as const
  const may = (operation: 'CreateTokens' | 'DescribeTokens', principal: string) =>
    ({ ...rule, principal, operation, resourceType: 'User', name: 'User:alice' }) as const
  const declared = [may('CreateTokens', 'User:bob'), may('DescribeTokens', 'User:carol')]
  const access = { superUsers: [], allowEveryoneIfNoAclFound: false, declared }
  const { as, connect } = await openGuarded(t, { access })
  const [bob, carol] = [await as('bob'), await as('carol')]
  const forAlice = { owner: user('alice') }
  const refused = await createToken(carol, forAlice)
  assert.equal(refused.errorCode, errorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED)
  const made = await createToken(bob, forAlice)
  assert.deepEqual([made.errorCode, made.principalName], [errorCode.NONE, 'alice'])
  assert.equal(made.tokenRequesterPrincipalName, 'bob')
  const own = await createToken(carol)
  assert.equal(own.errorCode, errorCode.NONE)
  const seen = async (peer: Peer, owners: readonly string[] | null = null) =>
    (await describeTokens(peer, owners)).tokens.map(({ principalName }) => principalName).sort()
  assert.deepEqual(await seen(bob), [])
  assert.deepEqual(await seen(carol), ['alice', 'carol'])
  assert.deepEqual(await seen(carol, ['alice']), ['alice'])
  assert.deepEqual(await seen(carol, []), [])
  assert.deepEqual(await seen(await as('alice')), ['alice'])
  assert.equal((await logIn(await connect(), tokenLogin(made))).errorCode, errorCode.NONE)
  const group = await createToken(carol, { owner: { type: 'Group', name: 'carol' } })
  assert.equal(group.errorCode, errorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED)
})

test('nobody is shown the secret key', async (t) => {
  const { as } = await openGuarded(t)
  const { results } = await (await as('alice')).request(DescribeConfigs, 4, {
    resources: [{ resourceType: 4, resourceName: '1', configurationKeys: null }],
    includeSynonyms: true,
    includeDocumentation: false,
  })
  const key = results[0]?.configs.find(({ name }) => name === 'delegation.token.secret.key')
  assert.deepEqual([key?.isSensitive, key?.value, key?.configType], [true, null, 9])
  assert.doesNotMatch(JSON.stringify(key?.synonyms), /a secret key/)
})

async function openGuarded(t: TestContext, options: Partial<BrokerOptions> = {}) {
  const clock = options.clock instanceof ManualClock ? options.clock : new ManualClock()
  const { broker, bugs } = await openBroker(t, {
    durability: 'os',
    listeners: [
      { host: '127.0.0.1', port: 0, auth: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] },
      { host: '127.0.0.1', port: 0 },
    ],
    logins: { users: { alice: 'a', bob: 'b', carol: 'c' } },
    config,
    ...options,
    clock,
  })
  t.after(() => assert.deepEqual(bugs, []))
  const [guarded = 0, open = 0] = broker.addresses.map(({ port }) => port)
  const connect = () => Peer.connect(t, guarded)
  const as = async (name: 'alice' | 'bob' | 'carol') => {
    const peer = await connect()
    await logIn(peer, { mechanism: 'PLAIN', user: name, password: name.slice(0, 1) })
    return peer
  }
  return { broker, clock, connect, as, anybody: () => Peer.connect(t, open) }
}
