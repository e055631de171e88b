import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../../base/clock.ts'
import { silentLogger } from '../../../base/logger.ts'
import { systemRandom } from '../../../base/random.ts'
import { MessageDecoder } from '../../../formats/sinetstream/index.ts'
import { resolveWriter, type WriterParameters } from '../../service/index.ts'
import { mqttSpecOf } from './spec.ts'

const surroundings = { clock: systemClock, random: systemRandom, logger: silentLogger }

async function specOf(spec: Record<string, unknown>, given: WriterParameters = {}) {
  const parameters = await resolveWriter({
    ...{ no_config: true, type: 'mqtt', brokers: 'broker', topic: 't', type_spec: spec },
    ...given,
  })
  return mqttSpecOf(parameters, surroundings)
}

test('the consistency is the QoS, unless the QoS is given', async () => {
  assert.equal((await specOf({})).qos, 0)
  assert.equal((await specOf({}, { consistency: 'AT_LEAST_ONCE' })).qos, 1)
  assert.equal((await specOf({}, { consistency: 'EXACTLY_ONCE' })).qos, 2)
  assert.equal((await specOf({ qos: 0 }, { consistency: 'EXACTLY_ONCE' })).qos, 0)
  await assert.rejects(specOf({ qos: 3 }), { name: 'InvalidArgumentError', message: /0, 1, 2/ })
})

test('both spellings mean the same', async () => {
  const ours = await specOf({
    max_inflight_messages: { inflight: 7 },
    username_pw: { username: 'u', password: 'p' },
    reconnect_delay: { min_delay: 1, max_delay: 2 },
    ws_options: { path: '/other', headers: { a: 'b' } },
    transport: 'websockets',
  })
  const pahos = await specOf({
    max_inflight_messages_set: { inflight: 7 },
    username_pw_set: { username: 'u', password: 'p' },
    reconnect_delay_set: { min_delay: 1, max_delay: 2 },
    ws_set_options: { path: '/other', headers: { a: 'b' } },
    transport: 'websockets',
  })
  const { clientId: _, ...plain } = ours.client
  const { clientId: __, ...other } = pahos.client
  assert.deepEqual(plain, other)
  assert.equal(ours.client.url, 'ws://broker:80/other')
  assert.equal(ours.client.mostInFlight, 7)
  assert.equal(ours.client.userName, 'u')
  assert.deepEqual(ours.client.reconnectDelayMs, { min: 1000, max: 2000 })
})

test('a session is clean unless asked otherwise, by the word of the protocol', async () => {
  assert.equal((await specOf({})).client.cleanStart, true)
  assert.equal((await specOf({ clean_session: false })).client.cleanStart, false)
  const five = { protocol: 'MQTTv5', clean_start: false, session_expiry_interval: 60 }
  const { client, version } = await specOf(five)
  assert.equal(version, 5)
  assert.equal(client.cleanStart, false)
  assert.deepEqual(client.properties, { sessionExpiryInterval: 60 })
  await assert.rejects(specOf({ protocol: 'MQTTv6' }), /MQTTv311/)
})

test('the will is a message as a writer writes it, its time not set', async () => {
  const crypto = { algorithm: 'AES', mode: 'GCM', password: 'p' }
  const will = {
    ...{ topic: 'gone', payload: 'good-bye', qos: 1, retain: true, delay_interval: 5 },
    ...{ data_encryption: true, crypto },
  }
  const { client } = await specOf({ will })
  assert.equal(client.will?.topic, 'gone')
  assert.equal(client.will?.qos, 1)
  assert.equal(client.will?.retain, true)
  assert.deepEqual(client.will?.properties, { willDelayInterval: 5 })
  const { coding } = await resolveWriter({
    ...{ no_config: true, type: 'mqtt', brokers: 'b', topic: 't', data_encryption: true },
    crypto: { mode: 'GCM', password: 'p' },
  })
  const { value, timestampUs } = new MessageDecoder(coding).decode(client.will?.payload as Buffer)
  assert.equal(value.toString(), 'good-bye')
  assert.equal(timestampUs, 0)
})

test('TLS is asked for by the parameter or by the option, and names may go unchecked', async () => {
  assert.equal((await specOf({})).client.tls, undefined)
  const { client } = await specOf({}, { tls: true })
  assert.equal(client.url, 'mqtts://broker:8883')
  assert.equal(client.tls?.checkServerIdentity, undefined)
  const unchecked = await specOf({}, { tls: { check_hostname: false } })
  assert.equal(typeof unchecked.client.tls?.checkServerIdentity, 'function')
  assert.equal(
    typeof (await specOf({ tls: true, tls_insecure: { value: true } })).client.tls,
    'object',
  )
})

test('a password never shows in an error', async () => {
  const wrong = specOf({ username_pw: { username: 'u', password: ['secret'] } })
  await assert.rejects(wrong, (error: Error) => !error.message.includes('secret'))
})

test('each property of a CONNECT has its name, and is refused without MQTT 5', async () => {
  const given = {
    ...{ session_expiry_interval: 60, receive_maximum: 5, maximum_packet_size: 1000 },
    ...{ topic_alias_maximum: 3, request_response_info: 1, request_problem_info: false },
    ...{ user_property: { site: 'a', floor: 2 }, auth_method: 'm', auth_data: Buffer.from('d') },
  }
  const { client } = await specOf({ protocol: 'MQTTv5', ...given })
  assert.deepEqual(client.properties, {
    ...{ sessionExpiryInterval: 60, receiveMaximum: 5, maximumPacketSize: 1000 },
    ...{ topicAliasMaximum: 3, requestResponseInformation: true },
    requestProblemInformation: false,
    userProperties: [
      ['site', 'a'],
      ['floor', '2'],
    ],
    ...{ authenticationMethod: 'm', authenticationData: Buffer.from('d') },
  })
  for (const [key, value] of Object.entries(given)) {
    await assert.rejects(specOf({ [key]: value }), { name: 'InvalidArgumentError' }, key)
  }
})

test('what would be misunderstood is refused with the name of the option', async () => {
  const wrongs: [Record<string, unknown>, RegExp][] = [
    [{ protocol: 'MQTTv5', clean_session: false }, /clean_start/],
    [{ clean_start: false }, /clean_session/],
    [{ transport: 'udp' }, /websockets/],
    [{ keepalive: 70_000 }, /keepalive/],
    [{ protocol: 'MQTTv5', receive_maximum: 0 }, /receive_maximum/],
    [{ retain: 'yes' }, /retain/],
    [{ will: { payload: 'x' } }, /will\.topic/],
    [{ will: { topic: 'x' } }, /will\.payload/],
    [{ will: { topic: 'x', payload: 'x', consistency: 'ALWAYS' } }, /consistency/],
    [{ tls: { cert_reqs: 'CERT_PERHAPS' } }, /CERT_NONE/],
  ]
  for (const [spec, message] of wrongs) {
    await assert.rejects(specOf(spec), { name: 'InvalidArgumentError', message })
  }
})

test("Python's names for the details of TLS are known", async () => {
  const { client } = await specOf({
    tls_set: { cert_reqs: 'CERT_NONE', tls_version: 'PROTOCOL_TLSv1_2' },
  })
  assert.equal(client.tls?.rejectUnauthorized, false)
  assert.equal(client.tls?.minVersion, 'TLSv1.2')
  assert.equal(client.tls?.maxVersion, 'TLSv1.2')
})
