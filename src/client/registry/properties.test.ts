import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wayToRegistry } from './properties.ts'

const url = 'https://one:8081, https://two:8081'

test('the way to a registry is read from Confluent’s keys, with Java’s names of TLS and librdkafka’s', () => {
  const java = wayToRegistry({
    'schema.registry.url': url,
    'basic.auth.credentials.source': 'USER_INFO',
    'basic.auth.user.info': 'alice:a:b',
    'schema.registry.ssl.truststore.location': '/keys/trust.p12',
    'schema.registry.ssl.truststore.password': 'one',
    'schema.registry.ssl.keystore.location': '/keys/alice.jks',
    'schema.registry.ssl.keystore.password': 'two',
    'schema.registry.ssl.key.password': 'three',
    'schema.registry.ssl.endpoint.identification.algorithm': '',
  })
  assert.deepEqual(java.urls, ['https://one:8081', 'https://two:8081'])
  assert.deepEqual(java.basicAuth, { user: 'alice', password: 'a:b' })
  const { truststore, truststorePassword, keystore, password, keyPassword } = java.tls ?? {}
  assert.deepEqual([truststore, truststorePassword], ['/keys/trust.p12', 'one'])
  assert.deepEqual([keystore, password, keyPassword], ['/keys/alice.jks', 'two', 'three'])
  assert.equal(java.tls?.verifyName, false)
  const python = wayToRegistry({
    'schema.registry.url': url,
    'bearer.auth.token': 't0ken',
    'schema.registry.ssl.ca.location': '/keys/ca.crt',
  })
  assert.deepEqual([python.bearerToken, python.tls?.ca], ['t0ken', '/keys/ca.crt'])
  assert.equal(python.basicAuth, undefined)
})

test('a login may be that of Kafka, where somebody says so and not otherwise', () => {
  const kafka = {
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config':
      'org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="secret";',
  }
  assert.equal(wayToRegistry(kafka).basicAuth, undefined)
  const inherited = wayToRegistry({ ...kafka, 'basic.auth.credentials.source': 'SASL_INHERIT' })
  assert.deepEqual(inherited.basicAuth, { user: 'alice', password: 'secret' })
})

test('a login that cannot be read is refused with what to write, and without a secret', () => {
  const wrong: [Record<string, string>, RegExp][] = [
    [{ 'basic.auth.credentials.source': 'KEYTAB' }, /'KEYTAB' is not known; write URL/],
    [{ 'basic.auth.credentials.source': 'USER_INFO' }, /write USER:PASSWORD there/],
    [
      { 'basic.auth.credentials.source': 'SASL_INHERIT' },
      /SASL_INHERIT needs the user and password/,
    ],
  ]
  for (const [properties, message] of wrong) {
    assert.throws(() => wayToRegistry(properties), { code: 'registry-login-invalid', message })
  }
})
