/** Mirrors with an Apache Kafka at one end. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { KafkaClient } from '../../src/client/index.ts'
import { positionsOf } from '../../src/connectors/mirror/groups.ts'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { connectPlace, type Place } from '../helpers/connect.ts'
import { eventually } from '../helpers/eventually.ts'
import { mirrorConfig, plain, recordsByPartition } from '../helpers/mirrors.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { program, report } from '../helpers/python.ts'

const byApacheKafka = { skip: withoutPeer(...apacheKafkaPeers) }

const python = 'confluent-kafka-2.16.1'

const often = {
  'emit.checkpoints.interval.seconds': '1',
  'sync.group.offsets.enabled': 'true',
  'sync.group.offsets.interval.seconds': '1',
}

type Cluster = Pick<Place, 'brokers' | 'client'>

async function apacheKafka(t: TestContext): Promise<Cluster> {
  const { brokers } = await startApacheKafka(t)
  const client = new KafkaClient({ brokers: [brokers], clientId: 'test' })
  t.after(() => client.close())
  return { brokers: [brokers], client }
}

test(
  'records and positions of groups are at an Apache Kafka as they are at a leat',
  byApacheKafka,
  async (t) => {
    const factory = await connectPlace(t)
    await provesMirror(factory, await apacheKafka(t), await factory.worker())
  },
)

test(
  'records and positions of groups are at a leat as they are at an Apache Kafka',
  byApacheKafka,
  async (t) => {
    const centre = await connectPlace(t)
    await provesMirror(await apacheKafka(t), centre, await centre.worker())
  },
)

test('records of aborted transactions do not arrive, and a group behind the markers goes on at the end', {
  skip: withoutPeer(...apacheKafkaPeers, python),
}, async (t) => {
  const [factory, centre] = [await apacheKafka(t), await connectPlace(t)]
  const worker = await centre.worker()
  await factory.client.createTopics([{ name: 'plans', partitions: 1 }])
  const path = program('confluent_transactions.py')
  const { read } = await report(python, path, factory.brokers.join(), 'plans', 'analysis')
  const config = mirrorConfig({ factory, centre }, 'Source', { topics: 'plans' })
  await worker.ask('PUT', '/connectors/m/config', config)
  const checkpoints = mirrorConfig({ factory, centre }, 'Checkpoint', often)
  await worker.ask('PUT', '/connectors/c/config', checkpoints)
  const [position] = await positionsAt(centre, 'analysis', 1)
  const [records = []] = await recordsByPartition(centre.client, 'factory.plans')
  const committed = [0, 1, 2].flatMap((n) => Array.from({ length: 10 }, (_, m) => 20 * n + m))
  assert.deepEqual(read, committed.map(String))
  assert.deepEqual(
    records.map(({ value }) => Number(value)),
    committed,
  )
  assert.equal(position?.offset, 30n)
})

/** Half of the records is read by a group at the factory; the first of them are deleted. */
async function provesMirror(
  factory: Cluster,
  centre: Cluster,
  worker: Awaited<ReturnType<Place['worker']>>,
): Promise<void> {
  await factory.client.createTopics([{ name: 'readings', partitions: 2 }])
  const producer = factory.client.producer()
  const firstAt = Date.now() - 1000
  const send = (n: number) =>
    producer.send({
      ...{ topic: 'readings', partition: n % 2, key: n % 5 === 0 ? null : Buffer.from(`k${n}`) },
      value: n % 7 === 0 ? null : Buffer.from(`v${n}`),
      headers: n % 3 === 0 ? [{ key: 'unit', value: Buffer.from('C') }] : [],
      timestamp: BigInt(firstAt + n),
    })
  await Promise.all(Array.from({ length: 200 }, (_, n) => send(n)))
  let read = 0
  const consumer = factory.client.consumer({
    ...{ group: 'analysis', topics: ['readings'], commitsHandled: true, fromBeginning: true },
    onRecords: (_topic, _partition, records) => {
      read += records.length
    },
  })
  const running = consumer.run()
  await eventually('the group has read', () => read >= 200)
  await consumer.close()
  await running
  await factory.client.deleteRecords('readings', 0, 20n)
  await Promise.all(Array.from({ length: 200 }, (_, n) => send(200 + n)))
  await worker.ask('PUT', '/connectors/m/config', mirrorConfig({ factory, centre }, 'Source'))
  const checkpoints = mirrorConfig({ factory, centre }, 'Checkpoint', often)
  await worker.ask('PUT', '/connectors/c/config', checkpoints)
  const positions = await positionsAt(centre, 'analysis', 2)
  assert.deepEqual(
    new Map(positions.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset])),
    new Map([
      ['factory.readings-0', 80n],
      ['factory.readings-1', 100n],
    ]),
  )
  const here = await recordsByPartition(factory.client, 'readings')
  const there = await eventually(
    'the copies are there',
    async () => {
      const found = await recordsByPartition(centre.client, 'factory.readings')
      return found.flat().length >= here.flat().length ? found : undefined
    },
    60_000,
  )
  assert.deepEqual(
    there.map((records) => records.map(plain)),
    here.map((records) => records.map(plain)),
  )
}

/** Those of a group, once there are as many. */
async function positionsAt({ client }: Cluster, group: string, count: number) {
  return await eventually(
    `${group} has its positions`,
    async () => {
      const found = await positionsOf(client, group)
      return found.length === count ? found : undefined
    },
    60_000,
  )
}
