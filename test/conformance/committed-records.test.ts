/** What an Apache Kafka keeps of transactions that were aborted, and who of leat reads it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runCli } from '../../src/cli/testing/run-cli.ts'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { eventually } from '../helpers/eventually.ts'
import { temporaryFolder } from '../helpers/folders.ts'
import { KafkaEnds } from '../helpers/kafka-ends.ts'
import { startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'
import { shared } from '../helpers/subject.ts'

const python = 'confluent-kafka-2.16.1'
const skip = withoutPeer(...apacheKafkaPeers, python)

/** Ten records a transaction; every second one was aborted, and the topic ends with a marker. */
const brokersWithPlans = shared(async (owner) => {
  const { brokers } = await startApacheKafka(owner)
  const { read } = await report(
    python,
    program('confluent_transactions.py'),
    ...[brokers, 'plans', 'analysis'],
  )
  assert.deepEqual(read, committed)
  return brokers
})

const all = Array.from({ length: 50 }, (_, n) => `${n}`)
const committed = all.filter((_, n) => n % 20 < 10)

test('leat consume prints what the isolation level lets through, to an end that is no record', {
  skip,
}, async () => {
  const brokers = await brokersWithPlans()
  const consumed = async (...args: string[]) => {
    const { stdout, stderr, code } = await runCli(['consume', 'plans', '-b', brokers, ...args])
    assert.equal(code, 0, stderr)
    return stdout.trimEnd().split('\n')
  }
  assert.deepEqual(await consumed('--offset', ':end'), all)
  const level = ['--isolation-level', 'read_committed']
  assert.deepEqual(await consumed('--offset', ':end', ...level), committed)
  const asMember = ['-g', 'members', '--from-beginning', '-n', '30']
  assert.deepEqual(await consumed(...asMember, ...level), committed)
})

test('a sink reads all records unless consumer.override.isolation.level says otherwise, a pipeline what is committed', {
  skip,
}, async (t) => {
  const folder = temporaryFolder(t)
  const sink = (file: string) => ({
    'connector.class': 'FileStreamSink',
    ...{ topics: 'plans', file: join(folder, file) },
  })
  await startLeat(t, {
    kafka: { brokers: [await brokersWithPlans()] },
    connectors: {
      everything: sink('all'),
      committed: {
        ...sink('committed'),
        'consumer.override.isolation.level': 'read_committed',
      },
    },
    pipelines: {
      passed: {
        ...{ from: 'plans', start: 'beginning' },
        to: [{ topic: 'Passed', connector: { ...sink('passed'), topics: undefined } }],
      },
    },
  })
  const lines = (file: string) => {
    const path = join(folder, file)
    return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : []
  }
  const arrived = (file: string) => eventually(file, () => lines(file).includes('49'), 60_000)
  await Promise.all(['all', 'committed', 'passed'].map(arrived))
  assert.deepEqual(lines('all'), all)
  assert.deepEqual(lines('committed'), committed)
  assert.deepEqual(lines('passed'), committed)
})

test('a Reader reads what isolation_level lets through, as a member of a group and alone', {
  skip,
}, async (t) => {
  const ends = new KafkaEnds(t, await brokersWithPlans())
  const read = (spec: Record<string, string>) => textsOf(ends, spec)
  const level = { isolation_level: 'read_committed' }
  assert.deepEqual(await read({}), all)
  assert.deepEqual(await read(level), committed)
  assert.deepEqual(await read({ ...level, group_id: 'readers' }), committed)
})

async function textsOf(ends: KafkaEnds, spec: Record<string, string>): Promise<string[]> {
  const inlet = await ends.inlet({
    topics: ['plans'],
    spec: { auto_offset_reset: 'earliest', ...spec },
  })
  const taken: string[] = []
  while (taken.at(-1) !== '49') {
    const message = await inlet.inbox.take(60_000)
    assert.ok(message, `after ${taken.length} messages none came`)
    taken.push(message.bytes.toString())
    message.done?.()
  }
  return taken
}
