import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Produce } from '../../protocols/kafka/apis/00-produce.ts'
import { ListOffsets } from '../../protocols/kafka/apis/02-list-offsets.ts'
import { DeleteTopics } from '../../protocols/kafka/apis/20-delete-topics.ts'
import { DeleteRecords } from '../../protocols/kafka/apis/21-delete-records.ts'
import { DescribeConfigs } from '../../protocols/kafka/apis/32-describe-configs.ts'
import { AlterConfigs } from '../../protocols/kafka/apis/33-alter-configs.ts'
import { CreatePartitions } from '../../protocols/kafka/apis/37-create-partitions.ts'
import { IncrementalAlterConfigs } from '../../protocols/kafka/apis/44-incremental-alter-configs.ts'
import { DescribeTopicPartitions } from '../../protocols/kafka/apis/75-describe-topic-partitions.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { createTopics } from '../testing/create-topics.ts'
import { batchOf, openBroker, Peer } from '../testing/peer.ts'

const topicType = 2
const brokerType = 4

async function open(t: TestContext, config: Record<string, string> = {}) {
  const { port, bugs } = await openBroker(t, { config })
  const peer = await Peer.connect(t, port)
  return { peer, bugs }
}

async function ownConfig(peer: Peer, topic: string): Promise<Record<string, string | null>> {
  const { results } = await peer.request(DescribeConfigs, 4, {
    resources: [{ resourceType: topicType, resourceName: topic, configurationKeys: null }],
    includeSynonyms: true,
    includeDocumentation: true,
  })
  const own = results[0]?.configs.filter(({ configSource }) => configSource === 1) ?? []
  return Object.fromEntries(own.map(({ name, value }) => [name, value]))
}

test('topics that can be made are made, beside others that cannot', async (t) => {
  const { peer, bugs } = await open(t)
  await createTopics(peer, [{ name: 'there' }])
  const topics = await createTopics(peer, [
    { name: 'good', numPartitions: 3, configs: [{ name: 'retention.ms', value: '1000' }] },
    { name: 'there' },
    { name: 'bad name' },
    { name: 'none', numPartitions: 0 },
    { name: 'wrong', configs: [{ name: 'retention.ms', value: 'soon' }] },
    { name: 'unknown', configs: [{ name: 'no.such.config', value: '1' }] },
    { name: 'default', numPartitions: -1, replicationFactor: -1 },
  ])
  assert.deepEqual(
    topics.map((topic) => topic.errorCode),
    [
      errorCode.NONE,
      errorCode.TOPIC_ALREADY_EXISTS,
      errorCode.INVALID_TOPIC_EXCEPTION,
      errorCode.INVALID_PARTITIONS,
      errorCode.INVALID_CONFIG,
      errorCode.INVALID_CONFIG,
      errorCode.NONE,
    ],
  )
  assert.equal(topics[0]?.numPartitions, 3)
  assert.deepEqual(await ownConfig(peer, 'good'), { 'retention.ms': '1000' })
  assert.deepEqual(bugs, [])
})

test('what is only validated is not made', async (t) => {
  const { peer } = await open(t)
  assert.equal((await createTopics(peer, [{ name: 'dry' }], true))[0]?.errorCode, errorCode.NONE)
  assert.equal((await createTopics(peer, [{ name: 'dry' }]))[0]?.errorCode, errorCode.NONE)
})

test('three replicas are accepted and one is kept, unless kafka.replication is strict', async (t) => {
  const lenient = await open(t)
  const [made] = await createTopics(lenient.peer, [{ name: 'three', replicationFactor: 3 }])
  assert.deepEqual([made?.errorCode, made?.replicationFactor], [errorCode.NONE, 1])
  const strict = await open(t, { 'kafka.replication': 'strict' })
  const [refused] = await createTopics(strict.peer, [{ name: 'three', replicationFactor: 3 }])
  assert.equal(refused?.errorCode, errorCode.INVALID_REPLICATION_FACTOR)
})

