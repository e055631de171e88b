/** A mirror between two brokers, run by a worker of connectors. */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { between, seededRandom } from '../src/base/random.ts'
import type { KafkaClient } from '../src/client/index.ts'
import { positionsOf } from '../src/connectors/mirror/groups.ts'
import { decodeCheckpoint } from '../src/connectors/mirror/records.ts'
import { mirrorSource } from '../src/connectors/mirror/source.ts'
import { DescribeConfigs } from '../src/protocols/kafka/apis/32-describe-configs.ts'
import { connectPlace, type Place, type Worker } from './helpers/connect.ts'
import { openSourceTask, StoredOffsets } from './helpers/connector-tasks.ts'
import { eventually } from './helpers/eventually.ts'
import { forward } from './helpers/forwarder.ts'
import { countOf, mirrorConfig, plain, recordsByPartition } from './helpers/mirrors.ts'
import { freePorts } from './helpers/ports.ts'

interface TwoClusters {
  readonly factory: Place
  readonly centre: Place
  readonly worker: Worker
}

async function twoClusters(t: TestContext): Promise<TwoClusters> {
  const [factory, centre] = [await connectPlace(t), await connectPlace(t)]
  return { factory, centre, worker: await centre.worker() }
}

test('topics are at the target as they are at the source, under the alias, also those that come later', async (t) => {
  const clusters = await twoClusters(t)
  const { factory, centre, worker } = clusters
  await factory.client.createTopics([
    { name: 'readings', partitions: 3, config: { 'retention.ms': '7200000' } },
    { name: '__secret' },
    { name: 'plan-internal' },
  ])
  const producer = factory.client.producer()
  const send = (topic: string, partition: number, n: number) =>
    producer.send({
      ...{ topic, partition, key: n % 5 === 0 ? null : Buffer.from(`k${n}`) },
      value: n % 7 === 0 ? null : Buffer.from(`v${n}`),
      headers: n % 3 === 0 ? [{ key: 'unit', value: Buffer.from('C') }] : [],
      timestamp: BigInt(1_700_000_000_000 + n),
    })
  await Promise.all(Array.from({ length: 300 }, (_, n) => send('readings', n % 3, n)))
  await send('__secret', 0, 1)
  await send('plan-internal', 0, 1)
  const more = { 'refresh.topics.interval.seconds': '1', 'tasks.max': '2' }
  await worker.ask('PUT', '/connectors/m/config', mirrorConfig(clusters, 'Source', more))
  await eventually(
    'the copies are there',
    async () => (await countOf(centre.client, 'factory.readings')) === 300,
  )
  const [there, here] = [
    await recordsByPartition(centre.client, 'factory.readings'),
    await recordsByPartition(factory.client, 'readings'),
  ]
  assert.deepEqual(
    there.map((records) => records.map(plain)),
    here.map((records) => records.map(plain)),
  )
  const { results } = await centre.client.request(DescribeConfigs, {
    resources: [
      { resourceType: 2, resourceName: 'factory.readings', configurationKeys: ['retention.ms'] },
    ],
  })
  assert.equal(results[0]?.configs[0]?.value, '7200000')

  await factory.client.createTopics([{ name: 'later', partitions: 1 }])
  await send('later', 0, 1)
  await eventually(
    'the later one is there',
    async () => (await countOf(centre.client, 'factory.later')) === 1,
  )
  const names = (await centre.client.topics()).map(({ name }) => name)
  assert.deepEqual(
    names.filter((name) => name.startsWith('factory.')).sort(),
    [
      'factory.checkpoints.internal',
      'factory.later',
      'factory.offset-map.internal',
      'factory.readings',
    ]
      .filter((name) => names.includes(name))
      .sort(),
  )
})

test('mirrors in both directions do not go round, and heartbeats show the way that they came', async (t) => {
  const clusters = await twoClusters(t)
  const { factory, centre, worker } = clusters
  const back = { ...clusters, factory: centre, centre: factory }
  await factory.client.createTopics([{ name: 'up', partitions: 1 }])
  await centre.client.createTopics([{ name: 'down', partitions: 1 }])
  const fast = {
    'refresh.topics.interval.seconds': '1',
    'topics.exclude': 'connect-.*,.*internal',
  }
  const backwards = { 'source.cluster.alias': 'centre', 'target.cluster.alias': 'factory' }
  const configs = {
    there: mirrorConfig(clusters, 'Source', fast),
    back: mirrorConfig(back, 'Source', { ...fast, ...backwards }),
    beat: mirrorConfig(back, 'Heartbeat', backwards),
  }
  for (const [name, config] of Object.entries(configs)) {
    await worker.ask('PUT', `/connectors/${name}/config`, config)
  }
  await eventually(
    'a heartbeat has crossed',
    async () => (await countOf(centre.client, 'factory.heartbeats')) > 1,
  )
  await eventually(
    'both topics are there',
    async () =>
      (await countOf(centre.client, 'factory.up')) === 0 &&
      (await countOf(factory.client, 'centre.down')) === 0,
  )
  const all = [...(await centre.client.topics()), ...(await factory.client.topics())]
  const round = all.filter(({ name }) => /factory\.centre|centre\.factory/.test(name))
  assert.deepEqual(round, [])
})

