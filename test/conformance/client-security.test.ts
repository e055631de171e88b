/** leat's Kafka client, and a real Apache Kafka to which it proves who it is. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { LeatError } from '../../src/base/errors.ts'
import { systemRandom } from '../../src/base/random.ts'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { FakeRegistry } from '../../src/client/registry/testing/fake-registry.ts'
import { type ClientSecurity, securityOfProperties } from '../../src/client/security/index.ts'
import { Authority } from '../helpers/certificates.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { startSecureKafka, users } from '../helpers/secure-kafka.ts'

const skip = withoutPeer(...apacheKafkaPeers)
/** For how long a broker believes a login. */
const loginMs = 5000

test('a client proves who it is to an Apache Kafka', { skip }, async (t) => {
  const kafka = await startSecureKafka(t)
  const ca = { 'ssl.ca.location': kafka.authority.certificate }
  const tokenFile = join(temporaryFolder(t), 'token.jwt')
  writeFileSync(tokenFile, `${unsecuredToken('alice')}\n`)

  for (const listener of ['SASL_PLAINTEXT', 'SASL_SSL'] as const) {
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']) {
      await t.test(`by ${mechanism} on ${listener}`, async () => {
        await writeAndRead(kafka.brokers[listener], { ...login(listener, mechanism), ...ca })
      })
    }
    await t.test(`by a token of a file on ${listener}`, async () => {
      const url = `file://${tokenFile}`
      await writeAndRead(kafka.brokers[listener], { ...tokenLogin(listener, url), ...ca })
    })
  }

  await t.test('by a token that an endpoint gives out, which is asked once', async (t) => {
    const endpoint = await openTokenEndpoint(t)
    const properties = {
      ...tokenLogin('SASL_SSL', endpoint.url),
      ...{ 'sasl.oauthbearer.client.id': 'plant', 'sasl.oauthbearer.client.secret': 'hidden' },
      'sasl.oauthbearer.scope': 'kafka',
      ...ca,
    }
    await writeAndRead(kafka.brokers.SASL_SSL, properties)
    const basic = `Basic ${Buffer.from('plant:hidden').toString('base64')}`
    assert.deepEqual(endpoint.asked, [`${basic} grant_type=client_credentials&scope=kafka`])
  })

  await t.test('by a certificate: PEM, PKCS12', async () => {
    const { certificate, key } = await kafka.authority.sign('client')
    const keystore = join(kafka.authority.folder, 'client.p12')
    const made = [
      '-inkey',
      key,
      '-in',
      certificate,
      '-out',
      keystore,
      '-passout',
      'pass:key-secret',
    ]
    await outputOf(['openssl', 'pkcs12', '-export', ...made])
    const common = { 'security.protocol': 'SSL', ...ca }
    const pem = { 'ssl.certificate.location': certificate, 'ssl.key.location': key }
    const p12 = { 'ssl.keystore.location': keystore, 'ssl.keystore.password': 'key-secret' }
    await writeAndRead(kafka.brokers.MTLS, { ...common, ...pem })
    await writeAndRead(kafka.brokers.MTLS, { ...common, ...p12 })
  })

  await t.test(
    'and says at which step it failed, why, and what to do, but no secret',
    async (t) => {
      const foreign = await Authority.open(t)
      const stranger = await foreign.sign('stranger')
      const ssl = { 'security.protocol': 'SSL' }
      const wrong = { 'sasl.username': 'alice', 'sasl.password': 'wr0ng-secret' }
      const cases: [string, Record<string, string>, string, RegExp][] = [
        ...['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'].map(
          (one) =>
            [
              kafka.brokers.SASL_SSL,
              { ...login('SASL_SSL', one), ...ca, ...wrong },
              'login-refused',
              new RegExp(`refuses the login of 'alice' by ${one}: Authentication failed`),
            ] satisfies [string, Record<string, string>, string, RegExp],
        ),
        [
          kafka.brokers.SASL_PLAINTEXT,
          { ...login('SASL_PLAINTEXT', 'PLAIN'), 'sasl.username': 'nobody' },
          'login-refused',
          /Invalid username or password/,
        ],
        [kafka.brokers.PLAINTEXT, login('SASL_PLAINTEXT', 'PLAIN'), 'login-unexpected', /no login/],
        [kafka.brokers.SASL_PLAINTEXT, {}, 'connection-lost', /wants a login/],
        [kafka.brokers.SSL, {}, 'tls-wanted', /speaks TLS alone; name 'tls'/],
        [
          kafka.brokers.PLAINTEXT,
          { ...ssl, ...ca },
          'tls-refused',
          /hangs up during the handshake/,
        ],
        [kafka.brokers.SSL, ssl, 'tls-refused', /signed by no authority that is trusted here/],
        [
          kafka.brokers.SSL,
          { ...ssl, 'ssl.ca.location': foreign.certificate },
          'tls-refused',
          /no authority that is trusted here; name the certificate of that authority/,
        ],
        [kafka.brokers.MTLS, { ...ssl, ...ca }, 'tls-refused', /we show none; show one/],
        [
          kafka.brokers.MTLS,
          {
            ...{ ...ssl, ...ca },
            'ssl.certificate.location': stranger.certificate,
            'ssl.key.location': stranger.key,
          },
          'tls-refused',
          /does not accept our certificate/,
        ],
        [
          kafka.brokers.SSL,
          { ...ssl, 'ssl.ca.location': join(foreign.folder, 'absent.crt') },
          'key-file-unreadable',
          /absent\.crt cannot be read/,
        ],
      ]
      for (const [brokers, properties, code, says] of cases) {
        const patienceMs = code === 'connection-lost' ? 5000 : undefined
        const error = await failureOf(brokers, properties, undefined, patienceMs)
        assert.equal(error.code, code, error.message)
        assert.match(error.message, says)
        assert.doesNotMatch(JSON.stringify([error.message, error.facts]), /secret/)
      }
    },
  )

  await t.test(
    "on the command line, by Kafka's properties or by the cred.json of librdkafka",
    async (t) => {
      const folder = temporaryFolder(t)
      const [properties, json] = [join(folder, 'client.properties'), join(folder, 'cred.json')]
      const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required username="alice" password="${users.alice}";`
      writeFileSync(
        properties,
        [
          'security.protocol=SASL_SSL',
          'sasl.mechanism=SCRAM-SHA-512',
          `sasl.jaas.config=${jaas}`,
          'ssl.truststore.type=PEM',
          `ssl.truststore.location=${kafka.authority.certificate}`,
        ].join('\n'),
      )
      writeFileSync(
        json,
        JSON.stringify({
          'bootstrap.servers': kafka.brokers.SASL_SSL,
          ...{ 'security.protocol': 'SASL_SSL', 'sasl.mechanisms': 'PLAIN' },
          ...{ 'sasl.username': 'alice', 'sasl.password': users.alice },
          ...{ 'session.timeout.ms': 1000, ...ca },
        }),
      )
      await using registry = await FakeRegistry.open()
      registry.answers.set('POST /subjects/Readings-value/versions', { body: { id: 7 } })
      const meter = ['sensor', '--profile', 'smart-meter', '--count', '3', '--every', '0']
      const run = async (...args: string[]) => {
        const { code, stdout, stderr } = await runCli(args)
        assert.equal(code, 0, stderr)
        return stdout
      }
      await run('topics', 'create', 'Readings', '--command-config', json)
      await run(...meter, '--registry', registry.url, '--command-config', json)
      const way = ['-b', kafka.brokers.SASL_SSL, '--command-config', properties]
      const described = await run('topics', 'describe', 'Readings', ...way, '-o', 'json')
      assert.match(described, /"end": ?"?3/)
    },
  )

  await t.test('and leat doctor says how far the way goes', async (t) => {
    const file = join(temporaryFolder(t), 'client.properties')
    const examine = async (listener: keyof typeof kafka.brokers, properties: object) => {
      const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}`)
      writeFileSync(file, lines.join('\n'))
      return await runCli(['doctor', kafka.brokers[listener], '--command-config', file])
    }
    const good = { ...login('SASL_SSL', 'SCRAM-SHA-512'), ...ca }
    const open = await examine('SASL_SSL', good)
    assert.equal(open.code, 0, open.stdout)
    assert.match(open.stdout, /TLS +ok +TLSv1\.3.*IP Address:127\.0\.0\.1, DNS:localhost, until/)
    assert.match(open.stdout, /login +ok +SCRAM-SHA-512 as alice\n.*1 brokers\nbroker 1 +ok/)
    const unknown = await examine('SASL_SSL', { ...good, 'sasl.password': 'wr0ng-secret' })
    assert.equal(unknown.code, 1)
    assert.match(unknown.stdout, /port +ok.*\nlogin +FAILS +.*refuses the login of 'alice'/)
    const stranger = await examine('SSL', { 'security.protocol': 'SSL' })
    assert.match(stranger.stdout, /TLS +FAILS +.*no authority that is trusted here/)
    const closed = await runCli(['doctor', '127.0.0.1:1'])
    assert.match(closed.stdout, /port +FAILS +ECONNREFUSED; does anything listen on port 1\?/)
  })

  await t.test('whose certificate must be for the name that was asked for', async () => {
    const security = securityOfProperties({ 'security.protocol': 'SSL', ...ca })
    const tls = security.tls && { ...security.tls, serverName: 'broker.example' }
    const error = await failureOf(kafka.brokers.SSL, {}, { tls })
    assert.match(error.message, /is for 127\.0\.0\.1, localhost, not for broker\.example/)
    const unchecked = { 'security.protocol': 'SSL', 'ssl.endpoint.identification.algorithm': '' }
    await writeAndRead(kafka.brokers.SSL, { ...unchecked, ...ca })
  })
})

