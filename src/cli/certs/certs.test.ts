import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { listen } from '../../base/listen.ts'
import { silentLogger } from '../../base/logger.ts'
import { clientTls } from '../../base/tls/client.ts'
import { clientName, serverTls } from '../../base/tls/server.ts'
import { tlsClientSetting, tlsServerSetting } from '../../base/tls/settings.ts'
import { runCli } from '../testing/run-cli.ts'

for (const type of ['ec', 'rsa']) {
  test(`what certs init makes lets its clients in by their names, until they are revoked (${type})`, async (t) => {
    const { path, certs } = laboratory(t)
    const made = await certs(
      'init',
      '--key',
      type,
      '--client',
      'alice',
      '--subject',
      'O=Plant,C=DE',
    )
    assert.equal(made.code, 0, made.stderr)
    assert.match(made.stderr, /keystore: \S+server\.p12/)
    assert.equal(await visit(t, path, 'alice'), 'CN=alice,O=Plant,C=DE')
    assert.equal((await certs('client', 'bob')).code, 0)
    assert.equal((await certs('revoke', 'alice')).code, 0)
    assert.equal((await certs('revoke', 'alice')).code, 0)
    assert.equal(await visit(t, path, 'alice'), undefined)
    assert.equal(await visit(t, path, 'bob'), 'CN=bob')
  })
}

test('keys and passwords are for their owner alone, and nothing is written over without --force', async (t) => {
  const { path, certs } = laboratory(t)
  await certs('init', '--client', 'alice')
  const secret = ['ca.key', 'server.key', 'server.p12', 'server.password']
  const ofClient = ['client.key', 'keystore.p12', 'client-ssl.properties']
  for (const file of [...secret, ...ofClient.map((name) => `clients/alice/${name}`)]) {
    assert.equal(statSync(path(file)).mode & 0o777, 0o600, file)
  }
  const before = readFileSync(path('clients/alice/client.key'))
  const again = await certs('client', 'bob', 'alice')
  assert.equal(again.code, 1)
  assert.match(again.stderr, /clients\/alice\/ca\.crt is already there, so nothing is written/)
  assert.throws(() => statSync(path('clients/bob')))
  assert.deepEqual(readFileSync(path('clients/alice/client.key')), before)
  assert.equal((await certs('client', 'alice', '--force')).code, 0)
  assert.notDeepEqual(readFileSync(path('clients/alice/client.key')), before)
})

test('the password of the stores comes from the environment, and is printed nowhere', async (t) => {
  const { path, certs } = laboratory(t, { LEAT_CERTS_PASSWORD: 'a \\ word' })
  const { stdout, stderr } = await certs('init')
  assert.doesNotMatch(stdout + stderr, /a \\ word/)
  assert.equal(readFileSync(path('server.password'), 'utf8'), 'a \\ word\n')
  const properties = readFileSync(path('clients/client/client-ssl.properties'), 'utf8')
  assert.match(properties, /^ssl\.keystore\.password=a \\\\ word$/m)
})

test('what is missing or cannot be a name is said with the cure', async (t) => {
  const { certs } = laboratory(t)
  assert.match((await certs('client', 'alice')).stderr, /'leat certs ca -d \S+' makes one/)
  assert.match((await certs('client')).stderr, /Write the name of a client here/)
  assert.match((await certs('client', '../alice')).stderr, /is no name for a client/)
  assert.match((await certs('ca', '--subject', 'plant')).stderr, /is no name for a certificate/)
  assert.match((await certs('ca', '--days', '0')).stderr, /write a whole number of at least 1/)
  await certs('ca')
  assert.match((await certs('revoke', 'alice')).stderr, /name a client whose folder is there/)
})

test('leat check looks into the key stores, and says what is wrong with them', async (t) => {
  const { path, certs } = laboratory(t)
  await certs('init', '--days', '7')
  const check = async (tls: string) => {
    const file = path('leat.yml')
    writeFileSync(file, `kafka: { listeners: [ { bind: 127.0.0.1:9093, tls: { ${tls} } } ] }`)
    return await runCli(['check', '-f', file])
  }
  const password = readFileSync(path('server.password'), 'utf8').trim()
  const right = await check(`keystore: server.p12, password: ${password}`)
  assert.equal(right.code, 0, right.stderr)
  assert.match(right.stderr, /The certificate of CN=localhost expires at \S+; renew it in time/)
  const wrong = await check('keystore: server.p12, password: wrong')
  assert.equal(wrong.code, 2)
  assert.match(
    wrong.stderr,
    /127\.0\.0\.1:9093 cannot speak TLS: The password of \S+server\.p12 is wrong/,
  )
})

function laboratory(t: TestContext, environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'leat-certs-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return {
    path: (name: string) => join(folder, name),
    certs: (...args: string[]) => runCli(['certs', ...args, '-d', folder], { environment }),
  }
}

/** The name by which a listener knows the client; undefined where it refuses it. */
async function visit(t: TestContext, path: (name: string) => string, client: string) {
  const server = await listener(t, path)
  const folder = path(`clients/${client}`)
  const properties = readFileSync(join(folder, 'client-ssl.properties'), 'utf8')
  const password = /^ssl\.keystore\.password=(.*)$/m.exec(properties)?.[1]
  const given = {
    ...{ keystore: join(folder, 'keystore.p12'), password },
    ...{ truststore: join(folder, 'truststore.p12'), truststorePassword: password },
  }
  const settings = tlsClientSetting.read(given, [], ({ says }) => assert.fail(says))
  await using tls = await clientTls({ settings, logger: silentLogger })
  const socket = connect({ port: server, host: '127.0.0.1', ...tls.options })
  return await new Promise<string | undefined>((resolve) => {
    let told: string | undefined
    socket.on('data', (bytes) => {
      told = bytes.toString()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(told))
  })
}

async function listener(t: TestContext, path: (name: string) => string): Promise<number> {
  const given = {
    ...{
      keystore: path('server.p12'),
      password: readFileSync(path('server.password'), 'utf8').trim(),
    },
    ...{ ca: path('ca.crt'), crl: path('revoked.crl'), clientAuth: 'required' },
  }
  const settings = tlsServerSetting.read(given, [], ({ says }) => assert.fail(says))
  const tls = await serverTls({ settings, logger: silentLogger })
  const server = createServer(tls.options)
  tls.guard(server)
  server.on('secureConnection', (socket) => {
    socket.on('error', () => {})
    socket.end(clientName(socket) ?? 'nobody')
  })
  t.after(async () => {
    await tls.close()
    server.close()
  })
  return await listen(server, '127.0.0.1', 0)
}