test('a group goes on at the target where it was, and reads each record once', async (t) => {
  const clusters = await twoClusters(t)
  const { factory, centre, worker } = clusters
  await factory.client.createTopics([{ name: 'readings', partitions: 2 }])
  const producer = factory.client.producer()
  const send = (n: number) =>
    producer.send({ topic: 'readings', partition: n % 2, value: Buffer.from(`${n}`) })
  await Promise.all(Array.from({ length: 100 }, (_, n) => send(n)))
  // What the source has deleted, the target never had: offsets differ from there on.
  await factory.client.deleteRecords('readings', 0, 20n)
  const read: number[] = []
  const readSome = async (client: KafkaClient, topic: string, until: () => boolean) => {
    const consumer = client.consumer({
      ...{ group: 'analysis', topics: [topic], commitsHandled: true, fromBeginning: true },
      onRecords: (_topic, _partition, records) => {
        for (const { value } of records) read.push(Number(value))
      },
    })
    const running = consumer.run()
    await eventually('it has read', until)
    await consumer.close()
    await running
  }
  await readSome(factory.client, 'readings', () => read.length >= 80)
  await Promise.all(Array.from({ length: 50 }, (_, n) => send(100 + n)))
  const often = {
    'emit.checkpoints.interval.seconds': '1',
    'sync.group.offsets.enabled': 'true',
    'sync.group.offsets.interval.seconds': '1',
  }
  await worker.ask('PUT', '/connectors/m/config', mirrorConfig(clusters, 'Source'))
  await worker.ask('PUT', '/connectors/c/config', mirrorConfig(clusters, 'Checkpoint', often))
  const translated = [
    [0, 30n],
    [1, 50n],
  ]
  // Those of a copy that is under way tell of less; and the group is set once they are written.
  await eventually('the checkpoints are there', async () => {
    const checkpoints = (await recordsByPartition(centre.client, 'factory.checkpoints.internal'))
      .flat()
      .map(({ key, value }) => decodeCheckpoint({ key: key as Buffer, value: value as Buffer }))
    const last = new Map(checkpoints.map(({ partition, downstream }) => [partition, downstream]))
    return isDeepStrictEqual([...last].sort(), translated)
  })
  await eventually('the group is where it was', async () => {
    const positions = await positionsOf(centre.client, 'analysis')
    return isDeepStrictEqual(
      positions.map(({ partition, offset }) => [partition, offset]).sort(),
      translated,
    )
  })
  await readSome(centre.client, 'factory.readings', () => read.length >= 130)
  const expected = Array.from({ length: 150 }, (_, n) => n).filter((n) => n % 2 === 1 || n >= 40)
  assert.deepEqual(
    read.sort((a, b) => a - b),
    expected,
  )
})

test('a link that is cut again and again, and tasks that begin anew, copy every record once and in order', async (t) => {
  const seed = Number(process.env.SEED ?? randomInt(2 ** 31))
  t.diagnostic(`SEED=${seed}`)
  const random = seededRandom(seed)
  const factory = await connectPlace(t)
  const { centre, link } = await centreBehindLink(t)
  // The worker is at the factory, and opens all connections from there.
  const worker = await factory.worker()
  await factory.client.createTopics([{ name: 'readings', partitions: 2 }])
  const config = mirrorConfig({ factory, centre }, 'Source')
  await worker.ask('PUT', '/connectors/m/config', config)
  const producer = factory.client.producer()
  const total = 6000
  for (let n = 0; n < total; n += 200) {
    await Promise.all(
      Array.from({ length: 200 }, (_, more) =>
        producer.send({
          topic: 'readings',
          partition: (n + more) % 2,
          value: Buffer.from(`${n + more}`),
        }),
      ),
    )
    const event = between(random, 0, 5)
    if (event === 0) link.cut()
    else if (event === 1) await worker.ask('POST', '/connectors/m/tasks/0/restart')
  }
  await eventually(
    'everything is there',
    async () => (await countOf(centre.client, 'factory.readings')) >= total,
    60_000,
  )
  const values = (await recordsByPartition(centre.client, 'factory.readings')).map((records) =>
    records.map(({ value }) => Number(value)),
  )
  assert.deepEqual(values, [
    Array.from({ length: total / 2 }, (_, n) => 2 * n),
    Array.from({ length: total / 2 }, (_, n) => 2 * n + 1),
  ])
})

