import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Produce } from '../protocols/kafka/apis/00-produce.ts'
import { Fetch } from '../protocols/kafka/apis/01-fetch.ts'
import { ListOffsets } from '../protocols/kafka/apis/02-list-offsets.ts'
import { Metadata } from '../protocols/kafka/apis/03-metadata.ts'
import { FindCoordinator } from '../protocols/kafka/apis/10-find-coordinator.ts'
import { ApiVersions } from '../protocols/kafka/apis/18-api-versions.ts'
import { InitProducerId } from '../protocols/kafka/apis/22-init-producer-id.ts'
import { DescribeAcls } from '../protocols/kafka/apis/29-describe-acls.ts'
import { errorCode } from '../protocols/kafka/error-codes.ts'
import { decodeBatch, encodeBatch } from '../protocols/kafka/record-batch.ts'
import { blank } from '../protocols/kafka/schema.ts'
import { handlers } from './handlers/index.ts'
import { fetchOf } from './testing/fetch-of.ts'
import { batchOf, openBroker, Peer } from './testing/peer.ts'

const metadataVersion = 12
const produceVersion = 9
const fetchVersion = 12

async function produce(
  peer: Peer,
  topic: string,
  records: Buffer,
  { acks = -1, version = produceVersion, index = 0 } = {},
) {
  const answer = await peer.request(Produce, version, {
    transactionalId: null,
    acks,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index, records }] }],
  })
  const partition = answer.responses[0]?.partitionResponses[0]
  assert.ok(partition)
  return partition
}

async function fetch(peer: Peer, topic: string, offset: bigint, more = {}) {
  const answer = await peer.request(Fetch, fetchVersion, fetchOf(topic, offset, more))
  const partition = answer.responses[0]?.partitions[0]
  assert.ok(partition)
  return partition
}

function valuesIn(records: Buffer | null): string[] {
  const values: string[] = []
  for (let at = 0; records !== null && at < records.length; ) {
    const { header, records: decoded } = decodeBatch(records, at)
    values.push(...decoded.map(({ value }) => String(value)))
    at += header.sizeBytes
  }
  return values
}

test('requests that a client pipelines before reading are answered in order', async (t) => {
  const { port } = await openBroker(t)
  const peer = await Peer.connect(t, port)
  peer.send(ApiVersions, 0, {})
  peer.send(Metadata, 0, { topics: [] })
  const versions = await peer.receive(ApiVersions, 0, 1)
  assert.equal(versions.errorCode, errorCode.NONE)
  const metadata = await peer.receive(Metadata, 0, 2)
  assert.equal(metadata.brokers.length, 1)
})

test('an unknown version of ApiVersions is answered by error 35 in version 0', async (t) => {
  const { port } = await openBroker(t)
  const peer = await Peer.connect(t, port)
  const header = Buffer.from('00000000001203e700000005ffff', 'hex')
  header.writeInt32BE(header.length - 4, 0)
  peer.write(header)
  const answer = await peer.receive(ApiVersions, 0, 5)
  assert.equal(answer.errorCode, errorCode.UNSUPPORTED_VERSION)
  assert.deepEqual(
    answer.apiKeys.map(({ apiKey }) => apiKey),
    [18],
  )
})

/** What is malformed when it is zero, by API. */
const notBlank: Record<number, object> = {
  [Produce.key]: { acks: 1 },
  [DescribeAcls.key]: { resourceTypeFilter: 1, operation: 1, permissionType: 1 },
}

test('every API answers a blank request in every version that it announces', async (t) => {
  const { port, bugs } = await openBroker(t)
  for (const { api } of handlers) {
    for (let version = api.versions.from; version <= api.versions.to; version++) {
      const peer = await Peer.connect(t, port)
      await peer.request(api, version, { ...blank(api.request), ...notBlank[api.key] })
    }
  }
  assert.deepEqual(bugs, [])
})

test('a version that is not served closes the connection', async (t) => {
  const { port } = await openBroker(t)
  const peer = await Peer.connect(t, port)
  peer.write(Buffer.from('0000000a0003006300000001ffff', 'hex'))
  await peer.untilClosed()
})