test('logins are renewed under load, and outlive a restart: every record is there once, in order', {
  skip,
}, async (t) => {
  const kafka = await startSecureKafka(t, {
    'listener.name.sasl_ssl.scram-sha-256.connections.max.reauth.ms': `${loginMs}`,
  })
  const ca = { 'ssl.ca.location': kafka.authority.certificate }
  const security = securityOfProperties({ ...login('SASL_SSL', 'SCRAM-SHA-256'), ...ca })
  await using client = new KafkaClient({
    ...{ brokers: [kafka.brokers.SASL_SSL], clientId: 'test', security },
    // As early as ever: whoever comes late on a busy machine has lost the connection.
    random: { ...systemRandom, next: () => 0 },
  })
  await client.createTopics([{ name: 'loaded', partitions: 1 }])
  const read: string[] = []
  const fetcher = client.fetcher({
    onRecords: (_topic, _partition, records) => {
      for (const { value } of records) read.push(String(value))
    },
    onError: (error) => assert.fail(String(error)),
  })
  fetcher.assign('loaded', 0, 'earliest')
  // A member reads again what it could not commit at the restart.
  const readByGroup = new Set<string>()
  const consumer = client.consumer({
    ...{ group: 'readers', topics: ['loaded'], fromBeginning: true },
    onRecords: (_topic, _partition, records) => {
      for (const { value } of records) readByGroup.add(String(value))
    },
  })
  const reading = consumer.run()
  const producer = client.producer()
  let sent = 0
  const write = async (forMs: number) => {
    for (const end = Date.now() + forMs; Date.now() < end; ) {
      const batch = Array.from({ length: 20 }, () => `${sent++}`)
      await Promise.all(
        batch.map((value) => producer.send({ topic: 'loaded', value: Buffer.from(value) })),
      )
    }
  }
  await write(1000)
  await eventually('the group reads', () => readByGroup.size > 0)
  const before = client.figures['connection-creation-total']
  await write(1.5 * loginMs)
  assert.equal(client.figures['connection-creation-total'], before, 'no connection was made anew')
  await Promise.all([write(1000), kafka.kafka.stop().then(() => kafka.kafka.start())])
  await write(2000)
  const isAllRead = () => read.length >= sent && readByGroup.size >= sent
  const story = () => `all ${sent} are read, not ${read.length} and ${readByGroup.size}`
  await eventually(story, isAllRead, 90_000)
  assert.deepEqual(
    read,
    Array.from({ length: sent }, (_, index) => `${index}`),
  )
  await consumer.close()
  await reading
})

