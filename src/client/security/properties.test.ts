import assert from 'node:assert/strict'
import { test } from 'node:test'
import { securityOfProperties, securityOver } from './properties.ts'

const secret = 's3cret "quoted"; and = more'
const jaas = (module: string, options: string) =>
  `org.apache.kafka.common.security.${module} required ${options};`

test("Java's keys become settings: stores, checks and the login of sasl.jaas.config", () => {
  const { tls, sasl } = securityOfProperties({
    'security.protocol': 'SASL_SSL',
    'ssl.truststore.location': '/keys/trust.p12',
    'ssl.truststore.password': 'one',
    'ssl.keystore.location': '/keys/client.p12',
    'ssl.keystore.password': 'two',
    'ssl.key.password': 'three',
    'ssl.endpoint.identification.algorithm': '',
    'ssl.enabled.protocols': 'TLSv1.3',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config': jaas(
      'scram.ScramLoginModule',
      `username="alice" password="${secret.replaceAll('"', '\\"')}"`,
    ),
  })
  assert.equal(tls?.truststore, '/keys/trust.p12')
  assert.equal(tls?.truststorePassword, 'one')
  assert.deepEqual(
    [tls?.keystore, tls?.password, tls?.keyPassword],
    ['/keys/client.p12', 'two', 'three'],
  )
  assert.deepEqual([tls?.verify, tls?.verifyName, tls?.protocols], [true, false, ['TLSv1.3']])
  assert.deepEqual(
    [sasl?.mechanism, sasl?.username, sasl?.password],
    ['SCRAM-SHA-512', 'alice', secret],
  )
})

test("librdkafka's keys become the same", () => {
  const { tls, sasl } = securityOfProperties({
    'security.protocol': 'sasl_ssl',
    'ssl.ca.location': '/keys/ca.crt',
    'ssl.certificate.location': '/keys/client.crt',
    'ssl.key.location': '/keys/client.key',
    'ssl.key.password': 'three',
    'enable.ssl.certificate.verification': 'false',
    'sasl.mechanisms': 'PLAIN',
    'sasl.username': 'key',
    'sasl.password': 'secret',
  })
  assert.deepEqual(
    [tls?.ca, tls?.cert, tls?.key, tls?.password, tls?.verify],
    ['/keys/ca.crt', '/keys/client.crt', '/keys/client.key', 'three', false],
  )
  assert.deepEqual([sasl?.mechanism, sasl?.username, sasl?.password], ['PLAIN', 'key', 'secret'])
})

test('a token comes from an endpoint or from a file, with what is said beside it', () => {
  const login = jaas(
    'oauthbearer.OAuthBearerLoginModule',
    'clientId="plant" clientSecret="hidden" scope="kafka" extension_logicalCluster=lkc-1',
  )
  const common = { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'OAUTHBEARER' }
  const url = 'sasl.oauthbearer.token.endpoint.url'
  const { sasl, tls } = securityOfProperties({
    ...common,
    [url]: 'https://login.example/token',
    'sasl.jaas.config': login,
  })
  assert.equal(tls, undefined)
  assert.deepEqual(sasl?.tokenEndpoint, {
    ...{ url: 'https://login.example/token', clientId: 'plant', clientSecret: 'hidden' },
    ...{ scope: 'kafka', ca: undefined },
  })
  assert.deepEqual(sasl?.extensions, { logicalCluster: 'lkc-1' })
  const fromFile = securityOfProperties({ ...common, [url]: 'file:///run/token.jwt' })
  assert.equal(fromFile.sasl?.tokenFile, '/run/token.jwt')
})

test('what is missing or wrong is named with its cure, and no secret is told', () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ 'security.protocol': 'TLS' }, /'TLS'; write PLAINTEXT or SSL/],
    [{ 'security.protocol': 'SASL_SSL' }, /sasl\.mechanism is missing/],
    [sasl('GSSAPI', ''), /mechanism.*GSSAPI.*PLAIN or/],
    [sasl('PLAIN', jaas('plain.PlainLoginModule', 'username="alice"')), /PLAIN needs 'password'/],
    [sasl('PLAIN', `Module required password="${secret}`), /cannot be read; write: org/],
    [sasl('OAUTHBEARER', jaas('oauthbearer.OAuthBearerLoginModule', '')), /endpoint\.url/],
  ]
  for (const [properties, pattern] of cases) {
    assert.throws(
      () => securityOfProperties(properties),
      ({ message }: Error) => pattern.test(message) && !message.includes(secret),
      `${pattern}`,
    )
  }
})

test('properties change of a security what they speak of, and leave the rest', () => {
  const base = securityOfProperties({
    ...sasl('SCRAM-SHA-256', jaas('scram.ScramLoginModule', 'username="worker" password="one"')),
    ...{ 'security.protocol': 'SASL_SSL', 'ssl.ca.location': '/keys/ca.crt' },
  })
  assert.deepEqual(securityOver(base, { 'group.id': 'g' }), base)
  const other = securityOver(base, {
    'sasl.jaas.config': jaas('scram.ScramLoginModule', 'username="alice" password="two"'),
  })
  assert.deepEqual([other.tls, other.sasl?.mechanism], [base.tls, 'SCRAM-SHA-256'])
  assert.deepEqual([other.sasl?.username, other.sasl?.password], ['alice', 'two'])
  assert.deepEqual(securityOver(base, { 'security.protocol': 'PLAINTEXT' }), {})
})

test('without security.protocol nothing is encrypted and nobody logs in', () => {
  assert.deepEqual(securityOfProperties({ 'ssl.ca.location': '/keys/ca.crt' }), {})
})

function sasl(mechanism: string, config: string): Record<string, string> {
  const login = { 'sasl.mechanism': mechanism, 'sasl.jaas.config': config }
  return { 'security.protocol': 'SASL_PLAINTEXT', ...login }
}
