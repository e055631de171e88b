/** Service files, given to SINETStream for Python as well: the same parameters, or the same error. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  type ResolveOptions,
  resolveReader,
  resolveWriter,
  type ServiceParameters,
} from '../../src/client/service/index.ts'
import { encryptedFor } from '../../src/client/service/testing/encrypt.ts'
import { FakeConfigServer } from '../../src/client/service/testing/fake-config-server.ts'
import { readYaml } from '../../src/client/service/yaml-of-python.ts'
import { type Owner, temporaryFolder } from '../helpers/folders.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'
import { program } from '../helpers/python.ts'

const skip = withoutPeer('sinetstream')
const fixtures = join(import.meta.dirname, '..', 'fixtures', 'service-files')

interface Question {
  readonly folder: string
  readonly role: 'reader' | 'writer'
  readonly given: Readonly<Record<string, unknown>>
}

type Answer = Readonly<Record<string, unknown>>

interface Case extends Partial<Question> {
  readonly file?: string
  /** Where ours is another: why, with the parameters or the error that ours has instead. */
  readonly unlike?: { readonly why: string; readonly ours: Answer }
}

const invalidConfig = { error: 'InvalidConfigError' }
const invalidArgument = { error: 'InvalidArgumentError' }
const noYaml = (python: string) => ({
  why: `a ${python} tells nobody the line`,
  ours: invalidConfig,
})

const cases: readonly Case[] = [
  ...service('v1-tutorial.yml', 'service-tutorial-kafka', 'service-tutorial-mqtt', 'absent'),
  { file: 'v1-tutorial.yml' },
  { file: 'v1-tutorial.yml', role: 'writer', given: { service: 'service-tutorial-kafka' } },
  { file: 'v1-one-service.yml' },
  { file: 'v1-one-service.yml', given: { topics: ['x'], consistency: 'EXACTLY_ONCE' } },
  { file: 'v1-one-service.yml', given: { brokers: 'other', client_id: '', group_id: 'g' } },
  { file: 'v1-one-service.yml', role: 'writer', given: { topic: 'x' } },
  { file: 'v1-mqtt-nested.yml' },
  { file: 'v1-mqtt-nested.yml', role: 'writer' },
  { file: 'v1-mqtt-tls.yml' },
  { file: 'v1-mqtt-tls-websockets.yml' },
  { file: 'v1-s3.yml', role: 'writer' },
  { file: 'v2.yml', role: 'writer' },
  {
    file: 'v2.yml',
    role: 'writer',
    given: { compression: { level: 1, zstd: { write_checksum: false } } },
  },
  ...service('v3.yml', 's', 'other'),
  {
    file: 'v3.yml',
    given: { service: 's', type_spec: { group_id: 'mine' }, value_type: 'byte_array' },
  },
  { file: 'v3.yml', given: { service: 's', unknown: 1 } },
  { file: 'v3-no-version.yml' },
  { file: 'v3-websockets.yml' },
  {
    file: 'v3-mqtt-tls.yml',
    unlike: { why: 'the port of TLS is forgotten', ours: { brokers: ['b:8883'] } },
  },
  ...service('v3-s3.yml', 's', 'merged'),
  { file: 'v3-s3.yml', role: 'writer', given: { service: 'merged' } },
  { file: 'v3-s3-brokers.yml' },
  { file: 'password.yml' },
  { file: 'password.yml', given: { crypto: { key_length: 128, password: 'other' } } },
  { file: 'password.yml', given: { data_encryption: false } },
  ...service(
    'password-value-and-path.yml',
    'value',
    'path',
    'both',
    'neither',
    'java-name',
    'not-asked-for',
  ),
  ...service('password-value-and-path.yml', 'wrong-mode', 'wrong-prf', 'none'),
  unlike(
    'password-value-and-path.yml',
    'wrong-padding',
    'a TypeError is no answer',
    invalidArgument,
  ),
  unlike('password-value-and-path.yml', 'no-mode', 'a KeyError is no answer', invalidArgument),
  ...service(
    'keys.yml',
    'key',
    'too-short',
    'length-not-said',
    'text',
    'with-password',
    'versions',
  ),
  {
    file: 'keys.yml',
    given: { service: 'key', crypto: { key: { $bytes: 'A'.repeat(22).concat('==') } } },
  },
  ...service('tls.yml', 'paths', 'data', 'true'),
  { file: 'bad-version.yml' },
  { file: 'bad-version-1.yml' },
  { file: 'bad-version-text.yml' },
  { file: 'bad-no-config.yml' },
  { file: 'bad-list.yml' },
  { file: 'bad-text.yml' },
  { file: 'bad-empty.yml' },
  { file: 'bad-empty-mapping.yml' },
  { file: 'bad-no-services.yml' },
  { file: 'bad-config-null.yml' },
  { file: 'bad-service-null.yml' },
  { file: 'absent.yml' },
  { file: 'bad-tab.yml', unlike: noYaml('NoConfigError') },
  { file: 'bad-quote.yml', unlike: noYaml('NoConfigError') },
  { file: 'bad-bracket.yml', unlike: noYaml('ParserError') },
  { file: 'bad-tag.yml', unlike: noYaml('ConstructorError') },
  ...service('bad-values.yml', 'consistency', 'no-topics', 'no-brokers', 'empty-brokers'),
  ...service('bad-values.yml', 'mqtt-brokers', 'mqtt-no-brokers', 'algorithm'),
  { file: 'duplicates.yml' },
  ...['in-folder', 'in-home', 'in-both', 'empty-first', 'nowhere'].map((name) => ({
    folder: join(fixtures, name),
  })),
  {
    given: { no_config: true, type: 'kafka', brokers: 'b', topic: 't', type_spec: { a: 1 }, b: 2 },
  },
  { given: { no_config: true, service: 's', type: 'mqtt', brokers: 'b', topics: ['t'] } },
  { role: 'writer', given: { no_config: true, type: 'kafka', brokers: 'b', topic: ['a', 'b'] } },
]

