import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { seededRandom } from '../../base/random.ts'
import { Produce } from '../../protocols/kafka/apis/00-produce.ts'
import { Fetch } from '../../protocols/kafka/apis/01-fetch.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { CreateTopics } from '../../protocols/kafka/apis/19-create-topics.ts'
import { DescribeClientQuotas } from '../../protocols/kafka/apis/48-describe-client-quotas.ts'
import { AlterClientQuotas } from '../../protocols/kafka/apis/49-alter-client-quotas.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { Insiders } from '../access/index.ts'
import { batchOf, openBroker, Peer } from '../testing/peer.ts'

/** Of everybody: the testing peer is anonymous and calls itself `peer`. */
async function setQuota(peer: Peer, key: string, value: number, entityType = 'user') {
  const entity = [{ entityType, entityName: null }]
  const ops = [{ key, value, remove: false }]
  const { entries } = await peer.request(AlterClientQuotas, 1, {
    entries: [{ entity, ops }],
    validateOnly: false,
  })
  assert.deepEqual(
    entries.map((one) => one.errorCode),
    [errorCode.NONE],
  )
}

async function produce(peer: Peer, bytes: number): Promise<number> {
  const records = batchOf(['x'.repeat(bytes)])
  const { throttleTimeMs } = await peer.request(Produce, 9, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 't', partitionData: [{ index: 0, records }] }],
  })
  return throttleTimeMs
}

function fetch(peer: Peer, sessionId = 0, sessionEpoch = 0) {
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1e6 }]
  return peer.request(Fetch, 12, {
    ...{ maxWaitMs: 0, minBytes: 0, sessionId, sessionEpoch },
    topics: [{ topic: 't', partitions }],
    forgottenTopicsData: [],
  })
}

test('a producer that writes more than it may is told, and not heard until it has waited', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const peer = await Peer.connect(t, port)
  await setQuota(peer, 'producer_byte_rate', 10_000)
  assert.equal(await produce(peer, 99_000), 0)
  // The broker's wait begins before we hear of it.
  const before = performance.now()
  const throttleMs = await produce(peer, 15_000)
  assert.ok(throttleMs > 0, `${throttleMs} ms`)
  await peer.request(Metadata, 12, { topics: [] })
  const waitedMs = performance.now() - before
  assert.ok(waitedMs > throttleMs - 5, `${waitedMs} of ${throttleMs} ms`)
})

test('other clients are heard while one waits', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const [slow, other] = [await Peer.connect(t, port), await Peer.connect(t, port)]
  await setQuota(slow, 'producer_byte_rate', 100)
  const throttleMs = await produce(slow, 100_000)
  assert.ok(throttleMs > 60_000)
  await other.request(Metadata, 12, { topics: [] })
})

test('a consumer that reads more than it may gets nothing until it has waited', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const peer = await Peer.connect(t, port)
  await produce(peer, 90_000)
  await setQuota(peer, 'consumer_byte_rate', 10_000)
  const first = await fetch(peer)
  assert.equal(first.throttleTimeMs, 0)
  assert.ok((first.responses[0]?.partitions[0]?.records?.length ?? 0) > 90_000)
  const throttled = await fetch(peer, first.sessionId, 1)
  assert.ok(throttled.throttleTimeMs > 5000, `${throttled.throttleTimeMs} ms`)
  assert.deepEqual(throttled.responses, [])
  assert.equal(throttled.sessionId, first.sessionId)
})

test('a client that takes more of the broker’s time than it may waits a second at most', async (t) => {
  const { port } = await openBroker(t)
  const peer = await Peer.connect(t, port)
  await setQuota(peer, 'request_percentage', 0.000001)
  const { throttleTimeMs } = await peer.request(Metadata, 12, { topics: [] })
  assert.equal(throttleTimeMs, 1000)
})