function login(listener: string, mechanism: string): Record<string, string> {
  return {
    ...{ 'security.protocol': listener, 'sasl.mechanism': mechanism },
    ...{ 'sasl.username': 'alice', 'sasl.password': users.alice },
  }
}

function tokenLogin(listener: string, url: string): Record<string, string> {
  return {
    ...{ 'security.protocol': listener, 'sasl.mechanism': 'OAUTHBEARER' },
    'sasl.oauthbearer.token.endpoint.url': url,
  }
}

/** As Apache Kafka takes it where nobody has told it whose signatures to believe. */
function unsecuredToken(subject: string): string {
  const now = Math.floor(Date.now() / 1000)
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: now - 1, exp: now + 600 })}.`
}

async function openTokenEndpoint(t: TestContext) {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    asked.push(`${request.headers.authorization} ${body}`)
    response.end(JSON.stringify({ access_token: unsecuredToken('alice'), expires_in: 600 }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/token`, asked }
}

let topics = 0

async function writeAndRead(brokers: string, properties: Record<string, string>): Promise<void> {
  const security = securityOfProperties(properties)
  await using client = new KafkaClient({ brokers: [brokers], clientId: 'test', security })
  const topic = `topic-${topics++}`
  await client.createTopics([{ name: topic, partitions: 1 }])
  await client.producer().send({ topic, value: Buffer.from('proven') })
  const read = Promise.withResolvers<string>()
  const fetcher = client.fetcher({
    onRecords: (_topic, _partition, records) => {
      for (const { value } of records) read.resolve(String(value))
    },
    onError: read.reject,
  })
  fetcher.assign(topic, 0, 'earliest')
  assert.equal(await read.promise, 'proven')
}

/** What passes by itself is a failure only when it has not passed within `requestTimeoutMs`. */
async function failureOf(
  brokers: string,
  properties: Record<string, string>,
  security: ClientSecurity = securityOfProperties(properties),
  requestTimeoutMs = 30_000,
): Promise<LeatError> {
  await using client = new KafkaClient({
    ...{ brokers: [brokers], clientId: 'test', security, requestTimeoutMs },
  })
  const failure = await client.topics([]).then(
    () => undefined,
    (error: LeatError) => error,
  )
  assert.ok(failure, `no failure at ${brokers}`)
  return failure
}
