import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tlsServerSetting, withPathsFrom } from './settings.ts'

test('files are looked for beside leat.yml, and the text of a PEM is left as it is', () => {
  const given = {
    keystore: './certs/server.p12',
    ca: '-----BEGIN CERTIFICATE-----',
    crl: '/etc/crl',
  }
  const settings = tlsServerSetting.read(given, [], ({ says }) => assert.fail(says))
  const { keystore, ca, crl } = withPathsFrom('/plant', settings)
  assert.deepEqual([keystore, ca, crl], ['/plant/certs/server.p12', given.ca, '/etc/crl'])
})
