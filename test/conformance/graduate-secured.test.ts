// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/** From one machine onto three brokers of an Apache Kafka that let nobody in without TLS and a password. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectAsync } from 'mqtt'
import { stringify } from 'yaml'
import { silentLogger } from '../../src/base/logger.ts'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { loadConfig, start } from '../../src/platform/index.ts'
import { clusterPeers } from '../helpers/against.ts'
import { Authority } from '../helpers/certificates.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { startKafkaCluster } from '../helpers/kafka-cluster.ts'
import { countOf } from '../helpers/mirrors.ts'
import { fillTopics, leaveInTheMiddle, standOf } from '../helpers/outgrown-cluster.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { freePorts } from '../helpers/ports.ts'
import { logins, oneFile } from '../helpers/secure-kafka.ts'

const mover = { name: 'mover', password: 'a \\ "difficult" one' }

test('a leat goes on at three brokers that ask for TLS and SCRAM, and no password stands in its file', {
  skip: withoutPeer(...clusterPeers, 'openssl'),
}, async (t) => {
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const authority = await Authority.open(t)
  const server = await authority.sign('kafka', 'IP:127.0.0.1')
  const kafka = await startKafkaCluster(t, {
    guarded: 'SASL_SSL',
    config: {
      ...logins('guarded'),
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': `User:ANONYMOUS;User:${mover.name}`,
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': oneFile(temporaryFolder(t), server),
      'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    },
  })
  const added = await runCli(['users', 'add', mover.name, '-b', kafka.brokers], {
    stdin: `${mover.password}\n`,
  })
  assert.equal(added.code, 0, added.stderr)

  const folder = temporaryFolder(t)
  const file = join(folder, 'leat.yml')
  const [port = 0, mqttPort = 0] = await freePorts(2)
  const listeners = [{ bind: `127.0.0.1:${port}` }]
  const mqtt = { listeners: [{ bind: `127.0.0.1:${mqttPort}` }] }
  writeFileSync(file, stringify({ data: './data', kafka: { listeners }, mqtt }))
  const leat = stack.use(await start(await loadConfig([file], {}), silentLogger))
  const here = stack.use(new KafkaClient({ brokers: [`127.0.0.1:${port}`], clientId: 'test' }))
  await fillTopics(here, 3000)
  await leaveInTheMiddle(here)
  const before = await standOf(here)
  await leat[Symbol.asyncDispose]()

  const graduate = (password: string) => {
    const properties = join(folder, 'client.properties')
    writeFileSync(properties, propertiesOf(authority.certificate, password))
    const to = ['--to', kafka.guarded.join(), '--command-config', properties]
    return runCli(['graduate', ...to, '-f', file, '--yes', '--write'])
  }
  const refused = await graduate('guess')
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /SCRAM-SHA-512/)
  assert.ok(!`${refused.stdout}${refused.stderr}`.includes('guess'))
  const { code, stdout, stderr } = await graduate(mover.password)
  assert.equal(code, 0, stdout + stderr)
  const text = readFileSync(file, 'utf8')
  for (const said of [stdout, stderr, text]) assert.ok(!said.includes('difficult'), said)

  const there = stack.use(new KafkaClient({ brokers: kafka.brokers.split(','), clientId: 'test' }))
  assert.deepEqual(await standOf(there), before)
  const environment = { KAFKA_PASSWORD: mover.password }
  stack.use(await start(await loadConfig([file], environment), silentLogger))
  const machine = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`)
  t.after(() => void machine.end(true))
  await machine.publishAsync('plant/pump', '21.5', { qos: 1 })
  await eventually(
    'what is published is there',
    async () => (await countOf(there, 'plant.pump')) === 1,
    60_000,
  )
})

function propertiesOf(certificate: string, password: string): string {
  const quoted = password.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  const login = `username="${mover.name}" password="${quoted}"`
  // In a file of properties a backslash has to be written twice once more.
  const jaas = `org.apache.kafka.common.security.scram.ScramLoginModule required ${login};`
  const properties = {
    'security.protocol': 'SASL_SSL',
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': certificate,
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.jaas.config': jaas.replaceAll('\\', '\\\\'),
  }
  return Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}