test('topics are deleted by name and by id; the broker’s own are not', async (t) => {
  const { peer } = await open(t)
  const [a, b] = await createTopics(peer, [{ name: 'a' }, { name: 'b' }])
  assert.ok(a && b)
  const { responses } = await peer.request(DeleteTopics, 6, {
    topics: [
      { name: 'a' },
      { topicId: b.topicId },
      { name: 'nowhere' },
      { topicId: Buffer.alloc(16, 7) },
      { name: '__consumer_offsets' },
    ].map((one) => ({ name: null, topicId: Buffer.alloc(16), ...one })),
    timeoutMs: 1000,
  })
  assert.deepEqual(
    responses.map(({ name, errorCode: code }) => [name, code]),
    [
      ['a', errorCode.NONE],
      ['b', errorCode.NONE],
      ['nowhere', errorCode.UNKNOWN_TOPIC_OR_PARTITION],
      [null, errorCode.UNKNOWN_TOPIC_ID],
      ['__consumer_offsets', errorCode.INVALID_REQUEST],
    ],
  )
})

test('a topic only gets more partitions, never fewer', async (t) => {
  const { peer } = await open(t)
  await createTopics(peer, [{ name: 'p', numPartitions: 2 }])
  const grow = async (count: number) => {
    const { results } = await peer.request(CreatePartitions, 3, {
      topics: [{ name: 'p', count, assignments: null }],
      timeoutMs: 1000,
      validateOnly: false,
    })
    return results[0]?.errorCode
  }
  assert.equal(await grow(2), errorCode.INVALID_PARTITIONS)
  assert.equal(await grow(5), errorCode.NONE)
  assert.equal(await grow(4), errorCode.INVALID_PARTITIONS)
})

test('records are deleted up to an offset, and the log begins there', async (t) => {
  const { peer } = await open(t)
  await createTopics(peer, [{ name: 'r' }])
  for (const value of ['a', 'b', 'c']) {
    await peer.request(Produce, 9, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: 'r', partitionData: [{ index: 0, records: batchOf([value]) }] }],
    })
  }
  const remove = async (offset: bigint) => {
    const { topics } = await peer.request(DeleteRecords, 2, {
      topics: [{ name: 'r', partitions: [{ partitionIndex: 0, offset }] }],
      timeoutMs: 1000,
    })
    const { lowWatermark, errorCode: code } = topics[0]?.partitions[0] ?? {}
    return [code, lowWatermark]
  }
  assert.deepEqual(await remove(2n), [errorCode.NONE, 2n])
  assert.deepEqual(await remove(9n), [errorCode.OFFSET_OUT_OF_RANGE, -1n])
  const { topics } = await peer.request(ListOffsets, 9, {
    replicaId: -1,
    isolationLevel: 0,
    topics: [
      { name: 'r', partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -2n }] },
    ],
  })
  assert.equal(topics[0]?.partitions[0]?.offset, 2n)
  assert.deepEqual(await remove(-1n), [errorCode.NONE, 3n])
})

