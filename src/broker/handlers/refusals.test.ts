import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { DeleteTopics } from '../../protocols/kafka/apis/20-delete-topics.ts'
import { DeleteRecords } from '../../protocols/kafka/apis/21-delete-records.ts'
import { DescribeConfigs } from '../../protocols/kafka/apis/32-describe-configs.ts'
import { CreatePartitions } from '../../protocols/kafka/apis/37-create-partitions.ts'
import { IncrementalAlterConfigs } from '../../protocols/kafka/apis/44-incremental-alter-configs.ts'
import { DescribeCluster } from '../../protocols/kafka/apis/60-describe-cluster.ts'
import { ListConfigResources } from '../../protocols/kafka/apis/74-list-config-resources.ts'
import { DescribeTopicPartitions } from '../../protocols/kafka/apis/75-describe-topic-partitions.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { createTopics } from '../testing/create-topics.ts'
import { openBroker, Peer } from '../testing/peer.ts'

const topicType = 2
const brokerType = 4
const noId = Buffer.alloc(16)

async function open(t: TestContext) {
  const { port, bugs } = await openBroker(t)
  const peer = await Peer.connect(t, port)
  return { peer, bugs }
}

test('a topic that a request names twice is answered once, and nothing happens to it', async (t) => {
  const { peer } = await open(t)
  const answers = await createTopics(peer, [{ name: 'a' }, { name: 'b' }, { name: 'a' }])
  assert.deepEqual(
    answers.map(({ name, errorCode: code }) => [name, code]),
    [
      ['a', errorCode.INVALID_REQUEST],
      ['b', errorCode.NONE],
    ],
  )
  const grown = await peer.request(CreatePartitions, 3, {
    topics: [2, 3].map((count) => ({ name: 'b', count, assignments: null })),
    timeoutMs: 1000,
    validateOnly: false,
  })
  assert.deepEqual(
    grown.results.map((one) => one.errorCode),
    [errorCode.INVALID_REQUEST],
  )
  const b = { name: 'b', topicId: noId }
  const gone = await peer.request(DeleteTopics, 6, { topics: [b, b], timeoutMs: 1000 })
  assert.deepEqual(
    gone.responses.map((one) => one.errorCode),
    [errorCode.INVALID_REQUEST],
  )
  const [again] = await createTopics(peer, [{ name: 'b' }])
  assert.equal(again?.errorCode, errorCode.TOPIC_ALREADY_EXISTS)
})

test('a topic is deleted by its name or by its id, not by both and not by neither', async (t) => {
  const { peer } = await open(t)
  const [made] = await createTopics(peer, [{ name: 'kept' }])
  const { responses } = await peer.request(DeleteTopics, 6, {
    topics: [
      { name: 'kept', topicId: made?.topicId ?? noId },
      { name: null, topicId: noId },
    ],
    timeoutMs: 1000,
  })
  for (const answer of responses) assert.equal(answer.errorCode, errorCode.INVALID_REQUEST)
  const [again] = await createTopics(peer, [{ name: 'kept' }])
  assert.equal(again?.errorCode, errorCode.TOPIC_ALREADY_EXISTS)
})

test('nobody takes the name of the topic in which the cluster keeps its state', async (t) => {
  const { peer, bugs } = await open(t)
  const name = '__cluster_metadata'
  const [made] = await createTopics(peer, [{ name, numPartitions: 2 }])
  assert.equal(made?.errorCode, errorCode.INVALID_TOPIC_EXCEPTION)
  const { topics } = await peer.request(Metadata, 12, {
    topics: [{ topicId: noId, name }],
    allowAutoTopicCreation: true,
    includeTopicAuthorizedOperations: false,
  })
  assert.equal(topics[0]?.errorCode, errorCode.INVALID_TOPIC_EXCEPTION)
  assert.deepEqual(bugs, [])
})

test('records are not deleted where only compaction may, and are where old segments go too', async (t) => {
  const { peer } = await open(t)
  const policy = (value: string) => [
    { name: 'cleanup.policy', value },
    { name: 'retention.ms', value: '-1' },
  ]
  await createTopics(peer, [
    { name: 'compacted', configs: policy('compact') },
    { name: 'both', configs: policy('compact,delete') },
  ])
  const { topics } = await peer.request(DeleteRecords, 2, {
    topics: ['compacted', 'both'].map((name) => ({
      name,
      partitions: [{ partitionIndex: 0, offset: 0n }],
    })),
    timeoutMs: 1000,
  })
  assert.deepEqual(
    topics.map(({ partitions }) => partitions[0]?.errorCode),
    [errorCode.POLICY_VIOLATION, errorCode.NONE],
  )
})

