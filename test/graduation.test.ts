/** All of a data directory, at another cluster and back. The other cluster is a broker of ours. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { stringify } from 'yaml'
import { silentLogger } from '../src/base/logger.ts'
import { runCli } from '../src/cli/testing/run-cli.ts'
import { KafkaClient } from '../src/client/index.ts'
import { positionsOf } from '../src/connectors/mirror/groups.ts'
import { loadConfig, type Running, start } from '../src/platform/index.ts'
import { startBrokerAndClient } from './helpers/broker.ts'
import { eventually } from './helpers/eventually.ts'
import { temporaryFolder } from './helpers/folders.ts'
import { contentOf, fillTopics, readSome, send, topics } from './helpers/outgrown-cluster.ts'
import { freePorts } from './helpers/ports.ts'

const names = Object.keys(topics)

interface Leat {
  readonly file: string
  readonly folder: string
  start(): Promise<{ readonly running: Running; readonly client: KafkaClient }>
}

/** A leat that can be started, and is stopped at the latest with the test. */
async function leatFile(t: TestContext, more: Record<string, unknown> = {}): Promise<Leat> {
  const folder = temporaryFolder(t)
  const [port = 0] = await freePorts(1)
  const file = join(folder, 'leat.yml')
  const kafka = {
    listeners: [{ bind: `127.0.0.1:${port}` }],
    config: { 'log.cleaner.backoff.ms': 100, 'group.initial.rebalance.delay.ms': 0 },
  }
  writeFileSync(file, stringify({ data: './data', kafka, ...more }))
  return {
    ...{ file, folder },
    async start() {
      const running = await start(await loadConfig(file, {}), silentLogger)
      t.after(() => running[Symbol.asyncDispose]())
      const client = new KafkaClient({ brokers: [`127.0.0.1:${port}`], clientId: 'test' })
      t.after(() => client.close())
      return { running, client }
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
  const read = await readSome(client, 'analysis', 500)
  const before = await contentOf(client, names)
  const [position] = await positionsOf(client, 'analysis')
  await running[Symbol.asyncDispose]()
  const target = await startBrokerAndClient(t)
  const { code, stdout, stderr } = await graduate(leat, target.address, '--write')
  assert.equal(code, 0, stdout + stderr)
  assert.deepEqual(await contentOf(target.client, names), before)
  assert.ok(position !== undefined)
  const rest = await readSome(target.client, 'analysis', 1)
  const all = new Set([...read, ...rest])
  assert.equal(all.size, read.length + rest.length, 'the group reads nothing twice')
  const config = await loadConfig(leat.file, {})
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
  const { leat, running } = await filledLeat(t, 300)
  await running[Symbol.asyncDispose]()
  const target = await startBrokerAndClient(t)
  assert.equal((await graduate(leat, target.address, '--dry-run')).code, 0)
  assert.equal(existsSync(join(leat.folder, 'data', 'graduated')), false)
  await target.client.createTopics([{ name: 'readings', partitions: 3 }])
  const stranger = target.client.producer()
  const foreign = graduate(leat, target.address)
  await eventually(
    'the first copy is there',
    async () => {
      const [end] = await target.client.offsets([{ topic: 'readings', partition: 2, at: 'latest' }])
      return (end?.offset ?? 0n) > 0n
    },
    60_000,
  )
  await stranger.send({ topic: 'readings', partition: 2, value: Buffer.from('not from there') })
  const { code, stdout, stderr } = await foreign
  assert.equal(code, 1, stdout + stderr)
  assert.match(stdout, /readings-2 .*(the source has no such record|differs|lacks)/)
  assert.match(stderr, /nothing has been switched/)
  assert.equal(existsSync(join(leat.folder, 'data', 'graduated')), false)
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
  await readSome(cluster.client, 'analysis', 200)
  const before = await contentOf(cluster.client, names)
  const folder = temporaryFolder(t)
  const file = join(folder, 'leat.yml')
  writeFileSync(file, stringify({ data: './new', kafka: { brokers: [cluster.address] } }))
  const args = ['graduate', '--from-kafka', cluster.address, '-f', file, '--yes', '--write']
  const { code, stdout, stderr } = await runCli(args)
  assert.equal(code, 0, stdout + stderr)
  assert.doesNotMatch(readFileSync(file, 'utf8'), /brokers/)
  const [port = 0] = await freePorts(1)
  const kafka = { listeners: [{ bind: `127.0.0.1:${port}` }] }
  writeFileSync(file, stringify({ data: './new', kafka }))
  const running = await start(await loadConfig(file, {}), silentLogger)
  t.after(() => running[Symbol.asyncDispose]())
  await using client = new KafkaClient({ brokers: [`127.0.0.1:${port}`], clientId: 'test' })
  assert.deepEqual(await contentOf(client, names), before)
  assert.equal((await positionsOf(client, 'analysis')).length, 3)
})
