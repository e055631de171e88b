/** Kafka's newest tools, with what only they have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf, runProgram, startProgram } from '../helpers/programs.ts'
import { shared, startKafka } from '../helpers/subject.ts'
import { consoleToolsWork, linesOf } from './kafka-tools.ts'

consoleToolsWork('4.3.1')

const skip = withoutPeer('java', 'kafka-tools-4.3.1')
const kafka = shared((owner) => startKafka(owner))

async function topics(...args: string[]): Promise<string> {
  const { brokers } = await kafka()
  return await outputOf(kafkaTool('4.3.1', 'TopicCommand', '--bootstrap-server', brokers, ...args))
}

test('TopicCommand creates, lists, describes, widens and deletes a topic', { skip }, async () => {
  const config = ['--config', 'retention.ms=60000', '--config', 'segment.bytes=1048576']
  await topics('--create', '--topic', 'made', '--partitions', '2', ...config)
  assert.match(await topics('--list'), /^made$/m)
  const described = await topics('--describe', '--topic', 'made')
  assert.match(described, /Topic: made\s+TopicId: \S{22}\s+PartitionCount: 2/)
  assert.match(described, /retention\.ms=60000/)
  assert.match(described, /segment\.bytes=1048576/)
  await topics('--alter', '--topic', 'made', '--partitions', '3')
  assert.match(await topics('--describe', '--topic', 'made'), /PartitionCount: 3/)
  await topics('--delete', '--topic', 'made')
  assert.doesNotMatch(await topics('--list'), /^made$/m)
})

test('TopicCommand is told which topic exists already and which is missing', { skip }, async () => {
  const { brokers } = await kafka()
  const fails = async (...args: string[]) => {
    const command = kafkaTool('4.3.1', 'TopicCommand', '--bootstrap-server', brokers, ...args)
    const { exitCode, stdout, stderr } = await runProgram(command)
    assert.notEqual(exitCode, 0)
    return stdout + stderr
  }
  await topics('--create', '--topic', 'twice')
  assert.match(await fails('--create', '--topic', 'twice'), /already exists/)
  assert.match(await fails('--describe', '--topic', 'nowhere'), /does not exist/)
})

test('ConfigCommand changes a topic setting and takes it back', { skip }, async () => {
  const { brokers } = await kafka()
  await topics('--create', '--topic', 'tuned')
  const entity = ['--entity-type', 'topics', '--entity-name', 'tuned']
  const config = async (...args: string[]) =>
    await outputOf(
      kafkaTool('4.3.1', 'ConfigCommand', '--bootstrap-server', brokers, ...entity, ...args),
    )
  await config('--alter', '--add-config', 'retention.ms=7200000')
  assert.match(await config('--describe'), /retention\.ms=7200000/)
  await config('--alter', '--delete-config', 'retention.ms')
  assert.doesNotMatch(await config('--describe'), /retention\.ms=/)
})

test('VerifiableProducer has all its records acknowledged and VerifiableConsumer reads them', {
  skip,
}, async (t) => {
  const { brokers } = await kafka()
  const common = ['--bootstrap-server', brokers, '--topic', 'verifiable']
  const limits = ['--max-messages', '5000', '--throughput', '-1', '--acks', '-1']
  const produced = await outputOf(kafkaTool('4.3.1', 'VerifiableProducer', ...common, ...limits))
  const events = linesOf(produced).map((line) => JSON.parse(line))
  assert.equal(events.filter(({ name }) => name === 'producer_send_success').length, 5000)
  const consumer = startProgram(
    t,
    kafkaTool(
      '4.3.1',
      'VerifiableConsumer',
      ...['--bootstrap-server', brokers, '--topic', 'verifiable', '--group-id', 'verifiers'],
      ...['--reset-policy', 'earliest', '--max-messages', '5000'],
    ),
  )
  const read = () =>
    [...consumer.stdout.matchAll(/"name":"records_consumed"[^}]*?"count":(\d+)/g)]
      .map(([, count]) => Number(count))
      .reduce((sum, count) => sum + count, 0)
  await consumer.ends()
  assert.equal(read(), 5000, consumer.story())
})

test('ProducerPerformance pushes batches of every compression through', { skip }, async () => {
  const { brokers } = await kafka()
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
    const said = await outputOf(
      kafkaTool(
        '4.3.1',
        'ProducerPerformance',
        ...['--topic', 'pushed', '--num-records', '2000', '--record-size', '500'],
        ...['--throughput', '-1', '--producer-props', `bootstrap.servers=${brokers}`],
        ...[`compression.type=${compression}`, 'acks=all'],
      ),
    )
    assert.match(said, /^2000 records sent/m)
  }
  const shell = kafkaTool('4.3.1', 'GetOffsetShell', '--bootstrap-server', brokers)
  assert.equal((await outputOf([...shell, '--topic', 'pushed'])).trim(), 'pushed:0:10000')
})
