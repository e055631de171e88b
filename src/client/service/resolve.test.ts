import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../../../test/helpers/folders.ts'
import type { ReaderParameters, WriterParameters } from './given.ts'
import { resolveReader, resolveWriter } from './resolve.ts'

/** Two empty folders: where the program runs, and the home of its user. */
function place(t: TestContext) {
  const folder = temporaryFolder(t)
  const workingFolder = join(folder, 'work')
  const homeFolder = join(folder, 'home')
  mkdirSync(workingFolder)
  mkdirSync(join(homeFolder, '.config', 'sinetstream'), { recursive: true })
  const warnings: unknown[] = []
  const logger = {
    debug() {},
    info() {},
    warn: (_: string, facts?: Record<string, unknown>) => void warnings.push(facts?.option),
    error() {},
    with: () => logger,
  }
  return {
    options: { workingFolder, homeFolder, logger },
    warnings,
    here: (text: string) => writeFileSync(join(workingFolder, '.sinetstream_config.yml'), text),
    atHome: (text: string) =>
      writeFileSync(join(homeFolder, '.config', 'sinetstream', 'config.yml'), text),
    file(text: string, name = 'other.yml') {
      writeFileSync(join(workingFolder, name), text)
      return name
    },
  }
}

const kafka = 'type: kafka, brokers: "b:1", topic: t'

test('the tutorial’s file, of version 1, is read, and other keys are the broker’s', async (t) => {
  const { here, options } = place(t)
  here(
    'service-1:\n  type: kafka\n  brokers: "broker:9092"\n  topic: topic-1\n  value_type: text\n  group_id: g1\n',
  )
  const resolved = await resolveReader({ service: 'service-1' }, options)
  assert.equal(resolved.type, 'kafka')
  assert.deepEqual(resolved.brokers, ['broker:9092'])
  assert.deepEqual(resolved.topics, ['topic-1'])
  assert.equal(resolved.valueType.name, 'text')
  assert.deepEqual(resolved.spec, { group_id: 'g1' })
  assert.equal(resolved.consistency, 'AT_MOST_ONCE')
  assert.equal(resolved.receiveTimeoutMs, Number.POSITIVE_INFINITY)
  assert.match(resolved.clientId, /^sinetstream-[0-9a-f]{8}-[0-9a-f]{4}-4/)
})

test('in a file of version 3 broker options stand in type_spec only', async (t) => {
  const { here, options, warnings } = place(t)
  here(
    `header: {version: 3}\nconfig:\n  s: {${kafka}, group_id: unheeded, type_spec: {group_id: g}}\n`,
  )
  const { spec } = await resolveReader({ service: 's' }, options)
  assert.deepEqual(spec, { group_id: 'g' })
  assert.deepEqual(warnings, ['group_id'])
})

test('a header without a version means 3, one of version 2 has no type_spec', async (t) => {
  const { file, options } = place(t)
  const three = file(`header: {}\nconfig:\n  s: {${kafka}, type_spec: {group_id: g}}\n`)
  assert.deepEqual((await resolveReader({ config_file: three }, options)).spec, { group_id: 'g' })
  const two = file(`header: {version: 2}\nconfig:\n  s: {${kafka}, group_id: g}\n`)
  assert.deepEqual((await resolveReader({ config_file: two }, options)).spec, { group_id: 'g' })
})

test('the first file that exists counts, and nothing is merged', async (t) => {
  const { here, atHome, options } = place(t)
  atHome('s: {type: kafka, brokers: "home:1", topic: t}')
  assert.deepEqual((await resolveReader({ service: 's' }, options)).brokers, ['home:1'])
  here('other: {type: kafka, brokers: "here:1", topic: t}')
  assert.deepEqual((await resolveReader({}, options)).brokers, ['here:1'])
  await assert.rejects(resolveReader({ service: 's' }, options), { name: 'NoServiceError' })
})

test('what the program gives wins over the file, mapping by mapping', async (t) => {
  const { here, options } = place(t)
  here(
    `s: {${kafka}, consistency: AT_LEAST_ONCE, data_encryption: true, crypto: {mode: GCM, password: p, key_length: 256}}`,
  )
  const resolved = await resolveReader(
    { service: 's', consistency: 'EXACTLY_ONCE', crypto: { key_length: 128 } },
    options,
  )
  assert.equal(resolved.consistency, 'EXACTLY_ONCE')
  assert.equal(resolved.coding.encryption?.keyBits, 128)
  assert.equal(resolved.coding.encryption?.mode, 'GCM')
})