test('nothing is copied before it is stored where a partition begins, so that a crash repeats nothing', async (t) => {
  const [factory, centre] = [await connectPlace(t), await connectPlace(t)]
  await factory.client.createTopics([{ name: 'readings', partitions: 1 }])
  await sendNumbers(factory.client, 'readings', 1, 0, 100)
  const config = mirrorConfig({ factory, centre }, 'Source', {
    'replication.policy.class': 'DefaultReplicationPolicy',
  })
  const copied = () => countOf(centre.client, 'factory.readings')
  // It ends before what it tells is stored, as in a crash.
  const first = await openSourceTask(mirrorSource, config)
  assert.equal((await first.write?.())?.offsets.length, 1)
  for (let asked = 0; asked < 50; asked++) assert.equal(await copied(), 0)
  await first[Symbol.asyncDispose]()
  const offsets = new StoredOffsets()
  await using second = await openSourceTask(mirrorSource, config, offsets)
  await eventually('all is copied', async () => {
    offsets.store((await second.write?.())?.offsets ?? [])
    return (await copied()) >= 100
  })
  assert.equal(await copied(), 100)
})

test('each record is copied once and in order while topics come and tasks become more and fewer', async (t) => {
  const clusters = await twoClusters(t)
  const { factory, centre, worker } = clusters
  const other = await centre.worker()
  const perTopic = 2000
  const names = Array.from({ length: 5 }, (_, n) => `topic-${9 - n}`)
  const configured = (tasks: number) =>
    worker.ask(
      'PUT',
      '/connectors/m/config',
      mirrorConfig(clusters, 'Source', {
        ...{ topics: 'topic-.*', 'tasks.max': `${tasks}` },
        'refresh.topics.interval.seconds': '1',
      }),
    )
  await factory.client.createTopics([{ name: 'topic-0', partitions: 3 }])
  await configured(2)
  let isDone = false
  const sending = (async () => {
    for (let n = 0; !isDone; n += 500) {
      await sendNumbers(factory.client, 'topic-0', 3, n, 500)
    }
  })()
  for (const [index, name] of names.entries()) {
    await factory.client.createTopics([{ name, partitions: 2 }])
    await sendNumbers(factory.client, name, 2, 0, perTopic)
    if (index % 2 === 1) await configured(1 + (index % 4))
    await eventually(
      `${name} is copied`,
      async () => (await countOf(centre.client, `factory.${name}`)) >= perTopic,
      60_000,
    )
  }
  isDone = true
  await sending
  const all = await countOf(factory.client, 'topic-0')
  await eventually(
    'all is copied',
    async () => (await countOf(centre.client, 'factory.topic-0')) >= all,
    60_000,
  )
  await other.worker.close()
  for (const name of ['topic-0', ...names]) {
    assert.deepEqual(
      await valuesIn(centre.client, `factory.${name}`),
      await valuesIn(factory.client, name),
    )
  }
})

test('a mirror whose target is gone stops when it is told to, with records on their way', async (t) => {
  const factory = await connectPlace(t)
  const { centre, link, leadTo } = await centreBehindLink(t)
  const worker = await factory.worker()
  await factory.client.createTopics([{ name: 'readings', partitions: 1 }])
  await worker.ask('PUT', '/connectors/m/config', mirrorConfig({ factory, centre }, 'Source'))
  const producer = factory.client.producer()
  const send = (value: string) =>
    producer.send({ topic: 'readings', partition: 0, value: Buffer.from(value) })
  await send('before')
  await eventually(
    'the first is there',
    async () => (await countOf(centre.client, 'factory.readings')) === 1,
  )
  const [nobody = 0] = await freePorts(1)
  leadTo(nobody)
  link.cut()
  await send('meanwhile')
  let isClosed = false
  const closing = worker.worker.close().then(() => {
    isClosed = true
  })
  await eventually('the worker is closed', () => isClosed)
  await closing
})

/** A place that everybody reaches by a link that can be cut, and led elsewhere. */
async function centreBehindLink(t: TestContext) {
  let port = 0
  const link = await forward(t, () => port)
  const centre = await connectPlace(t, link.port)
  const leadTo = (other: number) => {
    port = other
  }
  leadTo(Number(centre.brokers[0]?.split(':')[1]))
  return { centre, link, leadTo }
}

async function valuesIn(client: KafkaClient, topic: string): Promise<number[][]> {
  const partitions = await recordsByPartition(client, topic)
  return partitions.map((records) => records.map(({ value }) => Number(value)))
}

async function sendNumbers(
  client: KafkaClient,
  topic: string,
  partitions: number,
  from: number,
  count: number,
): Promise<void> {
  await using producer = client.producer({ batchBytes: 1000 })
  await Promise.all(
    Array.from({ length: count }, (_, more) =>
      producer.send({
        ...{ topic, partition: (from + more) % partitions },
        value: Buffer.from(`${from + more}`),
      }),
    ),
  )
}
