import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBrokerAddress } from './addresses.ts'

test('an address is a host with a port, or with the port of Kafka', () => {
  assert.deepEqual(parseBrokerAddress('kafka:19092'), { host: 'kafka', port: 19092 })
  assert.deepEqual(parseBrokerAddress('10.0.0.1'), { host: '10.0.0.1', port: 9092 })
  assert.deepEqual(parseBrokerAddress('[::1]:9093'), { host: '::1', port: 9093 })
  assert.deepEqual(parseBrokerAddress('[::1]'), { host: '::1', port: 9092 })
})

test('what is no address is refused with a sentence that says how to write one', () => {
  for (const text of ['', '::1:9092', 'host:0', 'host:70000', 'http://host:1', '[nonsense]:1']) {
    assert.throws(() => parseBrokerAddress(text), { code: 'broker-address-invalid' }, text)
  }
})