function service(file: string, ...names: string[]): Case[] {
  return names.map((name) => ({ file, given: { service: name } }))
}

function unlike(file: string, name: string, why: string, ours: Answer): Case {
  return { file, given: { service: name }, unlike: { why, ours } }
}

function questionOf({ file, folder = fixtures, role = 'reader', given = {} }: Case): Question {
  return { folder, role, given: { ...(file !== undefined && { config_file: file }), ...given } }
}

/** One process answers all: it starts for longer than it answers. */
async function askPython(questions: readonly unknown[]): Promise<Answer[]> {
  const command = [pythonOf('sinetstream'), program('sinetstream_service_file.py')]
  const said = await outputOf(command, { input: JSON.stringify(questions), deadlineMs: 120_000 })
  return JSON.parse(said)
}

async function askOurs({ folder, role, given }: Question): Promise<Answer> {
  const options: ResolveOptions = { workingFolder: folder, homeFolder: folder, environment: {} }
  const resolve = role === 'reader' ? resolveReader : resolveWriter
  try {
    return inPythonsWords(await resolve(withBytes(given) as never, options))
  } catch (error) {
    return { error: (error as Error).name, says: (error as Error).message }
  }
}

function inPythonsWords(ours: ServiceParameters): Answer {
  const { coding, tls } = ours
  const { compression, encryption } = coding
  return plain({
    ...{
      service: ours.service ?? null,
      type: ours.type,
      brokers: ours.brokers,
      topics: ours.topics,
    },
    client_id: ours.clientId.startsWith('sinetstream-') ? null : ours.clientId,
    consistency: ours.consistency,
    value_type: { name: ours.valueType.name, args: ours.valueType.args },
    message_format: coding.messageFormat,
    user_data_only: coding.userDataOnly,
    receive_timeout_ms: Number.isFinite(ours.receiveTimeoutMs) ? ours.receiveTimeoutMs : null,
    compression:
      compression === undefined ? null : { ...compression, level: compression.level ?? null },
    encryption: encryption === undefined ? null : encryptionInPythonsWords(encryption),
    tls:
      tls === undefined
        ? null
        : {
            ...(tls.ca !== undefined && { ca_certs: tls.ca }),
            ...(tls.certificate !== undefined && { certfile: tls.certificate }),
            ...(tls.key !== undefined && { keyfile: tls.key }),
            ciphers: tls.ciphers ?? null,
            check_hostname: tls.checkHostname,
          },
    spec: ours.spec,
  }) as Answer
}