test('configurations are set, added to, taken from and deleted one by one, or replaced all at once', async (t) => {
  const { peer } = await open(t)
  await createTopics(peer, [{ name: 'c', configs: [{ name: 'retention.ms', value: '5' }] }])
  const change = async (
    configs: readonly { name: string; configOperation: number; value: string | null }[],
    validateOnly = false,
  ) => {
    const { responses } = await peer.request(IncrementalAlterConfigs, 1, {
      resources: [{ resourceType: topicType, resourceName: 'c', configs }],
      validateOnly,
    })
    return responses[0]?.errorCode
  }
  const append = { name: 'cleanup.policy', configOperation: 2, value: 'compact' }
  assert.equal(await change([append]), errorCode.NONE)
  assert.deepEqual(await ownConfig(peer, 'c'), {
    'cleanup.policy': 'delete,compact',
    'retention.ms': '5',
  })
  const subtract = { name: 'cleanup.policy', configOperation: 3, value: 'delete' }
  const remove = { name: 'retention.ms', configOperation: 1, value: null }
  assert.equal(await change([subtract, remove]), errorCode.NONE)
  assert.deepEqual(await ownConfig(peer, 'c'), { 'cleanup.policy': 'compact' })
  const wrong = { name: 'segment.bytes', configOperation: 0, value: '-3' }
  assert.equal(await change([remove, wrong]), errorCode.INVALID_CONFIG)
  const dry = { name: 'segment.bytes', configOperation: 0, value: '1000' }
  assert.equal(await change([dry], true), errorCode.NONE)
  assert.deepEqual(await ownConfig(peer, 'c'), { 'cleanup.policy': 'compact' })
  await peer.request(AlterConfigs, 2, {
    resources: [
      {
        resourceType: topicType,
        resourceName: 'c',
        configs: [{ name: 'max.message.bytes', value: '77' }],
      },
    ],
    validateOnly: false,
  })
  assert.deepEqual(await ownConfig(peer, 'c'), { 'max.message.bytes': '77' })
})

test('the broker shows its configurations with where they come from, and keeps them while it runs', async (t) => {
  const { peer } = await open(t, { 'num.partitions': '7' })
  const { results } = await peer.request(DescribeConfigs, 4, {
    resources: [
      { resourceType: brokerType, resourceName: '1', configurationKeys: ['num.partitions'] },
      { resourceType: brokerType, resourceName: '9', configurationKeys: null },
    ],
    includeSynonyms: false,
    includeDocumentation: false,
  })
  const [config] = results[0]?.configs ?? []
  assert.deepEqual([config?.value, config?.configSource, config?.readOnly], ['7', 4, true])
  assert.equal(results[1]?.errorCode, errorCode.INVALID_REQUEST)
  const { responses } = await peer.request(IncrementalAlterConfigs, 1, {
    resources: [
      {
        resourceType: brokerType,
        resourceName: '1',
        configs: [{ name: 'num.partitions', configOperation: 0, value: '8' }],
      },
    ],
    validateOnly: false,
  })
  assert.equal(responses[0]?.errorCode, errorCode.INVALID_REQUEST)
})

test('partitions are described page by page, each once', async (t) => {
  const { peer } = await open(t)
  await createTopics(peer, [
    { name: 'x', numPartitions: 3 },
    { name: 'y', numPartitions: 4 },
  ])
  const seen: string[] = []
  const readFrom = async (cursor: { topicName: string; partitionIndex: number } | null) => {
    const page = await peer.request(DescribeTopicPartitions, 0, {
      topics: [{ name: 'x' }, { name: 'y' }],
      responsePartitionLimit: 2,
      cursor,
    })
    for (const { name, partitions } of page.topics) {
      seen.push(...partitions.map(({ partitionIndex }) => `${name}-${partitionIndex}`))
    }
    return page.nextCursor
  }
  let cursor = await readFrom(null)
  while (cursor !== null) cursor = await readFrom(cursor)
  assert.deepEqual(seen, ['x-0', 'x-1', 'x-2', 'y-0', 'y-1', 'y-2', 'y-3'])
})

test('a page that begins before the first partition is refused, and a missing topic is told', async (t) => {
  const { peer } = await open(t)
  await createTopics(peer, [{ name: 'x' }])
  const codesFrom = async (partitionIndex: number) => {
    const page = await peer.request(DescribeTopicPartitions, 0, {
      topics: [{ name: 'x' }, { name: 'y' }],
      responsePartitionLimit: 10,
      cursor: { topicName: 'x', partitionIndex },
    })
    return page.topics.map((topic) => topic.errorCode)
  }
  const { NONE, INVALID_REQUEST, UNKNOWN_TOPIC_OR_PARTITION } = errorCode
  assert.deepEqual(await codesFrom(-1), [INVALID_REQUEST, INVALID_REQUEST])
  assert.deepEqual(await codesFrom(0), [NONE, UNKNOWN_TOPIC_OR_PARTITION])
})
