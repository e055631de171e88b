import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostAddress } from './host.ts'

test('addresses are written as Java prints them', () => {
  assert.equal(hostAddress('127.0.0.1'), '127.0.0.1')
  assert.equal(hostAddress('::ffff:10.1.2.3'), '10.1.2.3')
  assert.equal(hostAddress('::1'), '0:0:0:0:0:0:0:1')
  assert.equal(hostAddress('::'), '0:0:0:0:0:0:0:0')
  assert.equal(hostAddress('fe80::0a:1%eth0'), 'fe80:0:0:0:0:0:a:1')
  assert.equal(hostAddress('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2:3:4:5:6')
})