test('a client that has made more partitions than it may is refused, an old one waits', async (t) => {
  const { port } = await openBroker(t)
  await setQuota(await Peer.connect(t, port), 'controller_mutation_rate', 1)
  // Each on a connection of its own, which is heard.
  const make = async (version: number, name: string, numPartitions: number) =>
    (await Peer.connect(t, port)).request(CreateTopics, version, {
      topics: [{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }],
    })
  const first = await make(7, 'a', 50)
  assert.equal(first.topics[0]?.errorCode, errorCode.NONE)
  assert.equal(first.throttleTimeMs, 0)
  const refused = await make(7, 'b', 1)
  assert.equal(refused.topics[0]?.errorCode, errorCode.THROTTLING_QUOTA_EXCEEDED)
  assert.ok(refused.throttleTimeMs > 0 && refused.throttleTimeMs <= 39_000)
  const old = await make(5, 'b', 3)
  assert.equal(old.topics[0]?.errorCode, errorCode.NONE)
  assert.ok(old.throttleTimeMs > 2000 && old.throttleTimeMs <= 42_000)
})

test('an address that connects more often than it may is let in no more', async (t) => {
  const { port } = await openBroker(t)
  const peer = await Peer.connect(t, port)
  await setQuota(peer, 'connection_creation_rate', 1, 'ip')
  const ask = async () => {
    const another = await Peer.connect(t, port)
    await another.request(Metadata, 12, { topics: [] })
  }
  for (let count = 0; count < 10; count++) await ask()
  await assert.rejects(ask())
  await peer.request(Metadata, 12, { topics: [] })
})

test('more new connections in a second than max.connection.creation.rate are refused, of whatever address', async (t) => {
  const { port } = await openBroker(t, { config: { 'max.connection.creation.rate': '1' } })
  const ask = async () => {
    const peer = await Peer.connect(t, port)
    await peer.request(Metadata, 12, { topics: [] })
    return peer
  }
  const first = await ask()
  for (let count = 1; count < 10; count++) await ask()
  await assert.rejects(ask())
  await first.request(Metadata, 12, { topics: [] })
})

test('the parts of leat connect as often as they want', async (t) => {
  const door = { host: '127.0.0.1', port: 0 }
  const { broker } = await openBroker(t, {
    listeners: [{ ...door, insiders: new Insiders(['mqtt'], seededRandom(1)) }],
    config: { 'max.connections.per.ip': '1', 'max.connection.creation.rate': '1' },
    quotas: [{ entity: { ip: null }, values: { connection_creation_rate: 1 } }],
  })
  const port = broker.addresses[0]?.port ?? 0
  for (let count = 0; count < 20; count++) {
    await (await Peer.connect(t, port)).request(Metadata, 12, { topics: [] })
  }
})

test('more connections of an address than max.connections.per.ip are refused', async (t) => {
  const { port } = await openBroker(t, {
    config: { 'max.connections.per.ip': '1', 'max.connections.per.ip.overrides': '127.0.0.1:2' },
  })
  const peers = [await Peer.connect(t, port), await Peer.connect(t, port)]
  for (const peer of peers) await peer.request(Metadata, 12, { topics: [] })
  const third = await Peer.connect(t, port)
  await assert.rejects(third.request(Metadata, 12, { topics: [] }))
})

test('quotas survive a restart, are listed by what they are about, and can be taken away', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'leat-quotas-'))
  const first = await openBroker(t, { directory })
  const before = await Peer.connect(t, first.port)
  await setQuota(before, 'producer_byte_rate', 1e6)
  await setQuota(before, 'consumer_byte_rate', 2e6)
  await setQuota(before, 'connection_creation_rate', 5, 'ip')
  await first.broker.close()
  const second = await openBroker(t, { directory })
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const peer = await Peer.connect(t, second.port)
  const valuesOf = async (entityType: string) => {
    const components = [{ entityType, matchType: 2, match: null }]
    const answer = await peer.request(DescribeClientQuotas, 1, { components, strict: true })
    return answer.entries?.flatMap(({ values }) => values)
  }
  assert.deepEqual(await valuesOf('user'), [
    { key: 'producer_byte_rate', value: 1e6 },
    { key: 'consumer_byte_rate', value: 2e6 },
  ])
  await peer.request(AlterClientQuotas, 1, {
    entries: [
      {
        entity: [{ entityType: 'user', entityName: null }],
        ops: ['producer_byte_rate', 'consumer_byte_rate'].map((key) => ({
          ...{ key, value: 0, remove: true },
        })),
      },
    ],
    validateOnly: false,
  })
  assert.deepEqual(await valuesOf('user'), [])
  assert.equal((await valuesOf('ip'))?.length, 1)
})