test('without a file everything is given, and only then', async (t) => {
  const { options } = place(t)
  const given = { no_config: true, type: 'kafka', brokers: 'b', topic: 't' } as const
  assert.deepEqual((await resolveWriter(given, options)).brokers, ['b:9092'])
  await assert.rejects(resolveWriter({ service: 's' }, options), { name: 'NoConfigError' })
})

test('default ports go by the type, TLS and WebSocket', async (t) => {
  const { options } = place(t)
  const port = async (given: WriterParameters) =>
    (await resolveWriter({ no_config: true, topic: 't', brokers: 'b', ...given }, options)).brokers
  assert.deepEqual(await port({ type: 'kafka' }), ['b:9092'])
  assert.deepEqual(await port({ type: 'mqtt' }), ['b:1883'])
  assert.deepEqual(await port({ type: 'mqtt', tls: true }), ['b:8883'])
  assert.deepEqual(await port({ type: 'mqtt', type_spec: { transport: 'websockets' } }), ['b:80'])
  assert.deepEqual(await port({ type: 'kafka', brokers: ['a:1', 'b'] }), ['a:1', 'b:9092'])
})

test('crypto alone does nothing, and compression is a zlib stream by default', async (t) => {
  const { options } = place(t)
  const base = { no_config: true, type: 'kafka', brokers: 'b', topic: 't' } as const
  const { coding } = await resolveWriter({ ...base, crypto: { mode: 'GCM' } }, options)
  assert.equal(coding.encryption, undefined)
  const compressed = await resolveWriter({ ...base, data_compression: true }, options)
  assert.equal(compressed.coding.compression?.algorithm, 'gzip')
})

test('a password may lie in a file, and is taken to its last byte', async (t) => {
  const { options } = place(t)
  const path = join(options.workingFolder, 'secret')
  writeFileSync(path, 'hidden\n')
  const { coding } = await resolveWriter(
    {
      ...{ no_config: true, type: 'kafka', brokers: 'b', topic: 't', data_encryption: true },
      crypto: { mode: 'GCM', password: { path } },
    },
    options,
  )
  const secret = coding.encryption?.secret
  assert.ok(secret !== undefined && 'password' in secret)
  assert.equal(secret.password, 'hidden\n')
})

test('bytes of a YAML file may be a key', async (t) => {
  const { here, options } = place(t)
  const key = Buffer.alloc(16, 7)
  here(
    `s: {${kafka}, data_encryption: true, crypto: {mode: GCM, key: !!binary ${key.toString('base64')}}}`,
  )
  const { coding } = await resolveReader({}, options)
  const secret = coding.encryption?.secret
  assert.ok(secret !== undefined && 'keys' in secret)
  assert.deepEqual(secret.keys.get(1), key)
})

test('what is wrong is refused by the name of its error, and says the cure', async (t) => {
  const { file, options } = place(t)
  const base = { no_config: true, type: 'kafka', brokers: 'b', topic: 't' } as const
  const gcm = { mode: 'GCM', password: 'p' } as const
  const encrypted = { ...base, data_encryption: true } as const
  const invalid = 'InvalidArgumentError'
  const cases: [ReaderParameters, string, RegExp][] = [
    [{ config_file: 'absent.yml' }, 'NoConfigError', /absent\.yml/],
    [{ config_file: file('# nothing\n', 'empty.yml') }, 'NoConfigError', /empty\.yml.*is empty/],
    [{ config_file: file('s:\n', 'unsaid.yml') }, 'NoServiceError', /nothing of the service 's'/],
    [{ config_file: 'a.yml', config: 'a' }, invalid, /'config' and 'config_file'/],
    [{ ...base, brokers: 'b:port' }, invalid, /HOST:PORT/],
    [{ ...base, brokers: 'b:65536' }, invalid, /HOST:PORT/],
    [{ ...base, value_type: 5 }, invalid, /'text'/],
    [{ ...base, type_spec: 'x' as unknown as Record<string, unknown> }, invalid, /a mapping/],
    [{ config_file: file('a: {}\nb: {}\n') }, 'NoConfigError', /2 services \(a, b\)/],
    [{ ...base, topic: [] }, invalid, /topics/],
    [{ ...base, consistency: 'MAYBE' as 'AT_LEAST_ONCE' }, invalid, /AT_LEAST_ONCE/],
    [{ ...base, message_format: 4 as 3 }, invalid, /2, 3/],
    [{ ...base, type: 'mqtt', brokers: 'a,b' }, invalid, /one broker/],
    [{ ...base, type: 's3' }, 'InvalidConfigError', /endpoint_url/],
    [encrypted, invalid, /crypto\.mode/],
    [{ ...encrypted, crypto: { mode: 'GCM' } }, invalid, /crypto\.password/],
    [{ ...encrypted, crypto: { ...gcm, mode: 'CBC' } }, invalid, /pkcs7 for CBC/],
    [{ ...encrypted, crypto: { ...gcm, key: Buffer.alloc(16) } }, invalid, /one of them/],
    [{ ...encrypted, crypto: { ...gcm, key_derivation: { iteration: 0 } } }, invalid, /iteration/],
    [
      { ...encrypted, crypto: { ...gcm, key_derivation: { iteration: 1e9 } } },
      invalid,
      /iteration/,
    ],
    [{ ...encrypted, crypto: { ...gcm, password: { path: '/absent' } } }, invalid, /ENOENT/],
    [{ ...encrypted, crypto: { mode: 'GCM', key: Buffer.alloc(15) } }, invalid, /16 bytes/],
    [{ ...base, tls: { ca_certs: '/absent.pem' } }, invalid, /absent\.pem/],
  ]
  for (const [given, name, message] of cases) {
    await assert.rejects(resolveReader(given, options), { name, message }, JSON.stringify(given))
  }
  for (const [text, message] of [
    ['s: {type: [', /other\.yml:1:12: it is no YAML/],
    ['just text', /not a mapping/],
    ['header: {version: 4}\nconfig: {s: {}}', /write 2 or 3/],
    ['header: {version: 3}\ns: {}', /'config'/],
    ['header: {version: 3}\nconfig: {}', /no service/],
    ['s: text', /not a mapping/],
  ] as const) {
    const config_file = file(text)
    const expected = { name: 'InvalidConfigError', message }
    await assert.rejects(resolveReader({ config_file }, options), expected, text)
  }
})

