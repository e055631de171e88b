import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DescribeUserScramCredentials } from '../../protocols/kafka/apis/50-describe-user-scram-credentials.ts'
import { AlterUserScramCredentials } from '../../protocols/kafka/apis/51-alter-user-scram-credentials.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { saltPassword } from '../../protocols/sasl/scram/keys.ts'
import { type ScramName, scramMechanism } from '../../protocols/sasl/scram/mechanisms.ts'
import type { BrokerOptions } from '../index.ts'
import { openBroker, Peer } from '../testing/peer.ts'
import { logIn } from './testing/log-in.ts'

const open = { host: '127.0.0.1', port: 0 }
const guarded = { ...open, auth: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] } as const
const noDelay = { 'connection.failed.authentication.delay.ms': '0' }
const salt = Buffer.from('a-salt-of-the-client')

test('a user that a client makes logs in at once, with the new password after a change', async (t) => {
  const { admin, mayLogIn } = await openWithUsers(t)
  assert.deepEqual(await alter(admin, [await upsertion('bob', 'first')]), [['bob', 0]])
  assert.ok(await mayLogIn('SCRAM-SHA-512', 'bob', 'first'))
  assert.ok(await mayLogIn('PLAIN', 'bob', 'first'))
  assert.deepEqual(await alter(admin, [await upsertion('bob', 'second')]), [['bob', 0]])
  for (const mechanism of ['SCRAM-SHA-512', 'PLAIN'] as const) {
    assert.ok(!(await mayLogIn(mechanism, 'bob', 'first')))
    assert.ok(await mayLogIn(mechanism, 'bob', 'second'))
  }
  assert.ok(!(await mayLogIn('SCRAM-SHA-256', 'bob', 'second')), 'that mechanism has no password')
})

test('a user that is taken away does not log in any more', async (t) => {
  const { admin, mayLogIn } = await openWithUsers(t)
  await alter(admin, [await upsertion('bob', 'secret')])
  assert.ok(await mayLogIn('PLAIN', 'bob', 'secret'))
  assert.deepEqual(await alter(admin, [], [{ name: 'bob', mechanism: 2 }]), [['bob', 0]])
  assert.ok(!(await mayLogIn('PLAIN', 'bob', 'secret')))
  assert.ok(!(await mayLogIn('SCRAM-SHA-512', 'bob', 'secret')))
})

test('users are there after a restart', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'leat-broker-'))
  const before = await openWithUsers(t, { directory, durability: 'disk' })
  await alter(before.admin, [await upsertion('bob/1', 'secret')])
  await before.broker.close()
  const after = await openWithUsers(t, { directory })
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  assert.ok(await after.mayLogIn('SCRAM-SHA-512', 'bob/1', 'secret'))
})

test('all users are listed with their mechanisms, those of the configuration too', async (t) => {
  const { admin } = await openWithUsers(t)
  await alter(admin, [await upsertion('bob', 'secret', 8192)])
  const both = [
    { mechanism: 1, iterations: 4096 },
    { mechanism: 2, iterations: 4096 },
  ]
  for (const asked of [null, []]) {
    assert.deepEqual(await describe(admin, asked), [
      ['alice', 0, both],
      ['bob', 0, [{ mechanism: 2, iterations: 8192 }]],
    ])
  }
  assert.deepEqual(await describe(admin, ['carol', 'bob', 'bob']), [
    ['bob', errorCode.DUPLICATE_RESOURCE, []],
    ['carol', errorCode.RESOURCE_NOT_FOUND, []],
  ])
})

test('what cannot be changed is refused for that user alone', async (t) => {
  const config = { ...noDelay, 'leat.max.scram.users': '2' }
  const { admin } = await openWithUsers(t, { config })
  const good = await upsertion('bob', 'secret')
  const results = await alter(
    admin,
    [
      good,
      { ...good, name: 'few', iterations: 4095 },
      { ...good, name: 'many', iterations: 16_385 },
      { ...good, name: 'md5', mechanism: 3 },
      { ...good, name: 'no-salt', salt: Buffer.alloc(0) },
      { ...good, name: '' },
      { ...good, name: 'alice' },
      { ...good, name: 'twice' },
      { ...good, name: 'carol' },
      { ...good, name: 'dave' },
    ],
    [
      { name: 'nobody', mechanism: 1 },
      { name: 'twice', mechanism: 1 },
    ],
  )
  assert.deepEqual(Object.fromEntries(results), {
    bob: 0,
    few: errorCode.UNACCEPTABLE_CREDENTIAL,
    many: errorCode.UNACCEPTABLE_CREDENTIAL,
    md5: errorCode.UNSUPPORTED_SASL_MECHANISM,
    'no-salt': errorCode.UNACCEPTABLE_CREDENTIAL,
    '': errorCode.UNACCEPTABLE_CREDENTIAL,
    alice: errorCode.UNACCEPTABLE_CREDENTIAL,
    twice: errorCode.DUPLICATE_RESOURCE,
    nobody: errorCode.RESOURCE_NOT_FOUND,
    carol: 0,
    dave: errorCode.POLICY_VIOLATION,
  })
  assert.deepEqual(
    (await describe(admin, null)).map(([user]) => user),
    ['alice', 'bob', 'carol'],
  )
})

test('users are seen and changed by those alone who may describe and alter the cluster', async (t) => {
  const access = { superUsers: [], allowEveryoneIfNoAclFound: false, declared: [] }
  const { admin } = await openWithUsers(t, { access })
  const refused = errorCode.CLUSTER_AUTHORIZATION_FAILED
  assert.deepEqual(await alter(admin, [await upsertion('bob', 'secret')]), [['bob', refused]])
  const answer = await admin.request(DescribeUserScramCredentials, 0, { users: null })
  assert.deepEqual([answer.errorCode, answer.results], [refused, []])
})

async function openWithUsers(t: TestContext, options: Partial<BrokerOptions> = {}) {
  const { broker } = await openBroker(t, {
    durability: 'os',
    listeners: [open, guarded],
    logins: { users: { alice: 'secret' } },
    config: noDelay,
    ...options,
  })
  const [openPort = 0, guardedPort = 0] = broker.addresses.map(({ port }) => port)
  const mayLogIn = async (mechanism: ScramName | 'PLAIN', user: string, password: string) => {
    const peer = await Peer.connect(t, guardedPort)
    const answer = await logIn(peer, { mechanism, user, password })
    return answer.errorCode === errorCode.NONE
  }
  return { broker, admin: await Peer.connect(t, openPort), mayLogIn }
}

async function upsertion(name: string, password: string, iterations = 4096) {
  const mechanism = scramMechanism('SCRAM-SHA-512')
  assert.ok(mechanism)
  const saltedPassword = await saltPassword(mechanism, password, salt, iterations)
  return { name, mechanism: mechanism.type, iterations, salt, saltedPassword }
}

async function alter(
  admin: Peer,
  upsertions: readonly Awaited<ReturnType<typeof upsertion>>[],
  deletions: readonly { name: string; mechanism: number }[] = [],
) {
  const wanted = { deletions: [...deletions], upsertions: [...upsertions] }
  const { results } = await admin.request(AlterUserScramCredentials, 0, wanted)
  return results.map((result) => [result.user, result.errorCode] as const)
}

async function describe(admin: Peer, names: readonly string[] | null) {
  const users = names?.map((name) => ({ name }))
  const { results } = await admin.request(DescribeUserScramCredentials, 0, { users: users ?? null })
  return results
    .map((result) => [result.user, result.errorCode, result.credentialInfos] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
}
