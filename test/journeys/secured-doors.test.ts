/**
 * Programs of others behind passwords, certificates and TLS, by their own files and flags: SINETStream
 * over Kafka and over MQTT, mosquitto's clients. Who has no key, or another authority, stays outside.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { Authority } from '../helpers/certificates.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { pythonOf, withoutPeer } from '../helpers/peers.ts'
import { runProgram, startProgram } from '../helpers/programs.ts'
import { apiKey, startSecuredLeat } from '../helpers/secured-leat.ts'
import { untilHeard } from '../helpers/sinetstream-programs.ts'

const programs = join(import.meta.dirname, 'programs')
const unbuffered = { PYTHONUNBUFFERED: '1' }

test('SINETStream writes and reads behind passwords, certificates and TLS, over Kafka and over MQTT', {
  skip: withoutPeer('sinetstream', 'openssl'),
}, async (t) => {
  const { authority, brokers, mqttPort, certificatePort } = await startSecuredLeat(t)
  const pump = await authority.sign('pump-1')
  const ca = authority.certificate
  const sasl = (sasl_mechanism: string, sasl_plain_password: string = apiKey.password) => ({
    ...{ security_protocol: 'SASL_SSL', ssl_cafile: ca, sasl_mechanism },
    ...{ sasl_plain_username: apiKey.user, sasl_plain_password },
  })
  const kafka = { type: 'kafka', brokers }
  const mqtt = { type: 'mqtt', brokers: `127.0.0.1:${mqttPort}`, tls: { ca_certs: ca } }
  const key = (password: string) => ({ username_pw: { username: apiKey.user, password } })
  const services = {
    'kafka-plain': { ...kafka, type_spec: sasl('PLAIN') },
    'kafka-scram': { ...kafka, type_spec: sasl('SCRAM-SHA-512') },
    'mqtt-password': { ...mqtt, type_spec: key(apiKey.password) },
    'mqtt-certificate': {
      ...{ type: 'mqtt', brokers: `127.0.0.1:${certificatePort}` },
      tls: { ca_certs: ca, certfile: pump.certificate, keyfile: pump.key },
    },
    'kafka-wrong': { ...kafka, type_spec: sasl('PLAIN', 'guess') },
    'mqtt-wrong': { ...mqtt, type_spec: key('guess') },
  }
  const cwd = temporaryFolder(t)
  const config = Object.entries(services).map(([name, service]) => {
    return [name, { topic: `topic-${name}`, consistency: 'AT_LEAST_ONCE', ...service }]
  })
  const file = { header: { version: 3 }, config: Object.fromEntries(config) }
  writeFileSync(join(cwd, '.sinetstream_config.yml'), stringify(file))
  const command = (name: string, service: string) => [
    ...[pythonOf('sinetstream'), join(programs, `sinetstream_${name}.py`), service, 'sync'],
  ]
  const start = (name: string, service: string) =>
    startProgram(t, command(name, service), { cwd, env: unbuffered, interactive: true })

  for (const service of ['kafka-plain', 'kafka-scram', 'mqtt-password', 'mqtt-certificate']) {
    await t.test(service, async () => {
      const [reader, writer] = [start('reader', service), start('writer', service)]
      await Promise.all([reader.says('open\n'), writer.says('open\n')])
      await untilHeard(writer, reader)
      writer.input.write('the last one\n')
      await reader.says(' the last one')
      await Promise.all([reader.stop('SIGKILL'), writer.stop('SIGKILL')])
    })
  }
  for (const service of ['kafka-wrong', 'mqtt-wrong']) {
    await t.test(`${service} stays outside`, async () => {
      const { stdout, stderr } = await runProgram(command('writer', service), {
        ...{ cwd, env: unbuffered, input: '' },
      })
      assert.ok(!stdout.includes('open'), stdout)
      assert.match(stderr, /sinetstream|Error/)
    })
  }
})

test('mosquitto_pub and mosquitto_sub come in by password and by certificate over TLS, in every version', {
  skip: withoutPeer('mosquitto', 'openssl'),
}, async (t) => {
  const { authority, mqttPort, certificatePort } = await startSecuredLeat(t)
  const pump = await authority.sign('pump-1')
  const strangers = await Authority.open(t)
  const foreign = await strangers.sign('pump-1')
  const ca = ['--cafile', authority.certificate]
  const byPassword = ['-p', `${mqttPort}`, ...ca, '-u', apiKey.user, '-P', apiKey.password]
  const by = ({ certificate, key }: typeof pump) => ['--cert', certificate, '--key', key]
  const byCertificate = ['-p', `${certificatePort}`, ...ca, ...by(pump)]
  const publish = (args: readonly string[]) =>
    runProgram(['mosquitto_pub', '-h', '127.0.0.1', '-q', '1', ...args])

  for (const version of ['mqttv31', 'mqttv311', 'mqttv5']) {
    for (const [way, args] of Object.entries({ byPassword, byCertificate })) {
      await t.test(`${version} ${way}`, async () => {
        const topic = `plant/${version}/${way}`
        const place = ['-h', '127.0.0.1', '-V', version, '-t', topic, ...args]
        const sub = ['stdbuf', '-oL', 'mosquitto_sub', '-d', '-q', '1', '-F', '%p', ...place]
        const subscriber = startProgram(t, sub)
        await subscriber.says('Subscribed (mid')
        const { exitCode, stderr } = await publish([
          '-V',
          version,
          '-t',
          topic,
          '-m',
          '46.7',
          ...args,
        ])
        assert.equal(exitCode, 0, stderr)
        await subscriber.says('46.7\n')
        await subscriber.stop('SIGKILL')
      })
    }
  }
  const message = ['-t', 'plant/1', '-m', 'x', '-V', 'mqttv5']
  const outside = {
    'a wrong password': ['-p', `${mqttPort}`, ...ca, '-u', apiKey.user, '-P', 'guess'],
    'no password': ['-p', `${mqttPort}`, ...ca],
    'no certificate': ['-p', `${certificatePort}`, ...ca],
    'a certificate of others': ['-p', `${certificatePort}`, ...ca, ...by(foreign)],
    'a broker of others': [
      ...['-p', `${mqttPort}`, '--cafile', strangers.certificate],
      ...['-u', apiKey.user, '-P', apiKey.password],
    ],
    'no TLS': ['-p', `${mqttPort}`, '-u', apiKey.user, '-P', apiKey.password],
  }
  for (const [what, args] of Object.entries(outside)) {
    await t.test(`${what} stays outside`, async () => {
      const { exitCode, stderr, stdout } = await publish([...message, ...args])
      assert.notEqual(exitCode, 0, `${stdout}${stderr}`)
    })
  }
})
