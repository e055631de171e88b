import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cipherList } from '../../src/base/tls/ciphers.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

test('cipher suites by their names in Java are those that openssl means', {
  skip: withoutPeer('openssl'),
}, async () => {
  const printed = await outputOf([
    'openssl',
    'ciphers',
    '-stdname',
    'ECDHE:DHE:RSA:!PSK:!SRP:!NULL:!ARIA:!CAMELLIA',
  ])
  const rows = [...printed.matchAll(/^(TLS_\S+)\s+- (\S+)/gm)]
  assert.ok(rows.length > 30, printed)
  for (const [, javaName = '', opensslName] of rows) assert.equal(cipherList(javaName), opensslName)
})