test('a topic that a client asks for is made, with one partition unless set', async (t) => {
  const { port } = await openBroker(t, { config: { 'num.partitions': '3' } })
  const peer = await Peer.connect(t, port)
  const ask = (allowAutoTopicCreation: boolean) =>
    peer.request(Metadata, metadataVersion, {
      topics: [{ topicId: Buffer.alloc(16), name: 'new' }],
      allowAutoTopicCreation,
      includeTopicAuthorizedOperations: false,
    })
  const before = await ask(false)
  assert.equal(before.topics[0]?.errorCode, errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  const after = await ask(true)
  assert.equal(after.topics[0]?.errorCode, errorCode.NONE)
  assert.equal(after.topics[0]?.partitions.length, 3)
})

test('what is produced is read back byte by byte, with its offsets', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const peer = await Peer.connect(t, port)
  assert.equal((await produce(peer, 't', batchOf(['a', 'b']))).baseOffset, 0n)
  assert.equal((await produce(peer, 't', batchOf(['c']), { acks: 1 })).baseOffset, 2n)
  const found = await fetch(peer, 't', 0n)
  assert.deepEqual(valuesIn(found.records), ['a', 'b', 'c'])
  assert.equal(found.highWatermark, 3n)
})

test('a fetch from the middle of a batch gets that batch, so that no record is lost', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const peer = await Peer.connect(t, port)
  await produce(peer, 't', batchOf(['a', 'b', 'c', 'd']))
  await produce(peer, 't', batchOf(['e']))
  assert.deepEqual(valuesIn((await fetch(peer, 't', 2n)).records), ['a', 'b', 'c', 'd', 'e'])
})

test('acks=0 gets no answer at all, so the next answer is the next request’s', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const peer = await Peer.connect(t, port)
  for (let i = 0; i < 100; i++) {
    peer.send(Produce, 7, {
      transactionalId: null,
      acks: 0,
      timeoutMs: 1000,
      topicData: [{ name: 't', partitionData: [{ index: 0, records: batchOf([`${i}`]) }] }],
    })
  }
  assert.equal((await produce(peer, 't', batchOf(['last']))).baseOffset, 100n)
})

test('records are refused with the code and the reason that Kafka gives', async (t) => {
  const { port, bugs } = await openBroker(t, {
    topics: {
      t: { config: { 'max.message.bytes': '500' } },
      c: { config: { 'cleanup.policy': 'compact' } },
    },
  })
  const peer = await Peer.connect(t, port)
  const codeOf = async (topic: string, records: Buffer, more = {}) =>
    (await produce(peer, topic, records, more)).errorCode
  const damaged = batchOf(['a'])
  damaged[damaged.length - 1] = 0xff
  const keyless = encodeBatch({
    records: [{ timestamp: BigInt(Date.now()), key: null, value: Buffer.from('v') }],
  })
  const hour = 3_600_000n
  assert.equal(await codeOf('t', batchOf(['x'.repeat(600)])), errorCode.MESSAGE_TOO_LARGE)
  assert.equal(await codeOf('t', damaged), errorCode.CORRUPT_MESSAGE)
  assert.equal(await codeOf('t', batchOf(['a']).subarray(0, 40)), errorCode.INVALID_RECORD)
  assert.equal(await codeOf('t', Buffer.alloc(0)), errorCode.INVALID_RECORD)
  assert.equal(
    await codeOf('t', Buffer.concat([batchOf(['a']), batchOf(['b'])])),
    errorCode.INVALID_RECORD,
  )
  assert.equal(
    await codeOf('t', batchOf(['a'], BigInt(Date.now()) + 2n * hour)),
    errorCode.INVALID_TIMESTAMP,
  )
  assert.equal(await codeOf('c', keyless), errorCode.INVALID_RECORD)
  assert.equal(await codeOf('none', batchOf(['a'])), errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  assert.equal(
    await codeOf('t', batchOf(['a']), { index: 1 }),
    errorCode.UNKNOWN_TOPIC_OR_PARTITION,
  )
  assert.equal(await codeOf('t', batchOf(['a']), { acks: 2 }), errorCode.INVALID_REQUIRED_ACKS)
  assert.equal(
    await codeOf('__consumer_offsets', batchOf(['a'])),
    errorCode.INVALID_TOPIC_EXCEPTION,
  )
  assert.equal((await produce(peer, 't', batchOf(['good']))).baseOffset, 0n)
  assert.deepEqual(bugs, [])
})

test('a fetch waits for records as long as it may, and is answered when they come', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const [reader, writer] = [await Peer.connect(t, port), await Peer.connect(t, port)]
  const waiting = fetch(reader, 't', 0n, { maxWaitMs: 60_000 })
  await produce(writer, 't', batchOf(['a']))
  assert.deepEqual(valuesIn((await waiting).records), ['a'])
  const empty = await fetch(reader, 't', 1n, { maxWaitMs: 10 })
  assert.deepEqual(valuesIn(empty.records), [])
})

