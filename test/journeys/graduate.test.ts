// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to secrets look like that.
/**
 * A leat has outgrown its machine. All it has goes to an Apache Kafka, though the move is killed again
 * and again; then the same programs go on there where they were.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { between, type Random, seededRandom } from '../../src/base/random.ts'
import { checkAnswer, KafkaClient } from '../../src/client/index.ts'
import { CreateAcls } from '../../src/protocols/kafka/apis/30-create-acls.ts'
import { AlterClientQuotas } from '../../src/protocols/kafka/apis/49-alter-client-quotas.ts'
import { DescribeUserScramCredentials } from '../../src/protocols/kafka/apis/50-describe-user-scram-credentials.ts'
import { missedMessages, missMessages } from '../helpers/absent-viewer.ts'
import { isAgainstCluster } from '../helpers/against.ts'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { startKafkaCluster } from '../helpers/kafka-cluster.ts'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { type LeatProcess, leatCommand, startLeat } from '../helpers/leat.ts'
import { countOf } from '../helpers/mirrors.ts'
import {
  contentOf,
  fillTopics,
  leaveInTheMiddle,
  send,
  standOf,
  topics,
} from '../helpers/outgrown-cluster.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram, startProgram } from '../helpers/programs.ts'

const total = 100_000
/** At least so many are there at the end, whatever was deleted and compacted before. */
const certain = 70_000
const names = Object.keys(topics)
const env = { ALICE_PASSWORD: 'al1ce-secret' }
const minutesMs = 60_000
const skip = withoutPeer(...apacheKafkaPeers, 'kafka-tools-4.3.1')

const authorized = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
}

test('all of a leat goes on at an Apache Kafka, though the move is killed again and again', {
  skip,
}, async (t) => {
  const random = seededBy(t)
  const kafka = isAgainstCluster
    ? await startKafkaCluster(t, { config: authorized })
    : await startApacheKafka(t, authorized)
  const lines = join(temporaryFolder(t), 'lines.txt')
  writeFileSync(lines, 'one\ntwo\nthree\n')
  const leat = await outgrownLeat(t, lines)
  await using here = new KafkaClient({ brokers: [leat.brokers], clientId: 'test' })
  await using there = new KafkaClient({ brokers: kafka.brokers.split(','), clientId: 'test' })
  await fillTopics(here, total)
  await leaveInTheMiddle(here)
  await giveRights(here)
  const schemaId = await register(leat)
  const mqtt = `mqtt://127.0.0.1:${leat.mqttPort}`
  await missMessages(t, mqtt, here)
  await eventually('the lines are read', async () => (await countOf(here, 'lines')) === 3)

  // While leat runs and more is written: killed somewhere on the way.
  for (let round = 0; round < 3; round++) {
    const until = between(random, 0, certain)
    t.diagnostic(`killed when ${until} records are there`)
    const moving = startProgram(t, move(leat, kafka), { env })
    await send(here, 'readings', total + round * 100, 100)
    await eventually(
      'it has come so far',
      async () => !moving.running || (await copied(there)) >= until,
      5 * minutesMs,
    )
    moving.kill()
    assert.equal(await moving.exited, null, moving.story())
  }
  const last = startProgram(t, move(leat, kafka), { env })
  await last.says('Both are in step', 5 * minutesMs)
  await send(here, 'readings', total + 300, 50)
  const before = await standOf(here)
  await leat.stop()
  await last.says('Nobody writes here any more', minutesMs)
  last.kill()
  await last.exited

  // The old log is nobody's; the move ends without it.
  const moved = await runProgram(move(leat, kafka), { env, deadlineMs: 5 * minutesMs })
  assert.equal(moved.exitCode, 0, moved.stdout + moved.stderr)
  assert.deepEqual(await contentOf(there, names), before.content)
  await readsTheRest(kafka, before.rest)
  await hasRights(kafka, there)

  await leat.start()
  assert.deepEqual(await missedMessages(t, mqtt), ['missed-1', 'missed-2'])
  const answer = await fetch(`${leat.registryUrl}/subjects/plant.pump-value/versions/latest`)
  assert.equal(((await answer.json()) as { id: number }).id, schemaId)
  appendFileSync(lines, 'four\n')
  const read = await eventually(
    'the connector goes on',
    async () => {
      const { lines: [records = []] = [] } = await contentOf(there, ['lines'])
      return records.length > 3 && records.map(({ value }) => value)
    },
    minutesMs,
  )
  assert.deepEqual(read, ['one', 'two', 'three', 'four'])
})

interface Target {
  readonly brokers: string
}

function seededBy(t: TestContext): Random {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  return seededRandom(seed)
}

