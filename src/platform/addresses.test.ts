import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expandBind, formatAddress, isLoopback, parseAddress } from './addresses.ts'

test('an address is a name or a number and a port, an IPv6 host in brackets', () => {
  assert.deepEqual(parseAddress('broker-1.example:9092'), { host: 'broker-1.example', port: 9092 })
  assert.deepEqual(parseAddress('[::1]:0'), { host: '::1', port: 0 })
})

test('what is no address reads as none', () => {
  for (const text of ['9092', 'host:', ':9092', 'host:99999', '::1:9092', '[x]:1', 'http://h:1']) {
    assert.equal(parseAddress(text), undefined, text)
  }
})

test('an address is printed as it is read', () => {
  for (const text of ['127.0.0.1:1883', '[::1]:8080']) {
    assert.equal(formatAddress(parseAddress(text)!), text)
  }
})

test('localhost is both loopback addresses where the machine has IPv6', () => {
  const localhost = { host: 'localhost', port: 9092 }
  assert.deepEqual(
    expandBind(localhost, true).map(({ host }) => host),
    ['127.0.0.1', '::1'],
  )
  assert.deepEqual(
    expandBind(localhost, false).map(({ host }) => host),
    ['127.0.0.1'],
  )
})

test('what reaches beyond this machine is not loopback', () => {
  assert.deepEqual(['0.0.0.0', '::', '10.0.0.1', '127.1.2.3', '::1', 'localhost'].map(isLoopback), [
    false,
    false,
    false,
    true,
    true,
    true,
  ])
})
