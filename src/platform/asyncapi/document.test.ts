import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tlsServerSetting } from '../../base/tls/settings.ts'
import { defaultConfig } from '../config.ts'
import { asyncApiOf, topicsOf } from './document.ts'

const nothing = { version: '1', schemas: new Map() }
const { kafka, mqtt } = defaultConfig()
const listener = { ...kafka.listeners[0]!, bind: { host: '0.0.0.0', port: 9092 } }
const config = {
  ...defaultConfig(),
  kafka: {
    ...kafka,
    listeners: [
      { ...listener, advertised: { host: 'broker', port: 9092 } },
      { ...listener, bind: { host: '::', port: 9093 } },
    ],
    topics: {
      temperatures: {
        partitions: 3,
        config: {
          'retention.ms': '7200000',
          'cleanup.policy': 'compact,delete',
          'segment.ms': '5',
        },
      },
    },
  },
  mqtt: {
    listeners: [{ ...mqtt!.listeners[0]!, bind: { host: '127.0.0.1', port: 1883 } }],
    routes: [
      { from: 'plant/+/temperature', to: 'temperatures', key: '{topic[1]}', schema: undefined },
      { from: 'all/#', to: 'everything', key: undefined, schema: undefined },
    ],
    limits: {},
  },
}

/** Far inside of a document. */
function at(document: object, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inside, name) => (inside as Record<string, unknown>)[name], document)
}

test('servers are the addresses that clients may connect to', () => {
  const document = asyncApiOf(config, nothing)
  assert.equal(at(document, 'servers', 'kafka-1', 'host'), 'broker:9092')
  assert.equal(at(document, 'servers', 'kafka-2', 'host'), '{machine}:9093')
  assert.equal(at(document, 'servers', 'kafka-2', 'protocol'), 'kafka')
  assert.equal(at(document, 'servers', 'mqtt', 'host'), 'localhost:1883')
  const registry = at(document, 'servers', 'kafka-1', 'bindings', 'kafka', 'schemaRegistryUrl')
  assert.equal(registry, 'http://localhost:8081')
  const elsewhere = { ...config.kafka, brokers: [{ host: 'k1', port: 9092 }] }
  const before = asyncApiOf({ ...config, kafka: elsewhere }, nothing)
  assert.equal(at(before, 'servers', 'kafka', 'host'), 'k1:9092')
})

test('a listener that speaks TLS is a server of kafka-secure, with the same channels', () => {
  const tls = tlsServerSetting.read({}, [], () => {})
  const secure = { ...config, kafka: { ...config.kafka, listeners: [{ ...listener, tls }] } }
  const document = asyncApiOf(secure, nothing)
  assert.equal(at(document, 'servers', 'kafka', 'protocol'), 'kafka-secure')
  const servers = at(document, 'channels', 'kafka-temperatures', 'servers')
  assert.deepEqual(servers, [{ $ref: '#/servers/kafka' }])
})

test('a topic and the route to it are two channels of the same messages', () => {
  assert.deepEqual(topicsOf(config), ['temperatures', 'everything'])
  const document = asyncApiOf(config, nothing)
  const kafka = at(document, 'channels', 'kafka-temperatures')
  const mqtt = at(document, 'channels', 'mqtt-1-plant-temperature')
  assert.deepEqual(Object(kafka).messages, Object(mqtt).messages)
  assert.deepEqual(Object(kafka).bindings.kafka, {
    ...{ topic: 'temperatures', partitions: 3, replicas: 1, bindingVersion: '0.5.0' },
    topicConfiguration: { 'retention.ms': 7_200_000, 'cleanup.policy': ['compact', 'delete'] },
  })
  assert.equal(Object(mqtt).address, 'plant/{level2}/temperature')
  assert.deepEqual(Object.keys(Object(mqtt).parameters), ['level2'])
  assert.equal(at(document, 'channels', 'mqtt-2-all', 'address'), 'all/{levels}')
  assert.deepEqual(Object.keys(Object(at(document, 'operations'))).slice(0, 2), [
    'receive-kafka-temperatures',
    'send-kafka-temperatures',
  ])
})

test('a schema says what the values are', () => {
  const schemas = new Map([
    ['temperatures', { type: 'AVRO', text: '"double"' }],
    ['everything', { type: 'PROTOBUF', text: 'message M {}' }],
  ] as const)
  const document = asyncApiOf(config, { version: '1', schemas })
  const {
    name: _,
    bindings,
    ...avro
  } = Object(at(document, 'components', 'messages', 'temperatures'))
  assert.deepEqual(avro, {
    contentType: 'application/vnd.apache.avro+binary',
    payload: { schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema: 'double' },
  })
  assert.match(bindings.kafka.key.description, /plant\/\+\/temperature/)
  const payload = at(document, 'components', 'messages', 'everything', 'payload', 'schema')
  assert.equal(payload, 'message M {}')
})
