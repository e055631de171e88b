/** All of a data directory, at another cluster and back. The other cluster is a broker of ours. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { stringify } from 'yaml'
import { silentLogger } from '../src/base/logger.ts'
import { runCli } from '../src/cli/testing/run-cli.ts'
import { KafkaClient } from '../src/client/index.ts'
import { loadConfig, type Running, start } from '../src/platform/index.ts'
import { DescribeUserScramCredentials } from '../src/protocols/kafka/apis/50-describe-user-scram-credentials.ts'
import { missedMessages, missMessages } from './helpers/absent-viewer.ts'
import { startBrokerAndClient } from './helpers/broker.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'
import { countOf, recordsByPartition } from './helpers/mirrors.ts'
import {
  contentOf,
  fillTopics,
  leaveInTheMiddle,
  send,
  standOf,
  topics,
} from './helpers/outgrown-cluster.ts'
import { freePorts } from './helpers/ports.ts'

const names = Object.keys(topics)

interface Leat {
  readonly file: string
  readonly folder: string
  readonly address: string
  /** The part of leat.yml by which it has a broker of its own. */
  readonly kafka: Record<string, unknown>
  start(): Promise<{ readonly running: Running; readonly client: KafkaClient }>
}

/** A leat that can be started, and is stopped at the latest with the test. */
async function leatFile(t: TestContext, more: Record<string, unknown> = {}): Promise<Leat> {
  // What runs on the folder ends before the folder goes.
  const running = new AsyncDisposableStack()
  t.after(() => running.disposeAsync())
  const folder = temporaryFolder(t)
  const [port = 0] = await freePorts(1)
  const file = join(folder, 'leat.yml')
  const kafka = {
    listeners: [{ bind: `127.0.0.1:${port}` }],
    config: { 'log.cleaner.backoff.ms': 100, 'group.initial.rebalance.delay.ms': 0 },
  }
  writeFileSync(file, stringify({ data: './data', kafka, ...more }))
  return {
    ...{ file, folder, kafka, address: `127.0.0.1:${port}` },
    async start() {
      const leat = running.use(await start(await loadConfig([file], {}), silentLogger))
      const client = new KafkaClient({ brokers: [`127.0.0.1:${port}`], clientId: 'test' })
      running.use(client)
      return { running: leat, client }
    },
  }
}

async function filledLeat(t: TestContext, count = 3000) {
  const leat = await leatFile(t)
  const { running, client } = await leat.start()
  await fillTopics(client, count)
  return { leat, running, client }
}

const graduate = (leat: Leat, address: string, ...more: string[]) =>
  runCli(['graduate', '--to', address, '-f', leat.file, '--yes', ...more])

test('records, configurations and positions go on at the other cluster, and leat.yml names it', async (t) => {
  const { leat, running, client } = await filledLeat(t)
  await leaveInTheMiddle(client)
  const before = await standOf(client)
  await running[Symbol.asyncDispose]()
  const target = await startBrokerAndClient(t)
  const { code, stdout, stderr } = await graduate(leat, target.address, '--write')
  assert.equal(code, 0, stdout + stderr)
  assert.deepEqual(await standOf(target.client), before)
  const config = await loadConfig([leat.file], {})
  assert.equal(config.kafka.brokers?.length, 1)
  assert.ok(existsSync(`${leat.file}.before-graduation`))
  const old = await runCli(['up', '-f', `${leat.file}.before-graduation`])
  assert.equal(old.code, 1)
  assert.match(old.stderr, /have gone on at 127\.0\.0\.1/)
})

