import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../../../test/helpers/folders.ts'
import { seededRandom } from '../../base/random.ts'
import { resolveReader } from './resolve.ts'
import { encryptedFor } from './testing/encrypt.ts'

const random = seededRandom(1)
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

const encrypted = (value: string, key = privateKey) => encryptedFor(key, value, random)

/** A home with a private key in it, and a file whose service has this value as its password. */
function place(
  t: TestContext,
  value: Buffer | undefined,
  key: string | undefined,
  fingerprint = '',
) {
  const folder = temporaryFolder(t)
  const settings = join(folder, '.config', 'sinetstream')
  mkdirSync(settings, { recursive: true })
  if (key !== undefined) writeFileSync(join(settings, 'private_key.pem'), key)
  const other = encrypted('another').toString('base64')
  const lines = [
    `header: {version: 3, fingerprint: "${fingerprint}"}`,
    'config:',
    '  s:',
    '    type: kafka',
    '    brokers: b',
    '    topic: t',
    '    data_encryption: true',
    '    crypto:',
    '      mode: GCM',
    ...(value === undefined
      ? ['      password: plain']
      : [`      password: {value: !sinetstream/encrypted ${value.toString('base64')}}`]),
    '    type_spec:',
    `      list: [${value === undefined ? 1 : `!sinetstream/encrypted ${value.toString('base64')}`}]`,
    '  not-asked-for:',
    `    type: !sinetstream/encrypted ${other}`,
  ]
  const text = lines.join('\n').replace('fingerprint: ""', '')
  writeFileSync(join(folder, '.sinetstream_config.yml'), `${text}\n`)
  return { workingFolder: folder, homeFolder: folder, environment: {} }
}

test('an encrypted value is read with the user’s private key, wherever it stands', async (t) => {
  const { coding, spec } = await resolveReader(
    { service: 's' },
    place(t, encrypted('pässword'), pem),
  )
  const secret = coding.encryption?.secret
  assert.ok(secret !== undefined && 'password' in secret)
  assert.deepEqual(Buffer.from(secret.password, 'latin1'), Buffer.from('pässword'))
  assert.deepEqual(spec.list, [Buffer.from('pässword')])
})

test('the private key may have a passphrase, which the environment gives', async (t) => {
  const cipher = { cipher: 'aes-256-cbc', passphrase: 'phrase' }
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    const closed = privateKey.export({ type, format: 'pem', ...cipher }) as string
    const options = place(t, encrypted('p'), closed)
    const expected = { name: 'InvalidConfigError', message: /give it in SINETSTREAM_PRIVATE_KEY/ }
    await assert.rejects(resolveReader({ service: 's' }, options), expected)
    const wrong = { SINETSTREAM_PRIVATE_KEY_PASSPHRASE: 'other-phrase' }
    await assert.rejects(
      resolveReader({ service: 's' }, { ...options, environment: wrong }),
      (e) => {
        assert.match(String(e), /does not open it/)
        assert.doesNotMatch(String(e), /other-phrase/)
        return true
      },
    )
    const environment = { SINETSTREAM_PRIVATE_KEY_PASSPHRASE: 'phrase' }
    await resolveReader({ service: 's' }, { ...options, environment })
  }
})

test('the key is not asked for where nothing is encrypted', async (t) => {
  await resolveReader({ service: 's' }, place(t, undefined, undefined, 'of another key'))
})

test('a file for another key is refused by its fingerprint', async (t) => {
  const options = place(t, encrypted('p'), pem, 'AAAA')
  const expected = {
    name: 'InvalidConfigError',
    message: /for the key AAAA, and .* is [\w+/]{43};/,
  }
  await assert.rejects(resolveReader({ service: 's' }, options), expected)
})

test('a fingerprint is that of the key as OpenSSH writes it', async (t) => {
  // ssh-keygen -y of it, and its text between the spaces.
  const { n = '', e = '' } = privateKey.export({ format: 'jwk' })
  const parts = ['ssh-rsa', Buffer.from(e, 'base64url'), Buffer.from(`00${hexOf(n)}`, 'hex')]
  const blob = Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, Buffer.from(part as Buffer)]
    }),
  )
  const padded = createHash('sha256').update(blob).digest('base64')
  for (const fingerprint of [padded, padded.replace('=', '')]) {
    await resolveReader({ service: 's' }, place(t, encrypted('p'), pem, fingerprint))
  }
})

function hexOf(base64url: string): string {
  return Buffer.from(base64url, 'base64url').toString('hex')
}

test('a value that was damaged at any byte, cut or encrypted for another is refused by its place', async (t) => {
  const value = encrypted('very-secret')
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const refused = async (bytes: Buffer) => {
    const options = place(t, bytes, pem)
    await assert.rejects(resolveReader({ service: 's' }, options), (error: Error) => {
      assert.equal(error.name, 'InvalidConfigError')
      assert.match(error.message, /^The encrypted value 'crypto\.password\.value'/)
      return true
    })
  }
  for (const at of [0, 1, 2, 3, 4, 259, 260, 271, 272, value.length - 1]) {
    const damaged = Buffer.from(value)
    damaged[at] = (damaged[at] as number) ^ 1
    await refused(damaged)
  }
  for (const length of [0, 3, 4, 260, 272 + 15]) await refused(value.subarray(0, length))
  await refused(encrypted('very-secret', other))
})

test('a private key that is none, or of another kind, is refused with a cure', async (t) => {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const cases = [
    [undefined, /ENOENT.*put the key there/],
    ['no key', /no private key in PEM/],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\n', /ssh-keygen -p -m PEM/],
    [elliptic.export({ type: 'pkcs8', format: 'pem' }) as string, /one of RSA/],
  ] as const
  for (const [key, message] of cases) {
    const options = place(t, encrypted('p'), key)
    const expected = { name: 'InvalidConfigError', message }
    await assert.rejects(resolveReader({ service: 's' }, options), expected)
  }
})
