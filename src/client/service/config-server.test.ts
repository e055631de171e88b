import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../../../test/helpers/folders.ts'
import { resolveReader } from './resolve.ts'
import { encryptedFor } from './testing/encrypt.ts'
import { type FakeAnswers, FakeConfigServer } from './testing/fake-config-server.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const encrypted = (value: string | Uint8Array) => encryptedFor(privateKey, value).toString('base64')

async function place(t: TestContext, answers: FakeAnswers) {
  const server = await FakeConfigServer.open(answers)
  t.after(() => server[Symbol.asyncDispose]())
  const homeFolder = temporaryFolder(t)
  const folder = join(homeFolder, '.config', 'sinetstream')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'auth.json'), server.auth)
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  writeFileSync(join(folder, 'private_key.pem'), pem)
  const warnings: unknown[] = []
  const logger = {
    debug() {},
    info() {},
    warn: (_: string, facts?: Record<string, unknown>) => void warnings.push(facts),
    error() {},
    with: () => logger,
  }
  const options = { homeFolder, workingFolder: homeFolder, environment: {}, logger }
  return { server, options, auth: join(folder, 'auth.json'), warnings }
}

const service = { type: 'kafka', brokers: 'b', topic: 't' }
/** A configuration of that name, with one service `s` or these. */
function config(name: string, more: object = {}, services: object = { s: service }) {
  return { name, config: { header: { version: 3 }, config: services }, ...more }
}

test('a service is read from the configuration of that name, and the program’s words win', async (t) => {
  const { server, options } = await place(t, { '/configs/a b': config('a b') })
  const resolved = await resolveReader({ config: 'a b', topic: 'own' }, options)
  assert.equal(resolved.service, 's')
  assert.deepEqual(resolved.brokers, ['b:9092'])
  assert.deepEqual(resolved.topics, ['own'])
  assert.deepEqual(server.asked, ['POST /authentication', 'GET /configs/a b'])
})

test('attachments go to their places, for one service or for all', async (t) => {
  const value = Buffer.from('-----BEGIN CERTIFICATE-----\n').toString('base64')
  const attachments = [
    { target: 's.tls.ca_certs_data', value },
    { target: '*.type_spec.ssl.deep', value },
    { target: 'other.brokers', value },
    { target: '*.__proto__.brokers', value },
  ]
  const { options } = await place(t, { '/configs/c': config('c', { attachments }) })
  const resolved = await resolveReader({ config: 'c' }, options)
  assert.equal(resolved.tls?.ca, '-----BEGIN CERTIFICATE-----\n')
  assert.deepEqual(resolved.spec, { ssl: { deep: Buffer.from(value, 'base64') } })
  assert.deepEqual(resolved.brokers, ['b:9092'])
})

test('secrets are fetched for the user’s key and decrypted: one, the newest, or every version of a crypto.key', async (t) => {
  const keys = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)] as const
  const secrets = [
    { target: 's.type_spec.password', id: 'one' },
    {
      target: '*.type_spec.newest',
      ids: [
        { id: 'two', version: 2 },
        { id: 'one', version: 1 },
      ],
    },
    {
      target: '*.crypto.key',
      ids: [
        { id: 'key-1', version: 1 },
        { id: 'key-300', version: 300 },
      ],
    },
    { target: 'other.crypto.key', id: 'not-asked-for' },
  ]
  const services = { s: { ...service, data_encryption: true, crypto: { mode: 'GCM' } }, other: {} }
  const secret = (id: string, target: string, value: string | Buffer) => ({
    ...{ id, target, fingerprint: 'of-another-key', value: encrypted(value) },
  })
  const { server, options, warnings } = await place(t, {
    '/configs/c': config('c', { secrets }, services),
    '/secrets/one': secret('one', 's.type_spec.password', 'first'),
    '/secrets/two': secret('two', '*.type_spec.newest', 'second'),
    '/secrets/key-1': secret('key-1', '*.crypto.key', keys[0]),
    '/secrets/key-300': secret('key-300', '*.crypto.key', keys[1]),
  })
  const { spec, coding } = await resolveReader({ config: 'c', service: 's' }, options)
  assert.deepEqual(spec, { password: Buffer.from('first'), newest: Buffer.from('second') })
  const read = coding.encryption?.secret
  assert.ok(read !== undefined && 'keys' in read)
  assert.deepEqual(
    [...read.keys],
    [
      [1, keys[0]],
      [300, keys[1]],
    ],
  )
  assert.deepEqual(
    server.asked.slice(2).map((line) => line.replace('GET /secrets/', '')),
    [...['one', 'two', 'key-1', 'key-300']],
  )
  assert.match([...server.fingerprints].join(' '), /^[\w+/]{43}$/)
  assert.equal(warnings.length, 4)
})