test('a fetch that wants many bytes is not answered by the first few', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const [reader, writer] = [await Peer.connect(t, port), await Peer.connect(t, port)]
  const waiting = fetch(reader, 't', 0n, { maxWaitMs: 60_000, minBytes: 300 })
  for (const value of ['a', 'b', 'c', 'd', 'e', 'f']) await produce(writer, 't', batchOf([value]))
  assert.ok(valuesIn((await waiting).records).length >= 3)
})

test('offsets outside the log are out of range', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const peer = await Peer.connect(t, port)
  assert.equal((await fetch(peer, 't', 1n)).errorCode, errorCode.OFFSET_OUT_OF_RANGE)
  assert.equal((await fetch(peer, 't', -5n)).errorCode, errorCode.OFFSET_OUT_OF_RANGE)
})

test('a fetch session tells only what changed', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {}, u: {} } })
  const peer = await Peer.connect(t, port)
  const both = fetchOf('t', 0n, { sessionEpoch: 0 })
  const first = await peer.request(Fetch, fetchVersion, {
    ...both,
    topics: [
      ...both.topics,
      { topic: 'u', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 << 20 }] },
    ],
  })
  assert.ok(first.sessionId > 0)
  assert.equal(first.responses.length, 2)
  const next = async (sessionEpoch: number) => {
    const { errorCode: code, responses } = await peer.request(Fetch, fetchVersion, {
      ...fetchOf('t', 0n, { sessionId: first.sessionId, sessionEpoch }),
      topics: [],
    })
    return [code, ...responses.map(({ topic }) => topic)]
  }
  assert.deepEqual(await next(1), [errorCode.NONE])
  await produce(peer, 'u', batchOf(['news']))
  assert.deepEqual(await next(2), [errorCode.NONE, 'u'])
  assert.deepEqual(await next(2), [errorCode.INVALID_FETCH_SESSION_EPOCH])
  const lost = await peer.request(
    Fetch,
    fetchVersion,
    fetchOf('t', 0n, { sessionId: 1234567, sessionEpoch: 5 }),
  )
  assert.equal(lost.errorCode, errorCode.FETCH_SESSION_ID_NOT_FOUND)
})

test('offsets are listed by every meaning of a timestamp', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const peer = await Peer.connect(t, port)
  const now = BigInt(Date.now())
  await produce(peer, 't', batchOf(['a', 'b', 'c'], now - 100n))
  const ask = async (timestamp: bigint) => {
    const answer = await peer.request(ListOffsets, 9, {
      replicaId: -1,
      isolationLevel: 0,
      topics: [
        { name: 't', partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp }] },
      ],
    })
    const { offset, timestamp: at } = answer.topics[0]?.partitions[0] ?? {}
    return [offset, at]
  }
  assert.deepEqual(await ask(-1n), [3n, -1n])
  assert.deepEqual(await ask(-2n), [0n, -1n])
  assert.deepEqual(await ask(-3n), [2n, now - 98n])
  assert.deepEqual(await ask(now - 99n), [1n, now - 99n])
  assert.deepEqual(await ask(0n), [0n, now - 100n])
  assert.deepEqual(await ask(now), [-1n, -1n])
})