test('what is written while leat runs is copied, and the end comes when it has been stopped', async (t) => {
  const { leat, running, client } = await filledLeat(t)
  const target = await startBrokerAndClient(t)
  const graduated = graduate(leat, target.address)
  await eventually(
    'the copy has begun',
    async () => (await target.client.topics()).some(({ name }) => name === 'stamped'),
    60_000,
  )
  await send(client, 'readings', 10_000, 300)
  const before = await contentOf(client, names)
  await client.close()
  await running[Symbol.asyncDispose]()
  const { code, stdout, stderr } = await graduated
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /brokers: \[ ?127\.0\.0\.1:\d+ ?\]/)
  assert.deepEqual(await contentOf(target.client, ['readings']), { readings: before.readings })
})

test('a difference is found and told with its place, and nothing is switched', async (t) => {
  const { leat, running, client } = await filledLeat(t, 300)
  const target = await startBrokerAndClient(t)
  const graduated = graduate(leat, target.address)
  await eventually('the first copy is there', () => hasRecords(target.client), 60_000)
  await using stranger = target.client.producer()
  await stranger.send({ topic: 'readings', partition: 2, value: Buffer.from('not from there') })
  await client.close()
  await running[Symbol.asyncDispose]()
  const { code, stdout, stderr } = await graduated
  assert.equal(code, 1, stdout + stderr)
  assert.match(stdout, /readings-2 .*(the source has no such record|differs|lacks)/)
  assert.match(stderr, /nothing has been switched/)
  assert.equal(existsSync(join(leat.folder, 'data', 'graduated')), false)
})

test('Ctrl-C leaves leat as it is, and the same command goes on later and writes nothing twice', async (t) => {
  const { leat, running, client } = await filledLeat(t)
  const target = await startBrokerAndClient(t)
  const interrupted = new AbortController()
  const args = ['graduate', '--to', target.address, '-f', leat.file, '--yes']
  const first = runCli(args, { stopped: interrupted.signal })
  await eventually('the copy has begun', () => hasRecords(target.client), 60_000)
  interrupted.abort()
  const { code, stderr } = await first
  assert.equal(code, 1)
  assert.match(stderr, /Interrupted: nothing has been switched/)
  await send(client, 'readings', 10_000, 300)
  const before = await contentOf(client, names)
  await client.close()
  await running[Symbol.asyncDispose]()
  const second = await runCli(args)
  assert.equal(second.code, 0, second.stdout + second.stderr)
  assert.deepEqual(await contentOf(target.client, names), before)
})

test('a plan alone writes no record and leaves leat as it is', async (t) => {
  const { leat } = await filledLeat(t, 100)
  const target = await startBrokerAndClient(t)
  const { code, stdout } = await graduate(leat, target.address, '--dry-run')
  assert.equal(code, 0)
  assert.match(stdout, /readings +3 +75 .*new/)
  assert.deepEqual(
    await target.client.topics(names).then((all) => all.filter((one) => !one.error)),
    [],
  )
})

test('a topic of the same name at the target stands in the way, and can be left out', async (t) => {
  const { leat, running } = await filledLeat(t, 100)
  await running[Symbol.asyncDispose]()
  const target = await startBrokerAndClient(t)
  await target.client.createTopics([{ name: 'readings', partitions: 3 }])
  await target.client.producer().send({ topic: 'readings', value: Buffer.from('of others') })
  const refused = await graduate(leat, target.address)
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /topic 'readings' has 1 records.*\n.*--exclude/)
  const { code, stdout, stderr } = await graduate(leat, target.address, '--exclude', 'readings')
  assert.equal(code, 0, stdout + stderr)
})

test('the way back fills a data directory from the cluster', async (t) => {
  const cluster = await startBrokerAndClient(t)
  await fillTopics(cluster.client, 1000)
  await leaveInTheMiddle(cluster.client)
  const before = await standOf(cluster.client)
  const leat = await leatFile(t, { kafka: { brokers: [cluster.address] } })
  const args = ['graduate', '--from-kafka', cluster.address, '-f', leat.file, '--yes', '--write']
  const { code, stdout, stderr } = await runCli(args)
  assert.equal(code, 0, stdout + stderr)
  assert.doesNotMatch(readFileSync(leat.file, 'utf8'), /brokers/)
  writeFileSync(leat.file, stringify({ data: './data', kafka: leat.kafka }))
  const { client } = await leat.start()
  assert.deepEqual(await standOf(client), before)
})