test('what a program names as topic wins over what the file names as topics', async (t) => {
  const { here, options } = place(t)
  here('s: {type: kafka, brokers: "b:1", topics: [a, b]}')
  assert.deepEqual((await resolveReader({}, options)).topics, ['a', 'b'])
  assert.deepEqual((await resolveReader({ topic: 'c' }, options)).topics, ['c'])
  assert.deepEqual((await resolveWriter({ topic: 'c' }, options)).topics, ['c'])
  await assert.rejects(resolveWriter({}, options), /exactly one topic/)
})

test('a comma is part of a topic, and parts brokers', async (t) => {
  const { options } = place(t)
  const given = { no_config: true, type: 'kafka', topic: 'a,b', brokers: 'a, [::1]:7,::1' }
  const { topics, brokers } = await resolveReader(given, options)
  assert.deepEqual(topics, ['a,b'])
  assert.deepEqual(brokers, ['a:9092', '[::1]:7', '[::1]:9092'])
})

test('a value type of the program stays the object that it is, and another name has its own arguments', async (t) => {
  const { here, options } = place(t)
  here(`s: {${kafka}, value_type: {name: image, args: {img_format: .jpg}}}`)
  const typeOf = async (value_type?: unknown) =>
    (await resolveReader({ ...(value_type !== undefined && { value_type }) }, options)).valueType
  const image = { name: 'image', args: { img_format: '.jpg' } }
  assert.deepEqual(await typeOf(), image)
  assert.deepEqual(await typeOf('text'), { name: 'text', args: {} })
  assert.deepEqual(await typeOf({ name: 'image', args: { img_params: [1, 2] } }), {
    name: 'image',
    args: { img_format: '.jpg', img_params: [1, 2] },
  })
  const own = { name: 'own', encode: Buffer.from, decode: String }
  assert.equal((await typeOf(own)).custom, own)
  const schema = Object.assign(() => {}, { '~standard': {} })
  assert.equal((await typeOf(schema)).custom, schema)
})

test('broker options of the program count with files of every version, and win', async (t) => {
  const { file, options, warnings } = place(t)
  const type_spec = { group_id: 'program' }
  const one = file(`s: {${kafka}, group_id: file, retries: 3, type_spec: {group_id: unheeded}}`)
  const { spec } = await resolveReader({ config_file: one, type_spec }, options)
  assert.deepEqual(spec, { group_id: 'program', retries: 3 })
  assert.deepEqual(warnings, ['type_spec'])
  const three = file(
    `header: {version: 3}\nconfig: {s: {${kafka}, type_spec: {group_id: file, a: 1}}}`,
  )
  const resolved = await resolveReader({ config_file: three, type_spec }, options)
  assert.deepEqual(resolved.spec, { group_id: 'program', a: 1 })
})

