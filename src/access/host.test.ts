import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostAddress, networkOf } from './host.ts'

test('addresses are written as Java prints them', () => {
  assert.equal(hostAddress('127.0.0.1'), '127.0.0.1')
  assert.equal(hostAddress('::ffff:10.1.2.3'), '10.1.2.3')
  assert.equal(hostAddress('::1'), '0:0:0:0:0:0:0:1')
  assert.equal(hostAddress('::'), '0:0:0:0:0:0:0:0')
  assert.equal(hostAddress('fe80::0a:1%eth0'), 'fe80:0:0:0:0:0:a:1')
  assert.equal(hostAddress('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2:3:4:5:6')
})

test('an address of IPv6 belongs to the network of its first four groups, one of IPv4 is alone', () => {
  assert.equal(networkOf(hostAddress('2001:db8::1')), networkOf(hostAddress('2001:db8::2:3:4:5')))
  assert.notEqual(networkOf(hostAddress('2001:db8::1')), networkOf(hostAddress('2001:db8:0:1::1')))
  assert.equal(networkOf('10.0.0.7'), '10.0.0.7')
})
