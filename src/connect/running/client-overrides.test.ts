import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consumerOptions, mostRecordsIn, otherWayIn, overridesOf } from './client-overrides.ts'

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

test('what the worker says of all clients holds where the connector says nothing', () => {
  const worker = { 'consumer.isolation.level': 'read_committed', 'consumer.group.id': 'all' }
  const isolation = (config: Record<string, string>) =>
    consumerOptions(overridesOf(config, 'consumer', { ...worker, ...under('None') })).fetching
      ?.committedOnly
  assert.equal(isolation({}), true)
  assert.deepEqual(overridesOf({}, 'consumer', worker), { 'isolation.level': 'read_committed' })
  const own = { 'consumer.override.isolation.level': 'read_uncommitted' }
  assert.equal(consumerOptions(overridesOf(own, 'consumer', worker)).fetching?.committedOnly, false)
  assert.equal(consumerOptions({}).fetching?.committedOnly, false)
})

test('figures and words with which a consumer cannot work are refused with what may be written', () => {
  assert.equal(mostRecordsIn({ 'max.poll.records': '1' }), 1)
  for (const text of ['0', '-1', '1.5', '', 'many', '2147483648']) {
    assert.throws(() => mostRecordsIn({ 'max.poll.records': text }), {
      message: new RegExp(
        `'max.poll.records' is '${text}'; write a whole number from 1 to 2147483647`,
      ),
    })
  }
  assert.throws(() => consumerOptions({ 'heartbeat.interval.ms': '0' }), /from 1 to 2147483647/)
  assert.throws(() => consumerOptions({ 'isolation.level': 'serializable' }), {
    message: /'isolation.level' is 'serializable'; write read_uncommitted or read_committed/,
  })
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