test('a durable MQTT session gets at the other cluster what it missed here, where offsets are others', async (t) => {
  const target = await startBrokerAndClient(t)
  const [mqttPort = 0] = await freePorts(1)
  const mqtt = { listeners: [{ bind: `127.0.0.1:${mqttPort}` }] }
  const url = `mqtt://127.0.0.1:${mqttPort}`
  const leat = await leatFile(t, { mqtt })
  const { running, client } = await leat.start()
  await missMessages(t, url, client)
  await running[Symbol.asyncDispose]()
  const { code, stdout, stderr } = await graduate(leat, target.address, '--write')
  assert.equal(code, 0, stdout + stderr)
  await leat.start()
  assert.deepEqual(await missedMessages(t, url), ['missed-1', 'missed-2'])
})

test('a mirror out of leat goes on without a gap, where offsets are others', async (t) => {
  const [centre, target] = [await startBrokerAndClient(t), await startBrokerAndClient(t)]
  const [connectPort = 0] = await freePorts(1)
  const to = { brokers: [centre.address] }
  const config = { 'refresh.topics.interval.seconds': 1 }
  const leat = await leatFile(t, {
    connect: { bind: `127.0.0.1:${connectPort}` },
    mirrors: [{ alias: 'factory', target: 'centre', to, config }],
  })
  const { running, client } = await leat.start()
  await client.createTopics([{ name: 'readings', partitions: 3 }])
  await send(client, 'readings', 0, 30)
  const isThere = (count: number) => async () =>
    (await countOf(centre.client, 'factory.readings')) === count
  await eventually('the mirror has copied', isThere(30), 60_000)
  await client.deleteRecords('readings', 0, 5n)
  await client.close()
  await running[Symbol.asyncDispose]()
  const { code, stdout, stderr } = await graduate(leat, target.address, '--write')
  assert.equal(code, 0, stdout + stderr)
  await send(target.client, 'readings', 30, 6)
  await leat.start()
  await eventually('the mirror goes on', isThere(36), 60_000)
  const records = await recordsByPartition(centre.client, 'factory.readings')
  const numbers = records.flat().map(({ timestamp }) => Number(timestamp) % 1_000_000)
  assert.deepEqual(
    numbers.toSorted((one, other) => one - other),
    Array.from({ length: 36 }, (_, n) => n),
  )
})

test('users come along whose passwords are known, and the plan names the others', async (t) => {
  const target = await startBrokerAndClient(t)
  const leat = await leatFile(t)
  const { running, client } = await leat.start()
  for (const user of ['bob', 'eve']) {
    const environment = { LEAT_BROKERS: leat.address, SECRET: `${user}-secret` }
    const added = await runCli(['users', 'add', user, '--password-env', 'SECRET'], { environment })
    assert.equal(added.code, 0, added.stderr)
  }
  await client.close()
  await running[Symbol.asyncDispose]()
  const passwords = join(leat.folder, 'passwords.json')
  writeFileSync(passwords, JSON.stringify({ bob: 'bob-secret' }))
  const { code, stdout, stderr } = await graduate(leat, target.address, '--passwords', passwords)
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /user eve: its password is not known/)
  assert.doesNotMatch(stdout + stderr, /secret/)
  const { results } = await target.client.request(DescribeUserScramCredentials, { users: null })
  assert.deepEqual(
    results.map(({ user, credentialInfos }) => [user, credentialInfos.length]),
    [['bob', 2]],
  )
})

async function hasRecords(client: KafkaClient): Promise<boolean> {
  const [end] = await client.offsets([{ topic: 'readings', partition: 2, at: 'latest' }])
  return (end?.offset ?? 0n) > 0n
}