test('an idempotent producer that repeats a batch writes it once', async (t) => {
  const { port } = await openBroker(t, { topics: { t: {} } })
  const peer = await Peer.connect(t, port)
  const identity = await peer.request(InitProducerId, 4, {
    transactionalId: null,
    transactionTimeoutMs: 1000,
  })
  const batch = (baseSequence: number) =>
    encodeBatch({
      records: [
        { timestamp: BigInt(Date.now()), key: null, value: Buffer.from(`${baseSequence}`) },
      ],
      producerId: identity.producerId,
      producerEpoch: identity.producerEpoch,
      baseSequence,
    })
  assert.equal((await produce(peer, 't', batch(0))).baseOffset, 0n)
  assert.equal((await produce(peer, 't', batch(1))).baseOffset, 1n)
  assert.equal((await produce(peer, 't', batch(1))).baseOffset, 1n)
  assert.equal(
    (await produce(peer, 't', batch(5))).errorCode,
    errorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
  )
  assert.deepEqual(valuesIn((await fetch(peer, 't', 0n)).records), ['0', '1'])
})

test('each listener answers with its own advertised address, in Metadata and FindCoordinator', async (t) => {
  const { broker } = await openBroker(t, {
    listeners: [
      { host: '127.0.0.1', port: 0, advertised: { host: 'inside', port: 1111 } },
      { host: '127.0.0.1', port: 0, advertised: { host: 'outside', port: 2222 } },
      { host: '127.0.0.1', port: 0 },
    ],
  })
  const seen: string[] = []
  for (const { port } of broker.addresses) {
    const peer = await Peer.connect(t, port)
    const metadata = await peer.request(Metadata, 1, { topics: [] })
    const found = await peer.request(FindCoordinator, 2, { key: 'g', keyType: 0 })
    const address = metadata.brokers.map(({ host, port }) => `${host}:${port}`).join()
    assert.equal(`${found.host}:${found.port}`, address)
    seen.push(address)
  }
  assert.deepEqual(seen, ['inside:1111', 'outside:2222', `127.0.0.1:${broker.addresses[2]?.port}`])
})

test('a topic with log-append time gives records the time of the broker', async (t) => {
  const { port } = await openBroker(t, {
    topics: { t: { config: { 'message.timestamp.type': 'LogAppendTime' } } },
  })
  const peer = await Peer.connect(t, port)
  const before = BigInt(Date.now())
  const { logAppendTimeMs } = await produce(peer, 't', batchOf(['a'], 1000n))
  assert.ok(logAppendTimeMs >= before)
  const { records } = await fetch(peer, 't', 0n)
  assert.equal(decodeBatch(records as Buffer, 0).records[0]?.timestamp, logAppendTimeMs)
})

test('topics, their ids and the cluster’s id are the same after a restart', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'leat-broker-'))
  const first = await openBroker(t, { directory, topics: { t: { partitions: 2 } } })
  const describe = async (port: number) => {
    const peer = await Peer.connect(t, port)
    const { clusterId, topics } = await peer.request(Metadata, metadataVersion, {
      topics: null,
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: false,
    })
    return {
      clusterId,
      topics: topics.map(({ name, topicId, partitions }) => ({ name, topicId, partitions })),
    }
  }
  const before = await describe(first.port)
  await first.broker.close()
  const second = await openBroker(t, { directory })
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  assert.deepEqual(await describe(second.port), before)
})

test('more connections than max.connections are refused, and the others go on', async (t) => {
  const { port } = await openBroker(t, { config: { 'max.connections': '2' } })
  const [one, two] = [await Peer.connect(t, port), await Peer.connect(t, port)]
  await (await Peer.connect(t, port)).untilClosed()
  for (const peer of [one, two]) await peer.request(ApiVersions, 0, {})
})
