import assert from 'node:assert/strict'
import { test } from 'node:test'
import { otherWayIn, overridesOf } from './client-overrides.ts'

const config = {
  'consumer.override.sasl.mechanism': 'PLAIN',
  'consumer.override.max.poll.records': '10',
  'producer.override.linger.ms': '5',
}
const under = (policy: string) => ({
  'connector.client.config.override.policy': policy,
})
const java =
  'org.apache.kafka.connect.connector.policy.PrincipalConnectorClientConfigOverridePolicy'

test("a connector changes of its clients what the worker's policy allows", () => {
  const all = { 'sasl.mechanism': 'PLAIN', 'max.poll.records': '10' }
  assert.deepEqual(overridesOf(config, 'consumer', {}), all)
  assert.deepEqual(overridesOf(config, 'consumer', under('All')), all)
  for (const policy of ['Principal', java]) {
    assert.throws(() => overridesOf(config, 'consumer', under(policy)), {
      message: /'consumer\.override\.max\.poll\.records' is not allowed by this worker/,
    })
  }
  const login = { 'consumer.override.sasl.mechanism': 'PLAIN' }
  assert.deepEqual(overridesOf(login, 'consumer', under(java)), { 'sasl.mechanism': 'PLAIN' })
  for (const policy of ['None', 'com.example.OwnPolicy', 'constructor']) {
    assert.throws(() => overridesOf(login, 'consumer', under(policy)), /not allowed/)
    assert.deepEqual(overridesOf({}, 'consumer', under(policy)), {})
  }
})

test('another login or other brokers are another way to Kafka, other figures are not', () => {
  assert.equal(otherWayIn({ 'max.poll.records': '10' }), undefined)
  assert.deepEqual(otherWayIn({ 'sasl.mechanism': 'PLAIN', 'linger.ms': '5' }), {
    brokers: undefined,
    security: { 'sasl.mechanism': 'PLAIN' },
  })
  assert.deepEqual(otherWayIn({ 'bootstrap.servers': 'a:9092, b:9092' }), {
    brokers: ['a:9092', 'b:9092'],
    security: {},
  })
})