test('changes of configurations that cannot be meant leave a topic as it is', async (t) => {
  const { peer } = await open(t)
  await createTopics(peer, [{ name: 'c' }])
  const change = (name: string, configOperation: number, value: string | null, to = 'c') => ({
    resourceType: topicType,
    resourceName: to,
    configs: [{ name, configOperation, value }],
  })
  const alter = async (...resources: ReturnType<typeof change>[]) => {
    const { responses } = await peer.request(IncrementalAlterConfigs, 1, {
      resources,
      validateOnly: false,
    })
    return responses.map((one) => one.errorCode)
  }
  const { INVALID_REQUEST, INVALID_CONFIG, INVALID_TOPIC_EXCEPTION } = errorCode
  assert.deepEqual(await alter(change('retention.ms', 0, null)), [INVALID_REQUEST])
  assert.deepEqual(await alter(change('cleanup.policy', 9, 'compact')), [INVALID_REQUEST])
  assert.deepEqual(await alter(change('retention.ms', 2, '5')), [INVALID_CONFIG])
  assert.deepEqual(await alter(change('flush.ms', 0, '1', 'bad name')), [INVALID_TOPIC_EXCEPTION])
  const twice = [change('flush.ms', 0, '1'), change('flush.ms', 0, '2')]
  assert.deepEqual(await alter(...twice), [INVALID_REQUEST])
  const throttled = 'leader.replication.throttled.replicas'
  assert.deepEqual(await alter(change(throttled, 0, 'all of them')), [INVALID_CONFIG])
  const { results } = await peer.request(DescribeConfigs, 4, {
    resources: [{ resourceType: topicType, resourceName: 'c', configurationKeys: [] }],
    includeSynonyms: false,
    includeDocumentation: false,
  })
  const configs = results[0]?.configs ?? []
  assert.ok(configs.length > 0, 'no keys ask for all of them')
  for (const { name, configSource } of configs) assert.equal(configSource, 5, name)
})

test('a policy may be taken from a topic until none is left, and nothing is deleted then', async (t) => {
  const { peer } = await open(t)
  await createTopics(peer, [
    { name: 'kept', configs: [{ name: 'cleanup.policy', value: 'compact, delete' }] },
  ])
  const { responses } = await peer.request(IncrementalAlterConfigs, 1, {
    resources: [
      {
        resourceType: topicType,
        resourceName: 'kept',
        configs: [{ name: 'cleanup.policy', configOperation: 3, value: 'delete,compact' }],
      },
    ],
    validateOnly: false,
  })
  assert.equal(responses[0]?.errorCode, errorCode.NONE)
  const { results } = await peer.request(DescribeConfigs, 4, {
    resources: [
      { resourceType: topicType, resourceName: 'kept', configurationKeys: ['cleanup.policy'] },
    ],
    includeSynonyms: false,
    includeDocumentation: false,
  })
  assert.equal(results[0]?.configs[0]?.value, '')
})

test('a page of partitions begins in a topic that is asked for, and illegal names are told apart', async (t) => {
  const { peer } = await open(t)
  await createTopics(peer, [{ name: 'one' }])
  const read = async (
    names: string[],
    cursor: { topicName: string; partitionIndex: number } | null,
  ) => {
    const { topics } = await peer.request(DescribeTopicPartitions, 0, {
      topics: names.map((name) => ({ name })),
      responsePartitionLimit: 10,
      cursor,
    })
    return topics.map(({ name, errorCode: code }) => [name, code])
  }
  const elsewhere = { topicName: 'a', partitionIndex: 0 }
  assert.deepEqual(await read(['one'], elsewhere), [['one', errorCode.INVALID_REQUEST]])
  assert.deepEqual(await read(['not one', 'one', 'two'], null), [
    ['not one', errorCode.INVALID_TOPIC_EXCEPTION],
    ['one', errorCode.NONE],
    ['two', errorCode.UNKNOWN_TOPIC_OR_PARTITION],
  ])
})

test('a client that looks for controllers is told that this is a broker', async (t) => {
  const { peer } = await open(t)
  const ask = async (endpointType: number) => {
    const answer = await peer.request(DescribeCluster, 1, {
      includeClusterAuthorizedOperations: false,
      endpointType,
    })
    return [answer.errorCode, answer.endpointType, answer.brokers.length]
  }
  assert.deepEqual(await ask(1), [errorCode.NONE, 1, 1])
  assert.deepEqual(await ask(2), [errorCode.MISMATCHED_ENDPOINT_TYPE, 1, 0])
  assert.deepEqual(await ask(9), [errorCode.UNSUPPORTED_ENDPOINT_TYPE, 1, 0])
})

test('resources with configurations are listed by kind, and unknown kinds are refused', async (t) => {
  const { peer } = await open(t)
  await createTopics(peer, [{ name: 'one' }])
  const list = async (...resourceTypes: number[]) => {
    const { errorCode, configResources } = await peer.request(ListConfigResources, 1, {
      resourceTypes,
    })
    return [errorCode, ...configResources.map(({ resourceName }) => resourceName).sort()]
  }
  assert.deepEqual(await list(topicType), [0, '__consumer_offsets', 'one'])
  assert.deepEqual(await list(brokerType), [0, '1'])
  assert.deepEqual(await list(), [0, '1', '__consumer_offsets', 'one'])
  assert.deepEqual(await list(16), [0])
  assert.deepEqual(await list(topicType, 99), [errorCode.UNSUPPORTED_VERSION])
})