test('what the server refuses, lacks or does not do is said by SINETStream’s errors', async (t) => {
  const tooLong = JSON.stringify(config('c', { padding: 'x'.repeat(17 * 2 ** 20) }))
  const secrets = [{ target: 's.type_spec.a', id: 'x' }]
  const right = { id: 'x', target: 's.type_spec.a', value: encrypted('v') }
  const cases: [FakeAnswers, string, RegExp][] = [
    [{ '/authentication': 401 }, 'AuthorizationError', /auth\.json/],
    [{ '/authentication': 404 }, 'ConnectionError', /answers 404/],
    [{ '/authentication': 302 }, 'ConnectionError', /answers 302/],
    [{ '/authentication': 200 }, 'ConnectionError', /answers 200/],
    [{ '/configs/c': 401 }, 'AuthorizationError', /401/],
    [{}, 'NoServiceError', /no configuration 'c'/],
    [{ '/configs/c': 500 }, 'ConnectionError', /answers 500/],
    [{ '/configs/c': 'no JSON' }, 'InvalidConfigError', /no JSON object/],
    [{ '/configs/c': tooLong }, 'ConnectionError', /more than 16777216 bytes/],
    [{ '/configs/c': config('d') }, 'InvalidConfigError', /'name' is another/],
    [{ '/configs/c': { name: 'c' } }, 'InvalidConfigError', /'version'/],
    [{ '/configs/c': config('c', {}, {}) }, 'NoConfigError', /has no service/],
    [{ '/configs/c': config('c', {}, { a: {}, b: {} }) }, 'NoConfigError', /2 services/],
    [{ '/configs/c': config('c', { attachments: {} }) }, 'InvalidConfigError', /no list/],
    [
      { '/configs/c': config('c', { attachments: [{ target: 's' }] }) },
      'InvalidConfigError',
      /target/,
    ],
    [
      { '/configs/c': config('c', { attachments: [{ target: 's.type.a', value: '' }] }) },
      ...(['InvalidConfigError', /'type' is no mapping/] as const),
    ],
    [
      { '/configs/c': config('c', { secrets: [{ target: 's.a', ids: [{ id: 'x' }] }] }) },
      ...(['InvalidConfigError', /\{id, version\}/] as const),
    ],
    [{ '/configs/c': config('c', { secrets }) }, 'NoServiceError', /no secret 'x'/],
    [{ '/configs/c': config('c', { secrets }), '/secrets/x': 403 }, 'ConnectionError', /403/],
    [
      { '/configs/c': config('c', { secrets }), '/secrets/x': { ...right, target: 's.b' } },
      ...(['InvalidConfigError', /another/] as const),
    ],
    [
      { '/configs/c': config('c', { secrets }), '/secrets/x': { ...right, value: 'AAAA' } },
      ...(['InvalidConfigError', /encrypted value 'type_spec\.a'/] as const),
    ],
  ]
  for (const [answers, name, message] of cases) {
    const { options } = await place(t, answers)
    await assert.rejects(resolveReader({ config: 'c' }, options), (error: Error) => {
      assert.equal(error.name, name, error.message)
      assert.match(error.message, message)
      assert.doesNotMatch(`${error.message}${JSON.stringify(error)}`, /key-of-the-user|token-of/)
      return true
    })
  }
})

test('a server that is not there, or says nothing, is a ConnectionError', async (t) => {
  const { server, options } = await place(t, {})
  await server[Symbol.asyncDispose]()
  const gone = { name: 'ConnectionError', message: /ECONNREFUSED/, retriable: true }
  await assert.rejects(resolveReader({ config: 'c' }, options), gone)
  const silent: typeof fetch = async (_, init) => {
    assert.ok(init?.signal, 'the waiting ends')
    throw new DOMException('', 'TimeoutError')
  }
  const expected = { name: 'ConnectionError', message: /within 10000 ms/ }
  await assert.rejects(resolveReader({ config: 'c' }, { ...options, fetch: silent }), expected)
})

test('without a usable auth.json there is no server', async (t) => {
  const { options, auth } = await place(t, {})
  writeFileSync(auth, '{"config-server": {"address": "http://a", "user": "u"}}')
  const incomplete = { name: 'InvalidConfigError', message: /"secret-key"/ }
  await assert.rejects(resolveReader({ config: 'c' }, options), incomplete)
  const address = 'http://u:very-secret@a'
  const access = { 'config-server': { address, user: 'u', 'secret-key': 'very-secret' } }
  writeFileSync(auth, JSON.stringify(access))
  await assert.rejects(resolveReader({ config: 'c' }, options), (error: Error) => {
    assert.match(error.message, /https:\/\/HOST:PORT/)
    return !/very-secret/.test(error.message)
  })
  writeFileSync(auth, 'no JSON')
  await assert.rejects(resolveReader({ config: 'c' }, options), incomplete)
  const elsewhere = { ...options, homeFolder: join(options.homeFolder, 'elsewhere') }
  const absent = { name: 'NoConfigError', message: /auth\.json/ }
  await assert.rejects(resolveReader({ config: 'c' }, elsewhere), absent)
})
