/**
 * Delegation tokens: leat and an Apache Kafka are asked the same, Kafka's own tool of three
 * generations makes tokens at leat, and Java's clients log in by them.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { user } from '../../src/access/principal.ts'
import {
  createToken,
  describeTokens,
  expireToken,
  renewToken,
  tokenLogin,
} from '../../src/broker/delegation/testing/token-requests.ts'
import { logIn } from '../../src/broker/sasl/testing/log-in.ts'
import { openBroker } from '../../src/broker/testing/peer.ts'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { type GuardedKafka, guardedApacheKafka, guardedLeat } from '../helpers/guarded-kafka.ts'
import { kafkaTool, type ToolsVersion } from '../helpers/kafka-tools.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'
import { shared } from '../helpers/subject.ts'

const hourMs = 3_600_000n
const modules = 'org.apache.kafka.common.security'
const skipBeside = withoutPeer('java', 'kafka-broker-4.4.0')
const kafka = shared((owner) => guardedApacheKafka(owner))

test('tokens are made, renewed, listed and expired with the answers of Apache Kafka', {
  skip: skipBeside,
}, async (t) => {
  const theirs = await playWithTokens(t, await kafka())
  const ours = await playWithTokens(t, await guardedLeat(t))
  assert.deepEqual(ours, theirs)
})

test('without a secret key every answer is that of Apache Kafka', {
  skip: skipBeside,
}, async (t) => {
  const noKey = { 'delegation.token.secret.key': '' }
  const [theirs, ours] = await Promise.all(
    [await guardedApacheKafka(t, noKey), await guardedLeat(t, noKey)].map(async ({ connect }) => {
      const alice = await connect(t, 'alice')
      return [
        await createToken(alice),
        await renewToken(alice, Buffer.from('none')),
        await expireToken(alice, Buffer.from('none')),
        await describeTokens(alice),
        await describeTokens(alice, []),
      ].map(comparable)
    }),
  )
  assert.deepEqual(ours, theirs)
})

test('leat tokens makes, lists, renews and expires the tokens of an Apache Kafka', {
  skip: skipBeside,
}, async (t) => {
  const { brokers, adminProperties } = await kafka()
  const file = join(temporaryFolder(t), 'admin.properties')
  writeFileSync(file, adminProperties)
  const environment = { LEAT_BROKERS: brokers, LEAT_COMMAND_CONFIG: file }
  const tokens = async (...args: string[]) => {
    const { stdout, stderr, code } = await runCli(['tokens', ...args, '-o', 'json'], {
      environment,
    })
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout)
  }
  const [made] = await tokens('create', '--owner', 'pump', '--renewer', 'admin')
  const listed = await eventually('the token is listed', async () =>
    (await tokens('list', '--owner', 'pump')).find(({ id }: { id: string }) => id === made.id),
  )
  assert.deepEqual([listed.owner, listed.renewers], ['User:pump', 'User:admin'])
  assert.ok(!JSON.stringify(listed).includes(made.hmac))
  const [renewed] = await tokens('renew', made.id, '--period-ms', '3600000')
  assert.ok(renewed.expires < made.expires)
  await tokens('expire', made.id)
  await eventually('the token is gone', async () => {
    return (await tokens('list', '--owner', 'pump')).length === 0
  })
})

for (const version of ['2.1.1', '3.9.1', '4.3.1'] as const satisfies readonly ToolsVersion[]) {
  test(`DelegationTokenCommand ${version} makes tokens at leat, by which Java's clients log in`, {
    skip: withoutPeer('java', `kafka-tools-${version}`),
  }, async (t) => {
    const { port } = await openBroker(t, {
      listeners: [{ host: '127.0.0.1', port: 0, auth: ['PLAIN', 'SCRAM-SHA-256'] }],
      logins: { users: { alice: 'secret' } },
      config: { 'delegation.token.secret.key': 'a key' },
    })
    const brokers = `127.0.0.1:${port}`
    const owner = properties(t, 'PLAIN', 'plain.PlainLoginModule', 'username=alice password=secret')
    const command = (...args: string[]) => {
      const to = ['--bootstrap-server', brokers, '--command-config', owner]
      return outputOf(kafkaTool(version, 'DelegationTokenCommand', ...to, ...args))
    }
    const renewer = ['--renewer-principal', 'User:scheduler']
    const told = await command('--create', '--max-life-time-period', '-1', ...renewer)
    const [, id = '', hmac = ''] = /^(\S{22})\s+(\S{88})\s+User:alice/m.exec(told) ?? []
    assert.notEqual(id, '', told)
    const described = () => command('--describe', '--owner-principal', 'User:alice')
    assert.match(await described(), new RegExp(`${id} .*User:scheduler`))
    await command('--renew', '--renew-time-period', '-1', '--hmac', hmac)
    const byToken = properties(
      t,
      'SCRAM-SHA-256',
      'scram.ScramLoginModule',
      `username="${id}" password="${hmac}" tokenauth="true"`,
    )
    const to = version === '2.1.1' ? '--broker-list' : '--bootstrap-server'
    const how = [to, brokers, '--topic', 'readings', '--producer.config', byToken]
    await outputOf(kafkaTool(version, 'ConsoleProducer', ...how), { input: 'hello\n' })
    await command('--expire', '--expiry-time-period', '-1', '--hmac', hmac)
    assert.doesNotMatch(await described(), new RegExp(id))
    const list = ['--bootstrap-server', brokers, '--command-config', byToken, '--list']
    const { stdout, stderr } = await runProgram(kafkaTool(version, 'ConsumerGroupCommand', ...list))
    assert.match(stdout + stderr, /Authentication failed/)
  })
}

/** The same story at both: what everybody is answered, in its order. */
async function playWithTokens(t: TestContext, { connect, connectStranger }: GuardedKafka) {
  const [admin, alice, bob] = await Promise.all([
    connect(t, 'admin'),
    connect(t, 'alice'),
    connect(t, 'bob'),
  ])
  const said: unknown[] = []
  const note = (...answers: readonly object[]) => void said.push(...answers.map(comparable))
  const own = [await createToken(alice, {}, 1), await createToken(alice, {}, 2)]
  const lent = await createToken(alice, { renewers: ['bob'], maxLifetimeMs: 20n * hourMs })
  const forBob = await createToken(admin, { owner: user('bob') })
  note(...own, lent, forBob)
  note(await createToken(alice, { owner: user('bob') }))
  note(await createToken(alice, { owner: user('alice'), maxLifetimeMs: hourMs }))
  const known = (count: number) =>
    eventually(`${count} tokens are known`, async () => {
      return (await describeTokens(admin)).tokens.length === count
    })
  await known(5)
  for (const peer of [alice, bob, admin]) {
    for (const owners of [null, [], ['alice'], ['bob'], ['alice', 'bob'], ['nobody']]) {
      note(await describeTokens(peer, owners))
    }
    note(await describeTokens(peer, null, 1), await describeTokens(peer, null, 2))
  }
  for (const peer of [alice, bob, admin]) {
    note(await renewToken(peer, lent.hmac, 5n * hourMs))
    note(await renewToken(peer, lent.hmac, 100n * hourMs, 1))
    note(await renewToken(peer, forBob.hmac, 0n), await renewToken(peer, forBob.hmac, -7n))
    note(
      await expireToken(peer, forBob.hmac, 3n * hourMs),
      await renewToken(peer, Buffer.from(lent.tokenId)),
    )
    note(await expireToken(peer, Buffer.alloc(0)), await expireToken(peer, lent.hmac, 2n ** 62n))
  }
  // A broker of Apache Kafka learns of a change some time after its controller has answered.
  await eventually('the last change is known', async () => {
    const { tokens } = await describeTokens(alice)
    const found = tokens.find(({ tokenId }) => tokenId === lent.tokenId)
    return found?.expiryTimestamp === lent.maxTimestampMs
  })
  const byToken = await connectStranger(t)
  const { errorCode, sessionLifetimeMs } = await logIn(byToken, tokenLogin(lent))
  note({ errorCode, sessionLifetimeMs })
  note(await createToken(byToken), await renewToken(byToken, lent.hmac))
  note(await expireToken(byToken, lent.hmac), await describeTokens(byToken))
  note(await expireToken(admin, lent.hmac), await expireToken(bob, lent.hmac))
  await known(4)
  note(await expireToken(alice, lent.hmac), await renewToken(alice, lent.hmac))
  const refused = await logIn(await connectStranger(t), tokenLogin(lent))
  note({ errorCode: refused.errorCode })
  return said
}

/** Ids and HMACs are each one's own, and times differ a little. */
function comparable(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.length
  if (Array.isArray(value)) {
    return value.map(comparable).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'throttleTimeMs')
      .map(([name, inner]) => [name, comparableField(name, inner)]),
  )
}

function comparableField(name: string, value: unknown): unknown {
  if (name === 'tokenId') return String(value).length
  if (typeof value !== 'bigint') return comparable(value)
  // Moments become hours from now, and lengths of time hours.
  const isMoment = value > 1_000_000_000_000n
  const hours = Number(isMoment ? value - BigInt(Date.now()) : value) / Number(hourMs)
  return value <= 0n ? Number(value) : Math.round(hours * 6) / 6 + 0
}

/** A file that Java reads. */
function properties(t: TestContext, mechanism: string, module: string, login: string): string {
  const file = join(temporaryFolder(t), 'client.properties')
  const lines = [
    'security.protocol=SASL_PLAINTEXT',
    `sasl.mechanism=${mechanism}`,
    `sasl.jaas.config=${modules}.${module} required ${login};`,
  ]
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return file
}