function encryptionInPythonsWords({
  keyBits,
  mode,
  padding,
  saltBytes,
  secret,
}: NonNullable<ServiceParameters['coding']['encryption']>) {
  return {
    ...{ key_length: keyBits, mode, padding: padding === 'none' ? null : padding },
    salt_bytes: saltBytes,
    ...('keys' in secret
      ? { keys: Object.fromEntries(secret.keys) }
      : {
          password: Buffer.from(secret.password, 'latin1'),
          iteration: secret.derivation.iterations,
          prf: `HMAC-${secret.derivation.hash.toUpperCase()}`,
        }),
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { $float: String(value).toLowerCase().replace('infinity', 'inf') }
  }
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
}

function withBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if ('$bytes' in value) return Buffer.from(String(value.$bytes), 'base64')
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withBytes(one)]))
}

/** Python spells one mode in two ways. */
function inOneSpelling(answer: Answer): Answer {
  return JSON.parse(JSON.stringify(answer).replace('"OPENPGPCFB"', '"OPENPGP"'))
}

test('a service file says to leat what it says to SINETStream for Python', { skip }, async (t) => {
  const answers = await askPython(cases.map(questionOf))
  for (const [at, one] of cases.entries()) {
    const python = answers[at] as Answer
    const ours = await askOurs(questionOf(one))
    const story = `${JSON.stringify(one)}\nPython: ${python.says ?? ''}\nours: ${ours.says ?? ''}`
    const compared = (answer: Answer) =>
      answer.error === undefined ? inOneSpelling(answer) : { error: answer.error }
    if (one.unlike === undefined) {
      assert.deepEqual(compared(ours), compared(python), story)
    } else {
      assert.notDeepEqual(compared(ours), compared(python), `alike by now: ${story}`)
      const { ours: expected } = one.unlike
      const whole = expected.error === undefined ? { ...python, ...expected } : expected
      assert.deepEqual(compared(ours), compared(whole), story)
    }
  }
  t.diagnostic(`${cases.length} questions were asked of both`)
})

test('plain words of YAML are the values that PyYAML makes of them', { skip }, async () => {
  const words = [
    ...'y Y n N yes YES yEs no on On oN off OFF true TRUE tRue ~ null Null nUll'.split(' '),
    ...'0 -0 +1 1_000 010 -017 08 0o10 0x1F 0xg 0b101 0b2 1:30 01:30 -1:30:15 _1 1_ 0_'.split(' '),
    ...'1. 1.5 .5 -.5 1e3 12e03 1.0e3 1.0e+3 1.5E-2 1:30.5 .inf -.INF +.inf .nan .NaN'.split(' '),
    ...'9007199254740991 +0900 -0530 2024-01-02 1,2 b:9092 127.0.0.1:9092 a#b "5"'.split(' '),
    ...['', "'on'", '!!str 5', '!!int "7"', '!!bool yes', '!!null ""', '!!binary aGVsbG8=', 'a b'],
    ...['a #b', '[a, b]', '{a: 1, 2: b}', '[b1:9092, "b2"]', '|\n  a\n  b\n', '>\n  a\n  b\n'],
    ...[
      '[&x 1, *x]',
      '{<<: {a: 1, b: 2}, b: 3}',
      '{<<: [{a: 1}, {a: 2, c: 3}]}',
      '"\\u00e9\\n\\x41"',
    ],
  ]
  const answers = await askPython(words.map((word) => ({ yaml: `v: ${word}` })))
  for (const [at, word] of words.entries()) {
    const read = readYaml(`v: ${word}`)
    assert.ok('content' in read, word)
    assert.deepEqual({ value: plain(read.content) }, answers[at], word)
  }
})

