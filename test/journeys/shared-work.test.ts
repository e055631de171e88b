/** Connectors on an Apache Kafka, shared by two leats, one of which is killed in the middle. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { meterSchema, smartMeter } from '../../src/cli/sensor/smart-meter.ts'
import { KafkaClient } from '../../src/client/index.ts'
import { RegistryClient } from '../../src/client/registry/index.ts'
import { avroFormat } from '../../src/formats/avro/index.ts'
import { frame } from '../../src/formats/confluent-frame.ts'
import { apacheKafkaPeers, newApacheKafka } from '../helpers/clusters.ts'
import { ConnectRest } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { startLeat } from '../helpers/leat.ts'
import { startMariadb } from '../helpers/mariadb.ts'
import { withoutPeer } from '../helpers/peers.ts'

const count = 200_000
const partitions = 4
const skip = withoutPeer('mariadb', ...apacheKafkaPeers)

test('200,000 upserts shared by two leats, one of them killed, are 200,000 rows', {
  skip,
}, async (t) => {
  await play(t, { 'insert.mode': 'UPSERT' })
})

test('200,000 inserts, exactly once, shared by two leats, one of them killed, are 200,000 rows', {
  skip,
}, async (t) => {
  await play(t, { 'insert.mode': 'INSERT', consistency: 'exactly-once' })
})

async function play(t: TestContext, mode: Record<string, string>): Promise<void> {
  const database = await startMariadb(t)
  await database.makeDatabase('meters')
  const settings = { registry: true, kafka: await newApacheKafka(t), connectors: {} }
  const [stays, dies] = [await startLeat(t, settings), await startLeat(t, settings)]
  await fill(stays.brokers, stays.registryUrl)

  const rest = new ConnectRest(stays.connectUrl)
  const config = {
    'connector.class': 'MySqlSink',
    topics: 'Readings',
    'connection.host': '127.0.0.1',
    'connection.port': `${database.port}`,
    'connection.user': database.user,
    'connection.password': '',
    'db.name': 'meters',
    'input.data.format': 'AVRO',
    'value.converter.schema.registry.url': stays.registryUrl,
    'auto.create': 'true',
    'pk.mode': 'record_value',
    'pk.fields': 'ID',
    'batch.size': '1000',
    'tasks.max': '2',
    ...mode,
  }
  const made = await rest.ask('POST', '/connectors', { name: 'shared', config })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const rows = async () => {
    const [row] = await database.ask('meters', 'SELECT COUNT(*) AS n FROM Readings').catch(() => [])
    return Number(row?.n ?? 0)
  }
  await eventually('some rows are there', async () => (await rows()) > count / 10, 120_000)
  await dies.kill()
  await eventually('all rows are there', async () => (await rows()) >= count, 300_000)
  await eventually('nothing is left to read', async () => {
    const { body } = await rest.ask('GET', '/connectors/shared/status')
    return (
      body.tasks.length === 2 &&
      body.tasks.every((one: { state: string }) => one.state === 'RUNNING')
    )
  })
  assert.equal(await rows(), count)
}

/** Readings of one meter, spread over the partitions. */
async function fill(brokers: string, registryUrl: string): Promise<void> {
  const registry = new RegistryClient({ urls: [registryUrl] })
  const id = await registry.register('Readings-value', { type: 'AVRO', text: meterSchema })
  const schema = avroFormat.parse(meterSchema)
  await using client = new KafkaClient({ brokers: [brokers], clientId: 'meter' })
  await client.createTopics([{ name: 'Readings', partitions }])
  const producer = client.producer({ lingerMs: 5 })
  const next = smartMeter(seededRandom(1), systemClock)
  const sending: Promise<unknown>[] = []
  for (let index = 0; index < count; index++) {
    const value = frame(id, schema.encode(next()))
    sending.push(producer.send({ topic: 'Readings', partition: index % partitions, value }))
    if (sending.length === 10_000) await Promise.all(sending.splice(0))
  }
  await Promise.all(sending)
}