async function outgrownLeat(t: TestContext, lines: string): Promise<LeatProcess> {
  return await startLeat(t, {
    ownBroker: true,
    kafka: { config: { 'log.cleaner.backoff.ms': 100 } },
    access: {
      users: { alice: { password: '${env:ALICE_PASSWORD}' } },
      superUsers: ['ANONYMOUS'],
      acls: [
        { principal: 'alice', operations: ['Read'], topic: 'readings' },
        // Super users are the cluster's own affair; the MQTT door goes by rules.
        { principal: 'ANONYMOUS', operations: ['All'], topic: 'plant.', pattern: 'prefixed' },
      ],
      quotas: [{ user: 'alice', producer_byte_rate: 1_000_000 }],
    },
    registry: true,
    connectors: {
      reader: {
        'connector.class': 'FileStreamSource',
        file: lines,
        topic: 'lines',
        'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
        'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
      },
    },
    env,
  })
}

function move(leat: LeatProcess, { brokers }: Target): string[] {
  const file = join(leat.folder, 'leat.yml')
  return [...leatCommand, 'graduate', '--to', brokers, '-f', file, '--yes', '--write']
}

async function copied(there: KafkaClient): Promise<number> {
  const counts = await Promise.all(names.map((name) => countOf(there, name)))
  return counts.reduce((sum, count) => sum + Math.max(0, count), 0)
}

/** A rule and a quota that a client made, beside those of leat.yml. */
async function giveRights(here: KafkaClient): Promise<void> {
  const rule = {
    ...{ resourceType: 3, resourceName: 'analysis', resourcePatternType: 3 },
    ...{ principal: 'User:alice', host: '*', operation: 3, permissionType: 3 },
  }
  const { results } = await here.request(CreateAcls, { creations: [rule] })
  checkAnswer(results[0]?.errorCode ?? -1, 'The rule')
  const entity = [{ entityType: 'client-id', entityName: 'pump' }]
  const ops = [{ key: 'consumer_byte_rate', value: 500_000, remove: false }]
  const entries = [{ entity, ops }]
  const quota = await here.request(AlterClientQuotas, { entries, validateOnly: false })
  checkAnswer(quota.entries[0]?.errorCode ?? -1, 'The quota')
}

async function hasRights({ brokers }: Target, there: KafkaClient): Promise<void> {
  const server = ['--bootstrap-server', brokers]
  const rules = await outputOf(kafkaTool('4.3.1', 'AclCommand', ...server, '--list'))
  assert.match(rules, /name=readings[\s\S]*principal=User:alice, host=\*, operation=READ/)
  assert.match(rules, /name=analysis[\s\S]*principal=User:alice, host=\*, operation=READ/)
  const quotas = ['--describe', '--entity-type', 'clients']
  const said = await outputOf(kafkaTool('4.3.1', 'ConfigCommand', ...server, ...quotas))
  assert.match(said, /'pump' are consumer_byte_rate=500000/)
  const { results } = await there.request(DescribeUserScramCredentials, { users: null })
  assert.deepEqual(
    results.map(({ user, credentialInfos }) => [user, credentialInfos.length]),
    [['alice', 2]],
  )
}

async function register({ registryUrl }: LeatProcess): Promise<number> {
  const schema = JSON.stringify({ type: 'record', name: 'Pump', fields: [] })
  const answer = await fetch(`${registryUrl}/subjects/plant.pump-value/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema }),
  })
  return ((await answer.json()) as { id: number }).id
}

/** Kafka's own consumer takes the group's rest, each record once, and nothing is left of it. */
async function readsTheRest({ brokers }: Target, rest: readonly string[]): Promise<void> {
  const server = ['--bootstrap-server', brokers]
  const how = ['--topic', 'readings', '--group', 'analysis', '--timeout-ms', '20000']
  const print = ['print.timestamp', 'print.partition', 'print.value=false'].flatMap((one) => [
    '--property',
    one.includes('=') ? one : `${one}=true`,
  ])
  const command = kafkaTool('4.3.1', 'ConsoleConsumer', ...server, ...how, ...print)
  const { stdout } = await runProgram(command, { deadlineMs: 3 * minutesMs })
  const read = Array.from(
    stdout.matchAll(/CreateTime:(\d+)\tPartition:(\d+)/g),
    ([, timestamp, partition]) => `${partition}/${Number(timestamp) - 1_750_000_000_000}`,
  )
  assert.deepEqual(read.toSorted(), rest.toSorted())
  const describe = ['--describe', '--group', 'analysis']
  const said = await outputOf(kafkaTool('4.3.1', 'ConsumerGroupCommand', ...server, ...describe))
  const lags = Array.from(said.matchAll(/^analysis +readings +\d+ +\d+ +\d+ +(\d+)/gm), ([, lag]) =>
    Number(lag),
  )
  assert.deepEqual(lags, [0, 0, 0], said)
}
