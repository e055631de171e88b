// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { securityOfProperties } from '../../client/security/index.ts'
import { parseConfig } from '../config-file.ts'
import { withCluster, withoutCluster } from './changed-file.ts'

const before = `# The plant's own.
data: ./plant # on the fast disk
kafka:
  durability: os
  listeners: [ { bind: 127.0.0.1:9092 } ]
  topics: { readings: { partitions: 3 } }
  config: { num.partitions: 3 }
access:
  users: { alice: { password: "\${env:ALICE_PASSWORD}" } }
  superUsers: [ admin ]
  acls: [ { principal: alice, operations: [ Read ], topic: readings } ]
mqtt: {}
`

test('the cluster takes the place of what belongs to the embedded broker, and all else stays', () => {
  const { text, variables } = withCluster(before, { brokers: ['k1:9092', 'k2:9092'], security: {} })
  assert.deepEqual(parse(text), {
    data: './plant',
    kafka: { brokers: ['k1:9092', 'k2:9092'] },
    access: { users: { alice: { password: '${env:ALICE_PASSWORD}' } } },
    mqtt: {},
  })
  assert.match(text, /# The plant's own\.\ndata: \.\/plant # on the fast disk/)
  assert.deepEqual(variables, [])
})

test('a login goes along without its secrets, which the environment has', async () => {
  const security = securityOfProperties({
    'security.protocol': 'SASL_SSL',
    'ssl.truststore.location': '/keys/trust.p12',
    'ssl.truststore.password': 'the-one',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required username="leat" password="the-other";',
  })
  const { text, variables } = withCluster('mqtt: {}\n', { brokers: ['k1:9093'], security })
  assert.doesNotMatch(text, /the-one|the-other/)
  assert.deepEqual(variables.toSorted(), ['KAFKA_PASSWORD', 'KAFKA_TRUSTSTORE_PASSWORD'])
  const environment = { KAFKA_PASSWORD: 'a', KAFKA_TRUSTSTORE_PASSWORD: 'b' }
  const { kafka } = await parseConfig(text, 'leat.yml', environment)
  assert.equal(kafka.tls?.truststore, '/keys/trust.p12')
  assert.equal(kafka.tls?.truststorePassword, 'b')
  assert.deepEqual([kafka.sasl?.username, kafka.sasl?.password], ['leat', 'a'])
})

test('on the way back the cluster goes out of the file, and a broker of its own is named', () => {
  const { text } = withoutCluster('kafka: { brokers: [ k1:9092 ], tls: {} }\nmqtt: {}\n')
  assert.deepEqual(parse(text), { kafka: {}, mqtt: {} })
})
