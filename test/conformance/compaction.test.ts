/** Compaction, as Kafka's own tools see it: on leat and on an Apache Kafka, from the same input. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { eventually } from '../helpers/eventually.ts'
import { kafkaTool, type Tool } from '../helpers/kafka-tools.ts'
import { startLeat } from '../helpers/leat.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { outputOf } from '../helpers/programs.ts'

const config = { 'log.cleaner.backoff.ms': '100' }
const topic = 'latest'
/** A segment is closed by the first record that comes so long after its first: a tool starts more slowly. */
const segmentMs = 10

/** Each in a segment of its own. NULL is a tombstone. */
const inputs = [
  ['pump-1:46.7', 'pump-2:12', 'pump-3:8', 'pump-1:46.8'],
  ['pump-2:NULL', 'pump-1:46.9', 'pump-4:1'],
  ['pump-5:3', 'pump-4:2'],
  ['pump-6:1'],
]
const compacted = [
  'Offset:2\tpump-3\t8',
  'Offset:4\tpump-2\tnull',
  'Offset:5\tpump-1\t46.9',
  'Offset:7\tpump-5\t3',
  'Offset:8\tpump-4\t2',
  'Offset:9\tpump-6\t1',
]

const skip = withoutPeer('java', 'kafka-tools-4.3.1')
const skipKafka = withoutPeer('java', 'kafka-tools-4.3.1', 'kafka-broker-4.4.0')

test('leat keeps the last record of each key, and the consumer prints them with their offsets', {
  skip,
}, async (t) => {
  const { brokers } = await startLeat(t, { kafka: { config } })
  await judge(brokers)
})

test('Apache Kafka does the same with the same input', { skip: skipKafka }, async (t) => {
  const { brokers } = await startApacheKafka(t, config)
  await judge(brokers)
})

async function judge(brokers: string): Promise<void> {
  const run = (tool: Tool, args: string[], input?: string) => {
    const command = kafkaTool('4.3.1', tool, '--bootstrap-server', brokers, ...args)
    return outputOf(command, { deadlineMs: 120_000, ...(input !== undefined && { input }) })
  }
  const configs = [
    'cleanup.policy=compact',
    `segment.ms=${segmentMs}`,
    'min.cleanable.dirty.ratio=0.01',
  ]
  const withConfigs = configs.flatMap((one) => ['--config', one])
  await run('TopicCommand', ['--create', '--topic', topic, '--partitions', '1', ...withConfigs])
  const properties = ['parse.key=true', 'key.separator=:', 'null.marker=NULL']
  const reading = properties.flatMap((one) => ['--reader-property', one])
  for (const lines of inputs) {
    await run('ConsoleProducer', ['--topic', topic, ...reading], `${lines.join('\n')}\n`)
  }
  const printed = ['print.key=true', 'print.offset=true'].flatMap((one) => [
    '--formatter-property',
    one,
  ])
  // Without a group, which a broker may first have to make a place for.
  const limits = ['--partition', '0', '--offset', 'earliest', '--timeout-ms', '5000']
  let said: string[] = []
  await eventually(
    () => `only the last record of each key is read, not ${JSON.stringify(said)}`,
    async () => {
      const out = await run('ConsoleConsumer', ['--topic', topic, ...limits, ...printed])
      said = out.split('\n').filter((line) => line.startsWith('Offset:'))
      return isDeepStrictEqual(said, compacted)
    },
    120_000,
  )
  const entity = ['--entity-type', 'topics', '--entity-name', topic]
  const described = await run('ConfigCommand', [...entity, '--describe'])
  for (const one of configs) assert.ok(described.includes(one), described)
  const changes = ['--add-config', 'delete.retention.ms=5000,max.compaction.lag.ms=60000']
  await run('ConfigCommand', [...entity, '--alter', ...changes])
  // A broker of Apache Kafka learns of it some time after its controller has answered.
  await eventually('the change is told', async () => {
    const altered = await run('ConfigCommand', [...entity, '--describe'])
    return altered.includes('max.compaction.lag.ms=60000')
  })
}
