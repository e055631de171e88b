/** The way back: an Apache Kafka, with transactions, becomes a data directory of leat. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { stringify } from 'yaml'
import { silentLogger } from '../../src/base/logger.ts'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { positionsOf } from '../../src/connectors/mirror/groups.ts'
import { loadConfig, start } from '../../src/platform/index.ts'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { recordsByPartition } from '../helpers/mirrors.ts'
import { fillTopics, leaveInTheMiddle, standOf } from '../helpers/outgrown-cluster.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { freePorts } from '../helpers/ports.ts'
import { program, report } from '../helpers/python.ts'

const python = 'confluent-kafka-2.16.1'

test('an Apache Kafka comes back into a data directory, without what was aborted, and groups go on', {
  skip: withoutPeer(...apacheKafkaPeers, python),
}, async (t) => {
  // What runs on the folder ends before the folder goes.
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const kafka = await startApacheKafka(t)
  const there = stack.use(new KafkaClient({ brokers: [kafka.brokers], clientId: 'test' }))
  await fillTopics(there, 5000)
  await leaveInTheMiddle(there)
  await there.createTopics([{ name: 'plans', partitions: 1 }])
  const path = program('confluent_transactions.py')
  const { read } = await report(python, path, kafka.brokers, 'plans', 'planning')
  const before = await standOf(there)

  const file = join(temporaryFolder(t), 'leat.yml')
  const [port = 0] = await freePorts(1)
  const listeners = [{ bind: `127.0.0.1:${port}` }]
  writeFileSync(file, stringify({ data: './data', kafka: { listeners } }))
  const args = ['graduate', '--from-kafka', kafka.brokers, '-f', file, '--yes']
  const { code, stdout, stderr } = await runCli(args)
  assert.equal(code, 0, stdout + stderr)

  stack.use(await start(await loadConfig([file], {}), silentLogger))
  const here = stack.use(new KafkaClient({ brokers: [`127.0.0.1:${port}`], clientId: 'test' }))
  assert.deepEqual(await standOf(here), before)
  const [plans = []] = await recordsByPartition(here, 'plans')
  assert.deepEqual(
    plans.map(({ value }) => value?.toString()),
    read,
  )
  const [position] = await positionsOf(here, 'planning')
  assert.equal(position?.offset, BigInt(plans.length))
})
