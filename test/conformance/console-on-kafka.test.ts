/** The console before an Apache Kafka: its topics, groups of both kinds, its rights. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaClient } from '../../src/client/index.ts'
import { startApacheKafka } from '../helpers/apache-kafka.ts'
import { apacheKafkaPeers } from '../helpers/clusters.ts'
import { consoleApi } from '../helpers/console.ts'
import { expectOnlyHers, fill } from '../helpers/console-rights.ts'
import { startInside } from '../helpers/doors.ts'
import { eventually } from '../helpers/eventually.ts'
import { kafkaTool } from '../helpers/kafka-tools.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { RunningProgram } from '../helpers/programs.ts'
import { startRuledKafka } from '../helpers/ruled-kafka.ts'
import { users } from '../helpers/secure-kafka.ts'

const patienceMs = 90_000

test('before an Apache Kafka topics, records and groups of both kinds are told and changed', {
  skip: withoutPeer(...apacheKafkaPeers, 'kafka-tools-4.3.1'),
}, async (t) => {
  const { brokers } = await startApacheKafka(t)
  const running = await startInside(
    t,
    `
kafka: { brokers: [ ${brokers} ] }
console: { bind: 127.0.0.1:0 }
`,
  )
  const { ask, records } = consoleApi(running)
  const made = { name: 'readings', partitions: 3, configs: { 'cleanup.policy': 'compact' } }
  assert.equal((await ask('/api/topics', { method: 'POST', body: made })).status, 201)
  for (const number of [1, 2, 3, 4, 5, 6]) {
    const body = { partition: number % 3, key: `${number}`, value: `${number}` }
    await eventually('the partition has a leader', async () => {
      const { status } = await ask('/api/topics/readings/records', { method: 'POST', body })
      return status === 201
    })
  }
  const { records: found, done } = await records('readings', { from: 'end', limit: 10 })
  assert.deepEqual(
    found.map(({ value }) => Number(value.value)),
    [6, 5, 4, 3, 2, 1],
  )
  assert.equal(done.reachedEnd, true)
  const { body: topics } = await ask('/api/topics')
  const listed = topics.find(({ name }: { name: string }) => name === 'readings')
  assert.deepEqual([listed.records, listed.cleanupPolicy], ['6', 'compact'])
  assert.ok(listed.bytes > 0)
  const wrong = { method: 'PATCH', body: { set: { 'retention.ms': 'long' } } }
  const refused = await ask('/api/topics/readings/configs', wrong)
  assert.deepEqual([refused.status, refused.body.error.code], [400, 'invalid-config'])
  const right = { method: 'PATCH', body: { set: { 'retention.ms': '60000' }, reset: [] } }
  assert.equal((await ask('/api/topics/readings/configs', right)).status, 204)
  await eventually('the topic says so', async () => {
    const { body: configs } = await ask('/api/topics/readings/configs')
    const retention = configs.find(({ name }: { name: string }) => name === 'retention.ms')
    return retention.value === '60000' && retention.source === 'topic'
  })

  for (const protocol of ['classic', 'consumer']) {
    const group = `java-${protocol}`
    const consumer = new RunningProgram(
      kafkaTool(
        '4.3.1',
        'ConsoleConsumer',
        ...['--bootstrap-server', brokers, '--topic', 'readings', '--group', group],
        ...['--from-beginning', '--command-property', `group.protocol=${protocol}`],
      ),
      {},
    )
    t.after(() => consumer.kill())
    const describe = async () => (await ask(`/api/groups/${group}`)).body
    const isAtWork = async () => {
      const { members, offsets } = await describe()
      const lags = offsets?.map(({ lag }: { lag: string }) => lag) ?? []
      return members?.length === 1 && lags.length === 3 && lags.every((lag: string) => lag === '0')
    }
    await eventually(`${group} has read and committed`, isAtWork, patienceMs)
    const { state, members } = await describe()
    assert.equal(state, 'Stable')
    assert.deepEqual(members[0].assignment, [{ topic: 'readings', partitions: [0, 1, 2] }])
    const listed = async () =>
      (await ask('/api/groups')).body.find((one: { group: string }) => one.group === group)
    assert.deepEqual([(await listed()).members, (await listed()).lag], [1, '0'])
    const move = { method: 'POST', body: { topic: 'readings', to: 'start', partitions: [1] } }
    assert.equal((await ask(`/api/groups/${group}/offsets`, move)).status, 409)
    await consumer.stop('SIGTERM', patienceMs)
    await eventually('nobody is in the group', async () => (await listed())?.members === 0)
    assert.equal((await ask(`/api/groups/${group}/offsets`, move)).status, 200)
    assert.equal((await listed()).lag, '2')
    assert.equal((await ask(`/api/groups/${group}`, { method: 'DELETE' })).status, 204)
    assert.equal((await ask(`/api/groups/${group}`)).status, 404)
  }
})

test('share groups are told beside the others, though they have no positions', {
  skip: withoutPeer(...apacheKafkaPeers, 'kafka-tools-4.3.1'),
}, async (t) => {
  const { brokers } = await startApacheKafka(t, {
    'group.coordinator.rebalance.protocols': 'classic,consumer,share',
  })
  const running = await startInside(
    t,
    `
kafka: { brokers: [ ${brokers} ] }
console: { bind: 127.0.0.1:0 }
`,
  )
  const { ask } = consoleApi(running)
  await ask('/api/topics', { method: 'POST', body: { name: 'shared', partitions: 1 } })
  const consumer = new RunningProgram(
    kafkaTool(
      '4.3.1',
      'ConsoleShareConsumer',
      ...['--bootstrap-server', brokers, '--topic', 'shared', '--group', 'workers'],
    ),
    {},
  )
  t.after(() => consumer.kill())
  const listed = async () =>
    (await ask('/api/groups')).body.find((one: { group: string }) => one.group === 'workers')
  const isThere = async () => (await listed())?.members === 1
  await eventually('the group has its member', isThere, patienceMs)
  assert.equal((await listed()).lag, null)
  await eventually('its member has its share', async () => {
    const { state, members, offsets } = (await ask('/api/groups/workers')).body
    const shares = JSON.stringify(members?.map(({ assignment }: Member) => assignment))
    const isShared = shares === '[[{"topic":"shared","partitions":[0]}]]'
    return isShared && state === 'Stable' && offsets.length === 0
  })
})

test('before an Apache Kafka with ACLs nobody sees or changes more than there', {
  skip: withoutPeer(...apacheKafkaPeers),
}, async (t) => {
  const { brokers, allow, startLeat } = await startRuledKafka(t)
  // Whom a cluster lets do everything it tells nobody.
  for (const resource of [['-t', '*'], ['-g', '*'], ['--cluster']])
    await allow('alice', 'All', ...resource)
  for (const type of ['-t', '-g']) await allow('bob', 'All', type, 'a.', '--pattern', 'prefixed')
  const running = await startLeat(`
registry: { bind: 127.0.0.1:0, auth: [ basic ] }
connect: { bind: 127.0.0.1:0, auth: [ basic ] }
console: { bind: 127.0.0.1:0, auth: [ basic ] }
`)
  await using client = new KafkaClient({ brokers: [brokers.PLAINTEXT], clientId: 'test' })
  const { ask } = consoleApi(running)
  const alice = { as: `alice:${users.alice}` }
  const bob = `bob:${users.bob}`
  await eventually(
    'Connect is ready',
    async () => (await ask('/api/connect/connectors', alice)).status === 200,
    patienceMs,
  )
  await fill(running, client, alice)
  await eventually('bob has his rights', async () => {
    return (await ask('/api/topics/a.one', { as: bob })).status === 200
  })
  await expectOnlyHers(t, running, client, bob)
})

interface Member {
  readonly assignment: object
}