/** A home with a key of ours in it. */
function home(owner: Owner, key: string) {
  const folder = temporaryFolder(owner)
  mkdirSync(join(folder, '.config', 'sinetstream'), { recursive: true })
  writeFileSync(join(folder, '.config', 'sinetstream', 'private_key.pem'), key)
  return folder
}

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

test('a value that either encrypts the other decrypts, and both count one fingerprint', {
  skip,
}, async (t) => {
  const folder = home(t, pem)
  const [made] = await askPython([{ encrypt: 'by-python', folder }])
  const { value, fingerprint } = withBytes(made) as { value: Buffer; fingerprint: string }
  const spec = [value, encryptedFor(keys.privateKey, 'by-ours')]
    .map((bytes, at) => `      v${at}: !sinetstream/encrypted ${bytes.toString('base64')}\n`)
    .join('')
  const parameters = '    type: kafka\n    brokers: b\n    topic: t\n    type_spec:\n'
  const header = `header: {version: 3, fingerprint: ${fingerprint}}\n`
  writeFileSync(join(folder, 'file.yml'), `${header}config:\n  s:\n${parameters}${spec}`)
  const question = { folder, role: 'reader', given: { config_file: 'file.yml' } } as const
  const ours = await askOurs(question)
  const bytes = (text: string) => ({ $bytes: Buffer.from(text).toString('base64') })
  assert.deepEqual(ours.spec, { v0: bytes('by-python'), v1: bytes('by-ours') }, String(ours.says))
  assert.deepEqual([ours], await askPython([question]))
})

test('a configuration server says to leat what it says to SINETStream for Python', {
  skip,
}, async (t) => {
  const encrypted = (value: Buffer) => encryptedFor(keys.privateKey, value).toString('base64')
  const base = { type: 'kafka', brokers: 'b', topic: 't', data_encryption: true }
  const services = { s: { ...base, crypto: { algorithm: 'AES', mode: 'GCM' } }, other: base }
  const content = { header: { version: 3 }, config: services }
  const key = (version: number) => ({ id: `k${version}`, version })
  const whole = {
    attachments: [
      { target: '*.tls.ca_certs_data', value: Buffer.from('text').toString('base64') },
      { target: 'other.tls.ciphers', value: '' },
    ],
    secrets: [
      { target: '*.crypto.key', ids: [key(1), key(2)] },
      { target: 's.type_spec.sasl_plain_password', id: 'password' },
    ],
  }
  const secret = (id: string, target: string, value: Buffer) => ({
    [`/secrets/${id}`]: { id, target, value: encrypted(value) },
  })
  await using server = await FakeConfigServer.open({
    '/configs/c': { name: 'c', config: content, ...whole },
    '/configs/bad': { name: 'c', config: content },
    '/configs/refused': 401,
    '/configs/broken': 500,
    '/configs/lacking': { name: 'lacking', config: content, secrets: [{ target: 's.a', id: 'x' }] },
    ...secret('k1', '*.crypto.key', Buffer.alloc(16, 1)),
    ...secret('k2', '*.crypto.key', Buffer.alloc(16, 2)),
    ...secret('password', 's.type_spec.sasl_plain_password', Buffer.from('p')),
  })
  const folder = home(t, pem)
  writeFileSync(join(folder, '.config', 'sinetstream', 'auth.json'), server.auth)
  const configs = ['c', 'bad', 'refused', 'broken', 'lacking', 'absent']
  const questions = [
    ...configs.map((config) => ({ config, service: 's' })),
    ...[{ config: 'c' }, { config: 'c', service: 'absent' }],
  ].map((given): Question => ({ folder, role: 'reader', given }))
  const answers = await askPython(questions)
  for (const [at, question] of questions.entries()) {
    const [ours, python] = [await askOurs(question), answers[at] as Answer]
    const story = `${JSON.stringify(question.given)} ${ours.says} ${python.says}`
    if (python.error === undefined) assert.deepEqual(ours, python, story)
    else assert.equal(ours.error, python.error, story)
  }
  assert.equal(answers[0]?.error, undefined)
})