test('the default port of TLS is applied wherever TLS is asked for', async (t) => {
  const { file, options } = place(t)
  const port = async (version: number, mqtt: string) => {
    const service = `s: {type: mqtt, brokers: b, topic: t, ${mqtt}}`
    const text = version === 1 ? service : `header: {version: ${version}}\nconfig: {${service}}`
    return (await resolveReader({ config_file: file(text) }, options)).brokers[0]
  }
  assert.equal(await port(3, 'tls: true'), 'b:8883')
  assert.equal(await port(3, 'type_spec: {tls: {ciphers: x}}'), 'b:8883')
  assert.equal(await port(1, 'tls_set: {ciphers: x}'), 'b:8883')
  assert.equal(await port(2, 'tls: true, transport: websockets'), 'b:443')
  assert.equal(await port(3, 'tls: false'), 'b:1883')
})

test('certificates come from files beside the program or as text, and the key may stand in the certificate’s file', async (t) => {
  const { file, options, warnings } = place(t)
  const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n'
  const both = `${pem}-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n`
  const given = { no_config: true, type: 'kafka', brokers: 'b', topic: 't' } as const
  const tls = { ca_certs: file(pem, 'ca.pem'), certfile_data: Buffer.from(both), keyFile: 'x' }
  const resolved = await resolveReader({ ...given, tls }, options)
  assert.deepEqual(resolved.tls, {
    ...{ ca: pem, certificate: both, key: both, ciphers: undefined, checkHostname: true },
  })
  assert.deepEqual(warnings, ['tls.keyFile'])
  await assert.rejects(resolveReader({ ...given, tls: { keyfile: both } }, options), (error) => {
    assert.match(String(error), /keyfile_data/)
    assert.doesNotMatch(String(error), /BEGIN/)
    return true
  })
})

test('a key that stands twice in a file is told, and the last one counts', async (t) => {
  const { file, options } = place(t)
  const lines: unknown[] = []
  const logger = { ...options.logger, warn: (_: string, facts?: object) => void lines.push(facts) }
  const config_file = file('s:\n  type: kafka\n  brokers: a\n  topic: t\n  brokers: b\n')
  const { brokers } = await resolveReader({ config_file }, { ...options, logger })
  assert.deepEqual(brokers, ['b:9092'])
  assert.deepEqual(lines, [{ path: join(options.workingFolder, 'other.yml'), line: 5 }])
})

test('keys by version win over a key, and are as many as a packet can tell apart', async (t) => {
  const { file, options } = place(t)
  const base64 = Buffer.alloc(16).toString('base64')
  const keysOf = async (keys: string) => {
    const crypto = `{mode: GCM, key: !!binary AAAA, _keys: {${keys}}}`
    const config_file = file(`s: {${kafka}, data_encryption: true, crypto: ${crypto}}`)
    const { coding } = await resolveReader({ config_file }, options)
    const secret = coding.encryption?.secret
    return secret !== undefined && 'keys' in secret ? [...secret.keys.keys()] : undefined
  }
  assert.deepEqual(await keysOf(`2: !!binary ${base64}, 65535: !!binary ${base64}`), [2, 65535])
  for (const version of ['0', '65536', '1.5', 'a']) {
    const expected = { name: 'InvalidArgumentError' }
    await assert.rejects(keysOf(`${version}: !!binary ${base64}`), expected, version)
  }
})

test('a secret never shows in an error', async (t) => {
  const { file, options } = place(t)
  const base = { no_config: true, type: 'kafka', brokers: 'b', topic: 't' } as const
  const encrypted = { ...base, data_encryption: true } as const
  const aes = { mode: 'GCM' } as const
  const secret = 'very-secret'
  const given: WriterParameters[] = [
    { ...encrypted, crypto: { ...aes, password: secret, key: Buffer.from(secret) } },
    { ...encrypted, crypto: { ...aes, key: secret as unknown as Buffer } },
    { ...encrypted, crypto: { ...aes, password: [secret] as unknown as string } },
    { ...base, brokers: `user:${secret}@host:1` },
    ...[
      `[${secret}`,
      `*${secret}`,
      `!${secret}`,
      `@${secret}`,
      `"\\q${secret}`,
      `a: ${secret}`,
    ].map((text, at) => ({ config_file: file(`s:\n  password: ${text}\n`, `bad${at}.yml`) })),
  ]
  for (const [at, parameters] of given.entries()) {
    await assert.rejects(
      resolveWriter(parameters, options),
      (error: Error) => {
        assert.doesNotMatch(`${error.message}${JSON.stringify(error)}`, /very-secret/)
        return true
      },
      `the one at ${at}`,
    )
  }
  const number = { ...encrypted, crypto: { ...aes, password: 271828 as unknown as string } }
  await assert.rejects(resolveWriter(number, options), (error) => !/271828/.test(String(error)))
})
