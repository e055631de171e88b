/** `leat mirror` against a worker in this process. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { runCli } from '../src/cli/testing/run-cli.ts'
import { connectPlace } from './helpers/connect.ts'
import { eventually } from './helpers/eventually.ts'
import { countOf, mirrorConfig, readBy } from './helpers/mirrors.ts'

const often = {
  'refresh.topics.interval.seconds': '1',
  'emit.checkpoints.interval.seconds': '1',
  'sync.group.offsets.enabled': 'true',
  'sync.group.offsets.interval.seconds': '1',
}

async function mirrored(t: TestContext, more: Record<string, string> = {}) {
  const [factory, centre] = [await connectPlace(t), await connectPlace(t)]
  const worker = await centre.worker()
  const environment = { LEAT_CONNECT: worker.url }
  const put = async (name: string, kind: 'Source' | 'Checkpoint') =>
    await worker.ask(
      'PUT',
      `/connectors/${name}/config`,
      mirrorConfig({ factory, centre }, kind, { ...often, ...more }),
    )
  return {
    ...{ factory, centre, worker },
    begin: async () => {
      await put('factory->centre', 'Source')
      await put('factory->centre.checkpoints', 'Checkpoint')
    },
    mirror: async (...args: string[]) => {
      const { code, stdout, stderr } = await runCli(['mirror', ...args], { environment })
      return { code, text: stdout + stderr, json: () => JSON.parse(stdout) }
    },
    send: async (topic: string, count: number) => {
      const producer = factory.client.producer()
      const sent = { topic, partition: 0, value: Buffer.from('21.5') }
      await Promise.all(Array.from({ length: count }, () => producer.send(sent)))
      await producer.close()
    },
  }
}

test('leat mirror status shows each mirror, how far partitions are behind, and which groups follow', async (t) => {
  const { factory, centre, worker, begin, mirror, send } = await mirrored(t)
  const none = await mirror('status')
  assert.equal(none.code, 1)
  assert.match(none.text, /No mirror runs there; write one under 'mirrors:'/)

  await factory.client.createTopics([{ name: 'readings', partitions: 2 }, { name: '__own' }])
  await send('readings', 10)
  await readBy(factory.client, 'analysis', 'readings', 10)
  await begin()
  await eventually('the group follows', async () => {
    const { code, json } = await mirror('status', '-o', 'json')
    if (code !== 0) return false
    const { mirrors, groups } = json()
    // How far the copy has got is stored a moment after the records.
    return mirrors[0]?.behind === 0 && groups.some((one: { synced: boolean }) => one.synced)
  })
  const { mirrors, partitions, groups } = (await mirror('status', '-o', 'json')).json()
  const [{ leftOut, ...well }] = mirrors
  const state = { mirror: 'factory->centre', state: 'RUNNING', topics: 1 }
  assert.deepEqual(well, { ...state, behind: 0, secondsBehind: 0 })
  assert.ok(leftOut >= 1)
  assert.deepEqual(partitions[0], {
    ...{ mirror: 'factory->centre', topic: 'readings', as: 'factory.readings', partition: 0 },
    ...{ next: 10, end: 10, behind: 0, secondsBehind: 0 },
  })
  assert.deepEqual(groups, [{ mirror: 'factory->centre', group: 'analysis', synced: true }])

  // A mirror that rests falls behind.
  await worker.ask('PUT', '/connectors/factory->centre/stop')
  await worker.becomes('factory->centre', 'STOPPED', 0)
  await send('readings', 3)
  await eventually('it is behind', async () => {
    const [one] = (await mirror('status', '-o', 'json')).json().partitions
    return one.behind === 3 && one.secondsBehind > 0
  })
  const { text } = await mirror('status')
  assert.match(text, /^factory->centre +STOPPED /m)
  assert.match(text, /Connector factory->centre is STOPPED\./)
  assert.match(text, /^factory->centre +readings +factory\.readings +0 +10 +13 +3 +\d/m)
  await worker.ask('PUT', '/connectors/factory->centre/resume')
  await eventually(
    'the rest is there',
    async () => (await countOf(centre.client, 'factory.readings')) === 13,
  )
})

test('a mirror that has copied everything is behind by nothing, whatever heartbeats come', async (t) => {
  const { factory, worker, begin, mirror, send } = await mirrored(t)
  const topics = ['readings', 'heartbeats', 'elsewhere.heartbeats']
  await factory.client.createTopics(topics.map((name) => ({ name, partitions: 1 })))
  for (const topic of topics) await send(topic, 10)
  await begin()
  const status = async () => (await mirror('status', '-o', 'json')).json()
  await worker.becomes('factory->centre', 'RUNNING', 1)
  await eventually('all is copied', async () => {
    const { mirrors, partitions } = await status()
    const late = partitions.filter((one: { behind: number }) => one.behind > 0)
    return mirrors[0].topics === topics.length && late.length === 0
  })
  await worker.ask('PUT', '/connectors/factory->centre/stop')
  await worker.becomes('factory->centre', 'STOPPED', 0)
  for (const topic of topics.slice(1)) await send(topic, 3)
  const { mirrors, partitions } = await status()
  const { behind, secondsBehind } = mirrors[0]
  assert.deepEqual({ behind, secondsBehind }, { behind: 0, secondsBehind: 0 })
  // Their own rows show the way, and whether it is open.
  assert.deepEqual(
    partitions.map((one: { topic: string; behind: number }) => [one.topic, one.behind]).sort(),
    [
      ['elsewhere.heartbeats', 3],
      ['heartbeats', 3],
      ['readings', 0],
    ],
  )
})

test('leat mirror explain says why a topic or a group is not mirrored', async (t) => {
  const { factory, centre, begin, mirror, send, worker } = await mirrored(t, {
    topics: 'read.*,central.*,heart.*,centre.*',
    'topics.exclude': '.*secret',
    'groups.exclude': 'console-.*',
  })
  await factory.client.createTopics([
    ...['readings', 'reading-secret', 'plan', 'x.internal', 'centre.orders'].map((name) => ({
      name,
      partitions: 1,
    })),
  ])
  await send('readings', 5)
  await send('plan', 5)
  await readBy(factory.client, 'analysis', 'readings', 5)
  await readBy(factory.client, 'console-1', 'readings', 5)
  await readBy(factory.client, 'planners', 'plan', 5)
  await begin()
  const says = async (name: string) => (await mirror('explain', name)).text
  await eventually('it is mirrored', async () => (await says('readings')).includes('are copied'))
  assert.equal(
    await says('readings'),
    'factory->centre: topic readings is mirrored as factory.readings.\n  All its records are copied.\n',
  )
  assert.match(
    await says('reading-secret'),
    /is not mirrored\.\n {2}'topics\.exclude' has a pattern for it: \.\*secret\./,
  )
  assert.match(await says('plan'), /'topics' has no pattern for it: read\.\*,central\.\*/)
  assert.match(await says('x.internal'), /It is a topic of Kafka's, Connect's or a mirror's own/)
  assert.match(await says('centre.orders'), /It came from centre itself, and would go round/)
  assert.match(await says('nothing'), /There is no topic 'nothing' at factory\./)
  await eventually('the group follows', async () =>
    (await says('analysis')).includes('is mirrored'),
  )
  assert.match(
    await says('console-1'),
    /is not in step\.\n {2}'groups\.exclude' has a pattern for it/,
  )
  assert.match(await says('planners'), /It has no position in a topic that is mirrored\./)

  // Somebody uses the group at the centre, while it goes on at the factory.
  const using = centre.client.consumer({
    ...{ group: 'analysis', topics: ['factory.readings'], commitsHandled: false, onRecords() {} },
  })
  const running = using.run()
  await send('readings', 5)
  await readBy(factory.client, 'analysis', 'readings', 5)
  await eventually('it is said who uses it', async () =>
    /It is used at centre \(\w+\): it keeps its position there\./.test(await says('analysis')),
  )
  await using.close()
  await running
  const [row] = (await mirror('explain', 'plan', '-o', 'json')).json()
  assert.equal(row.mirrored, false)
  assert.equal(row.kind, 'topic')

  // A source that nobody finds.
  const config = {
    ...mirrorConfig({ factory, centre }, 'Source', often),
    'source.cluster.bootstrap.servers': '127.0.0.1:1',
  }
  await worker.ask('PUT', '/connectors/factory->centre/config', config)
  assert.match(await says('readings'), /The source, factory, cannot be reached: /)
})
