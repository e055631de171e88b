/** Keys and certificates in the files that openssl and Java's keytool write. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { identityOf, type Passwords, readKeyStore } from '../../src/base/tls/key-store.ts'
import { Authority } from '../helpers/certificates.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const password = 'changeit'
const byOpenssl = { skip: withoutPeer('openssl') }
const byKeytool = { skip: withoutPeer('openssl', 'java') }

const exports: Readonly<Record<string, readonly string[]>> = {
  'as it is by default': [],
  'with AES of 128 bits and a seal of SHA-512': [
    ...['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512'],
  ],
  'with triple DES': ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
  'with nothing encrypted but the seal': ['-keypbe', 'NONE', '-certpbe', 'NONE'],
  'without a seal': ['-nomac'],
}

for (const [how, options] of Object.entries(exports)) {
  test(`a PKCS12 of openssl ${how} gives its key and its chain`, byOpenssl, async (t) => {
    const { authority, path } = await laboratory(t)
    await exportPkcs12(path, '-certfile', authority.certificate, ...options)
    const { key, chain } = identityOf(await read(path('server.p12'), { password }), 'server.p12')
    assert.equal(key.asymmetricKeyType, 'ec')
    assert.deepEqual(chain.map(String), [path('server.crt'), authority.certificate].map(pemOf))
  })
}

test('a password of any letters opens a PKCS12', byOpenssl, async (t) => {
  const { path } = await laboratory(t)
  await exportPkcs12(path, '-passout', 'pass:påsswörd €')
  assert.equal((await read(path('server.p12'), { password: 'påsswörd €' })).keys.length, 1)
})

test(
  'a PKCS12 under RC2 is refused with the commands that write a modern one',
  byOpenssl,
  async (t) => {
    const { path } = await laboratory(t)
    await exportPkcs12(path, '-legacy')
    await assert.rejects(read(path('server.p12'), { password }), (error: Error) => {
      assert.match(error.message, /server\.p12 is encrypted with RC2 of 40 bits/)
      assert.match(
        error.message,
        /keytool -importkeystore -srckeystore \S+server\.p12 -destkeystore/,
      )
      return true
    })
  },
)

test(
  'a wrong password and a missing one are told apart, and neither is repeated',
  byOpenssl,
  async (t) => {
    const { path } = await laboratory(t)
    await exportPkcs12(path)
    await openssl('ec', '-in', path('server.key'), '-aes256', '-out', path('enc.key'), ...passout)
    for (const file of ['server.p12', 'enc.key']) {
      await assert.rejects(read(path(file), { password: 'secret-1' }), (error: Error) => {
        assert.match(error.message, new RegExp(`password of \\S+${file} is wrong`))
        assert.doesNotMatch(error.message, /secret-1/)
        return true
      })
      await assert.rejects(read(path(file)), /is encrypted and no password stands beside its name/)
    }
  },
)

test(
  'encrypted keys of PEM are read, of PKCS8 and of the traditional form',
  byOpenssl,
  async (t) => {
    const { path } = await laboratory(t)
    const key = path('server.key')
    await openssl('ec', '-in', key, '-aes256', '-out', path('traditional.key'), ...passout)
    await openssl('pkcs8', '-topk8', '-in', key, '-out', path('pkcs8.key'), ...passout)
    for (const file of ['traditional.key', 'pkcs8.key']) {
      assert.equal((await read(path(file), { password })).keys.length, 1)
    }
  },
)

test('a key and a certificate that do not belong together are refused', byOpenssl, async (t) => {
  const { authority, path } = await laboratory(t)
  const { keys } = await read(path('server.key'))
  const { certificates } = await read(authority.certificate)
  assert.throws(() => identityOf({ keys, certificates }, 'ca.crt'), /belongs to its private key/)
  assert.throws(() => identityOf({ keys: [], certificates }, 'ca.crt'), /has no private key/)
})

test('a damaged key store is named, wherever it is cut', byOpenssl, async (t) => {
  const { path } = await laboratory(t)
  await exportPkcs12(path)
  const bytes = readFileSync(path('server.p12'))
  for (let length = 0; length < bytes.length; length += 97) {
    const source = { name: 'cut.p12', bytes: bytes.subarray(0, length) }
    await assert.rejects(readKeyStore(source, { password }), /^LeatError: cut\.p12 /)
  }
})

for (const type of ['PKCS12', 'JKS']) {
  test(
    `a key store of keytool of type ${type} gives its key and its chain`,
    byKeytool,
    async (t) => {
      const { authority, path } = await laboratory(t)
      await exportPkcs12(path, '-certfile', authority.certificate, '-name', 'server')
      const from = ['-srckeystore', path('server.p12'), '-srcstorepass', password]
      await keytool('-importkeystore', ...from, ...store(path, type))
      const { key, chain } = identityOf(await read(path('store'), { password }), 'store')
      assert.equal(key.asymmetricKeyType, 'ec')
      assert.deepEqual(chain.map(String), [path('server.crt'), authority.certificate].map(pemOf))
      await assert.rejects(read(path('store'), { password: 'wrong!' }), /password of \S+ is wrong/)
    },
  )

  test(`a truststore of keytool of type ${type} gives its certificates`, byKeytool, async (t) => {
    const { authority, path } = await laboratory(t)
    const other = await Authority.open(t)
    for (const [alias, { certificate }] of Object.entries({ authority, other })) {
      const named = ['-alias', alias, '-file', certificate, '-noprompt']
      await keytool('-importcert', ...named, ...target(path, type))
    }
    const { keys, certificates } = await read(path('store'), { password })
    assert.equal(keys.length, 0)
    const expected = [authority, other].map(({ certificate }) => pemOf(certificate))
    assert.deepEqual(certificates.map(String).sort(), expected.sort())
  })
}

test('a JKS whose key has a password of its own is read with both', byKeytool, async (t) => {
  const { path } = await laboratory(t)
  const pair = ['-genkeypair', '-alias', 'rsa', '-keyalg', 'RSA', '-dname', 'CN=rsa']
  await keytool(...pair, '-keypass', 'another', ...target(path, 'JKS'))
  const { key } = identityOf(await read(path('store'), { password, keyPassword: 'another' }), '')
  assert.equal(key.asymmetricKeyType, 'rsa')
  await assert.rejects(read(path('store'), { password }), /password of the key in \S+ is wrong/)
})

const passout = ['-passout', `pass:${password}`]

async function laboratory(t: TestContext) {
  const authority = await Authority.open(t)
  await authority.sign('server', 'DNS:localhost')
  return { authority, path: (name: string) => join(authority.folder, name) }
}

async function exportPkcs12(path: (name: string) => string, ...options: string[]): Promise<void> {
  const pair = ['-inkey', path('server.key'), '-in', path('server.crt')]
  await openssl('pkcs12', '-export', ...pair, '-out', path('server.p12'), ...passout, ...options)
}

function target(path: (name: string) => string, type: string): string[] {
  return ['-keystore', path('store'), '-storetype', type, '-storepass', password]
}

function store(path: (name: string) => string, type: string): string[] {
  return ['-destkeystore', path('store'), '-deststoretype', type, '-deststorepass', password]
}

async function openssl(...args: string[]): Promise<void> {
  await outputOf(['openssl', ...args])
}

async function keytool(...args: string[]): Promise<void> {
  await outputOf(['keytool', ...args])
}

async function read(path: string, passwords: Passwords = {}) {
  return await readKeyStore({ name: path, bytes: readFileSync(path) }, passwords)
}

function pemOf(path: string): string {
  return readFileSync(path, 'utf8')
}
