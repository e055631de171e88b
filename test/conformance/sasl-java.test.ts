/** Kafka's own tools of three generations log in at leat, make users there, and log in again in time. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Logger } from '../../src/base/logger.ts'
import { openBroker } from '../../src/broker/testing/peer.ts'
import { saslMechanisms } from '../../src/protocols/sasl/index.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { kafkaTool, type ToolsVersion } from '../helpers/kafka-tools.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'
import { shared } from '../helpers/subject.ts'

const versions: readonly ToolsVersion[] = ['2.1.1', '3.9.1', '4.3.1']
const modules = 'org.apache.kafka.common.security'
const user = 'plant, hall=1'
const password = 'pass,word=1'
const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })

const leat = shared(async (owner) => {
  const folder = temporaryFolder(owner)
  const jwks = join(folder, 'jwks.json')
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] }))
  const { port } = await openBroker(owner, {
    listeners: [{ host: '127.0.0.1', port: 0, auth: saslMechanisms }],
    logins: { users: { [user]: password }, tokens: { jwks, audience: ['kafka'] } },
  })
  return `127.0.0.1:${port}`
})

for (const version of versions) {
  const skip = withoutPeer('java', `kafka-tools-${version}`)

  test(`tools ${version} log in with SCRAM to write and with PLAIN to read`, {
    skip,
  }, async (t) => {
    const brokers = await leat()
    const topic = `logged-in-${version}`
    const writes = properties(t, scram('SCRAM-SHA-512', user, password))
    await outputOf(produce(version, brokers, topic, writes), { input: 'hello\n' })
    const reads = properties(t, plain(user, password))
    const to = ['--bootstrap-server', brokers, '--topic', topic, '--consumer.config', reads]
    const how = ['--from-beginning', '--max-messages', '1', '--timeout-ms', '60000']
    const read = await outputOf(kafkaTool(version, 'ConsoleConsumer', ...to, ...how))
    assert.match(read, /^hello$/m)
  })

  test(`tools ${version} see that a password is wrong`, { skip }, async (t) => {
    const wrong = properties(t, scram('SCRAM-SHA-256', user, 'wrong'))
    const to = ['--bootstrap-server', await leat(), '--command-config', wrong]
    // By default it says after five seconds that it was too slow.
    const how = ['--list', '--timeout', '60000']
    const { stdout, stderr } = await runProgram(
      kafkaTool(version, 'ConsumerGroupCommand', ...to, ...how),
    )
    assert.match(
      stdout + stderr,
      /Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256/,
    )
  })
}

for (const version of ['3.9.1', '4.3.1'] as const) {
  const skip = withoutPeer('java', `kafka-tools-${version}`)

  test(`ConfigCommand ${version} makes, lists and removes users, who log in meanwhile`, {
    skip,
  }, async (t) => {
    const brokers = await leat()
    const name = `pump-${version}`
    const admin = properties(t, plain(user, password))
    const configure = (...args: string[]) => {
      const to = ['--bootstrap-server', brokers, '--command-config', admin]
      const whom = ['--entity-type', 'users', '--entity-name', name]
      return outputOf(kafkaTool(version, 'ConfigCommand', ...to, ...whom, ...args))
    }
    await configure('--alter', '--add-config', 'SCRAM-SHA-512=[iterations=8192,password=pumped]')
    assert.match(await configure('--describe'), /SCRAM-SHA-512=iterations=8192/)
    const login = properties(t, scram('SCRAM-SHA-512', name, 'pumped'))
    await outputOf(produce(version, brokers, 'pumps', login), { input: 'hello\n' })
    await configure('--alter', '--delete-config', 'SCRAM-SHA-512')
    assert.doesNotMatch(await configure('--describe'), /SCRAM-SHA-512/)
  })

  test(`tools ${version} log in with the token of a file`, { skip }, async (t) => {
    const brokers = await leat()
    const token = await new SignJWT({ sub: 'sensor-7', aud: 'kafka', scope: 'kafka' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey)
    const file = join(temporaryFolder(t), 'token.jwt')
    writeFileSync(file, token)
    const login = properties(t, {
      'sasl.mechanism': 'OAUTHBEARER',
      'sasl.jaas.config': `${modules}.oauthbearer.OAuthBearerLoginModule required;`,
      'sasl.login.callback.handler.class': `${modules}.oauthbearer.OAuthBearerLoginCallbackHandler`,
      'sasl.oauthbearer.token.endpoint.url': `file://${file}`,
    })
    const [java = 'java', ...command] = produce(version, brokers, 'tokens', login)
    // Since 4.0 a client must be told which places tokens may come from.
    const allowed = `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=file://${file}`
    await outputOf([java, allowed, ...command], { input: 'hello\n' })
  })
}

test('a producer of Java logs in again before its session ends, and loses nothing', {
  skip: withoutPeer('java', 'kafka-tools-3.9.1'),
}, async (t) => {
  let logins = 0
  const count = (message: string) => {
    if (message === 'A client has logged in') logins += 1
  }
  const logger: Logger = {
    ...{ info() {}, warn() {}, debug: count, with: () => logger },
    error: (message, facts) => assert.fail(`${message} ${JSON.stringify(facts)}`),
  }
  const { port } = await openBroker(t, {
    listeners: [{ host: '127.0.0.1', port: 0, auth: ['SCRAM-SHA-256'] }],
    logins: { users: { [user]: password } },
    config: { 'connections.max.reauth.ms': '1500' },
    logger,
  })
  const login = properties(t, scram('SCRAM-SHA-256', user, password))
  const load = ['--num-records', '1000', '--record-size', '100', '--throughput', '100']
  const to = ['--topic', 'load', '--producer.config', login]
  const bootstrap = ['--producer-props', `bootstrap.servers=127.0.0.1:${port}`]
  const told = await outputOf(
    kafkaTool('3.9.1', 'ProducerPerformance', ...load, ...to, ...bootstrap),
  )
  assert.match(told, /1000 records sent/)
  assert.ok(logins >= 4, `${logins} logins`)
})

function produce(version: ToolsVersion, brokers: string, topic: string, login: string): string[] {
  const to = [version === '2.1.1' ? '--broker-list' : '--bootstrap-server', brokers]
  const how = ['--topic', topic, '--producer.config', login]
  return kafkaTool(version, 'ConsoleProducer', ...to, ...how)
}

function plain(name: string, secret: string): Record<string, string> {
  const login = `username="${name}" password="${secret}";`
  return {
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': `${modules}.plain.PlainLoginModule required ${login}`,
  }
}

function scram(mechanism: string, name: string, secret: string): Record<string, string> {
  const login = `username="${name}" password="${secret}";`
  return {
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': `${modules}.scram.ScramLoginModule required ${login}`,
  }
}

/** A file that Java reads. */
function properties(t: TestContext, login: Record<string, string>): string {
  const file = join(temporaryFolder(t), 'client.properties')
  const all = { 'security.protocol': 'SASL_PLAINTEXT', ...login }
  const lines = Object.entries(all).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(file, lines.join(''))
  return file
}
