/** What `leat certs` makes, in the hands of openssl and Java's keytool. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../helpers/folders.ts'
import { leatCommand } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram } from '../helpers/programs.ts'

const byOpenssl = { skip: withoutPeer('openssl') }
const byKeytool = { skip: withoutPeer('java') }
const password = 'changeit'

for (const type of ['ec', 'rsa']) {
  test(
    `openssl verifies the certificates strictly, for their purpose and hosts (${type})`,
    byOpenssl,
    async (t) => {
      const path = await made(
        t,
        '--key',
        type,
        '--host',
        'broker.example',
        '--host',
        '192.0.2.7',
        '--host',
        '2001:db8::7',
      )
      const strictly = ['openssl', 'verify', '-x509_strict', '-CAfile', path('ca.crt')]
      const server = path('server.crt')
      for (const host of ['broker.example', '192.0.2.7', '2001:db8::7']) {
        const named = [host === 'broker.example' ? '-verify_hostname' : '-verify_ip', host]
        await outputOf([...strictly, '-purpose', 'sslserver', ...named, server])
      }
      const client = path('clients/alice/client.crt')
      await outputOf([...strictly, '-purpose', 'sslclient', client])
      const crl = ['-crl_check', '-CRLfile', path('revoked.crl')]
      await outputOf([...strictly, ...crl, client])
      await outputOf([...leatCommand, 'certs', 'revoke', 'alice', '-d', path('.')])
      const revoked = await runProgram([...strictly, ...crl, client])
      assert.match(revoked.stderr, /certificate revoked/)
    },
  )
}

test('openssl opens the key stores, which are modern ones', byOpenssl, async (t) => {
  const path = await made(t)
  const open = ['openssl', 'pkcs12', '-info', '-noenc', '-passin', `pass:${password}`]
  const { stdout, stderr } = await runProgram([...open, '-in', path('clients/alice/keystore.p12')])
  assert.match(stdout, /BEGIN PRIVATE KEY/)
  assert.match(stderr, /MAC: sha256/)
  assert.match(stderr, /Shrouded Keybag: PBES2, PBKDF2, AES-256-CBC/)
  assert.match(stderr, /Encrypted data: PBES2, PBKDF2, AES-256-CBC/)
})

test(
  'keytool finds a key with its chain in the one store, and a trusted certificate in the other',
  byKeytool,
  async (t) => {
    const path = await made(t)
    const list = ['keytool', '-list', '-v', '-storepass', password, '-keystore']
    const keys = await outputOf([...list, path('clients/alice/keystore.p12')])
    assert.match(
      keys,
      /Alias name: alice\n(.*\n)*Entry type: PrivateKeyEntry\nCertificate chain length: 2/,
    )
    assert.match(keys, /Owner: CN=alice, O=Plant, C=DE/)
    const trusted = await outputOf([...list, path('clients/alice/truststore.p12')])
    assert.match(trusted, /Alias name: ca\n(.*\n)*Entry type: trustedCertEntry/)
  },
)

async function made(t: TestContext, ...options: string[]): Promise<(name: string) => string> {
  const folder = temporaryFolder(t)
  const init = ['certs', 'init', '-d', folder, '--client', 'alice', '--subject', 'O=Plant,C=DE']
  await outputOf([...leatCommand, ...init, ...options], { env: { LEAT_CERTS_PASSWORD: password } })
  return (name) => join(folder, name)
}
