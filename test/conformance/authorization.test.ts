/**
 * leat and an Apache Kafka with its StandardAuthorizer are asked the same by a user who may do one
 * thing at a time. Their answers are compared field by field, but for words, addresses and ids.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  operations,
  patternTypes,
  permissions,
  resourceTypes,
  supportedOperations,
} from '../../src/access/acl.ts'
import { createToken, describeTokens } from '../../src/broker/delegation/testing/token-requests.ts'
import { batchOf, type Peer } from '../../src/broker/testing/peer.ts'
import { Produce } from '../../src/protocols/kafka/apis/00-produce.ts'
import { Metadata } from '../../src/protocols/kafka/apis/03-metadata.ts'
import { OffsetCommit } from '../../src/protocols/kafka/apis/08-offset-commit.ts'
import { FindCoordinator } from '../../src/protocols/kafka/apis/10-find-coordinator.ts'
import { CreateTopics } from '../../src/protocols/kafka/apis/19-create-topics.ts'
import { InitProducerId } from '../../src/protocols/kafka/apis/22-init-producer-id.ts'
import { DescribeAcls } from '../../src/protocols/kafka/apis/29-describe-acls.ts'
import { CreateAcls } from '../../src/protocols/kafka/apis/30-create-acls.ts'
import { DeleteAcls } from '../../src/protocols/kafka/apis/31-delete-acls.ts'
import { allAcls, deleteAcls, untilThereAre } from '../helpers/acls.ts'
import { eventually } from '../helpers/eventually.ts'
import { type GuardedKafka, guardedApacheKafka, guardedLeat } from '../helpers/guarded-kafka.ts'
import {
  changes,
  group,
  owner,
  type Question,
  questions,
  topic,
  transaction,
} from '../helpers/guarded-requests.ts'
import { withoutPeer } from '../helpers/peers.ts'
import { shared } from '../helpers/subject.ts'

const skip = withoutPeer('java', 'kafka-broker-4.4.0')
const kafka = shared(guardedApacheKafka)
const leat = shared(guardedLeat)

interface Rule {
  readonly resourceType: number
  readonly resourceName: string
  readonly resourcePatternType: number
  readonly operation: number
  readonly permissionType: number
}

const literal = { resourcePatternType: patternTypes.Literal, permissionType: permissions.Allow }
const resources = [
  { type: 'Topic', name: topic },
  { type: 'Group', name: group },
  { type: 'Cluster', name: 'kafka-cluster' },
  { type: 'TransactionalId', name: transaction },
  { type: 'User', name: `User:${owner}` },
] as const

/** Whatever can be allowed, each alone; where it stands in words is the title of the comparison. */
const single: readonly [string, Rule[]][] = resources.flatMap(({ type, name }) =>
  supportedOperations[type].map((operation): [string, Rule[]] => [
    `${operation} with ${type}`,
    [
      {
        ...literal,
        resourceType: resourceTypes[type],
        resourceName: name,
        operation: operations[operation],
      },
    ],
  ]),
)

const everything: readonly Rule[] = resources.map(({ type }) => ({
  ...literal,
  resourceType: resourceTypes[type],
  resourceName: type === 'Cluster' ? 'kafka-cluster' : '*',
  operation: operations.All,
}))

const prefixed = single.map(([title, rules]): [string, Rule[]] => [
  `${title}, by a prefix`,
  rules.map((rule) => ({
    ...rule,
    resourceName: rule.resourceName.slice(0, 4),
    resourcePatternType: patternTypes.Prefixed,
  })),
])

/** All but one thing. */
const denied = single.map(([title, rules]): [string, Rule[]] => [
  `all but ${title}`,
  [...everything, ...rules.map((rule) => ({ ...rule, permissionType: permissions.Deny }))],
])

test('without any rule, leat refuses every request in every version as Apache Kafka does', {
  skip,
}, async (t) => {
  await compare(t, [['nothing', []]], 'all versions')
})

test('with all rights, leat answers every request in every version as Apache Kafka does', {
  skip,
}, async (t) => {
  await compare(t, [['everything', [...everything]]], 'all versions')
})

test('leat allows with each single right what Apache Kafka allows', { skip }, async (t) => {
  await compare(t, single, 'oldest and newest')
})

test('leat allows with a prefixed right what Apache Kafka allows', { skip }, async (t) => {
  await compare(
    t,
    prefixed.filter(([title]) => !title.includes('Cluster')),
    'newest',
  )
})

test('leat refuses with each single denial what Apache Kafka refuses', { skip }, async (t) => {
  await compare(t, denied, 'oldest and newest')
})

test('leat refuses to change what Apache Kafka refuses to change', { skip }, async (t) => {
  const may = (...wanted: string[]) => single.filter(([title]) => wanted.includes(title))
  await compare(
    t,
    [
      ['nothing', []],
      ...may('Describe with Topic', 'Write with Topic', 'Read with Group', 'Alter with Cluster'),
    ],
    'all versions',
    changes,
  )
})

test('ACLs are created, listed and deleted with the answers of Apache Kafka', {
  skip,
}, async (t) => {
  const [theirs, ours] = await Promise.all(
    [await kafka(), await leat()].map(async ({ connect }) => {
      const [admin, alice] = await Promise.all([connect(t, 'admin'), connect(t, 'alice')])
      await setRules(admin, [])
      return [await playWithAcls(admin), await askForAcls(alice)]
    }),
  )
  assert.deepEqual(ours, theirs)
})

/** Rules that may be, and such that may not. */
async function playWithAcls(admin: Peer): Promise<unknown> {
  const acl = { ...literal, ...{ resourceType: 2, resourceName: 'a', operation: 3 } }
  const read = { ...acl, principal: 'User:alice', host: '*' }
  const creations = [
    ...[{}, {}, { resourceName: 'ab', resourcePatternType: 4 }, { resourceName: '*' }],
    ...[{ resourceName: '' }, { resourceType: 4 }, { principal: 'alice' }, { host: '' }],
    ...[{ resourceType: 99 }, { operation: 99 }, { permissionType: 99 }, { operation: 2 }],
    ...[
      { resourceType: 4, resourceName: 'kafka-cluster' },
      { resourceType: 7, operation: 13 },
    ],
  ].map((change) => ({ ...read, ...change }))
  const { results } = await admin.request(CreateAcls, 3, { creations })
  await untilThereAre(admin, 6)
  const filters = [
    ...[{}, { resourceNameFilter: 'abc' }, { resourceNameFilter: 'abc', patternTypeFilter: 2 }],
    ...[{ resourceNameFilter: 'a', patternTypeFilter: 2 }, { patternTypeFilter: 4 }],
    ...[{ resourceTypeFilter: 2, operation: 2 }, { principalFilter: 'User:bob' }],
    ...[{ hostFilter: '*', permissionType: 2 }, { resourceTypeFilter: 99 }, { operation: 99 }],
  ].map((change) => ({ ...allAcls, ...change }))
  const listed = []
  for (const filter of filters) listed.push(await admin.request(DescribeAcls, 3, filter))
  const known = filters.filter(({ resourceTypeFilter }) => resourceTypeFilter !== 99)
  const deleted = await admin.request(DeleteAcls, 2, { filters: known.slice(1) })
  await untilThereAre(admin, 1)
  const codes = results.map(({ errorCode }) => errorCode).join()
  return comparable({ codes, listed, deleted })
}

async function askForAcls(alice: Peer): Promise<unknown> {
  const read = { ...literal, resourceType: 2, resourceName: 'a', operation: 3 }
  return comparable([
    await alice.request(DescribeAcls, 1, allAcls),
    await alice.request(CreateAcls, 1, {
      creations: [{ ...read, principal: 'User:alice', host: '*' }],
    }),
    await alice.request(DeleteAcls, 1, { filters: [allAcls, allAcls] }),
  ])
}

type Versions = 'all versions' | 'oldest and newest' | 'newest'

async function compare(
  t: TestContext,
  cases: readonly (readonly [string, readonly Rule[]])[],
  versions: Versions,
  asked: readonly Question[] = questions,
): Promise<void> {
  const sides = await Promise.all([prepare(t, await kafka()), prepare(t, await leat())])
  const differences: object[] = []
  for (const [title, rules] of cases) {
    await Promise.all(sides.map((side) => side.setRules(rules)))
    for (const one of asked) {
      for (const version of chosen(one.versions, versions)) {
        const [theirs, ours] = await Promise.all(
          sides.map(async ({ ask: askAs }) => comparable(await askAs(one, version))),
        )
        try {
          assert.deepEqual(ours, theirs)
        } catch {
          differences.push({ title, request: `${one.name} ${version}`, theirs, ours })
        }
      }
    }
  }
  assert.deepEqual(differences, [], JSON.stringify(differences, undefined, 1))
}

function chosen({ from, to }: { from: number; to: number }, versions: Versions): number[] {
  if (versions === 'newest') return [to]
  if (versions === 'oldest and newest') return [...new Set([from, to])]
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}

interface Side {
  /** As alice; a connection that is closed is an answer as well. */
  ask(question: Question, version: number): Promise<unknown>
  setRules(rules: readonly Rule[]): Promise<void>
}

/** Makes a topic and a group with offsets. */
async function prepare(t: TestContext, { connect }: GuardedKafka): Promise<Side> {
  const admin = await connect(t, 'admin')
  await admin.request(CreateTopics, 7, {
    topics: [{ name: topic, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
  })
  const topicId = await eventually('the topic is there', async () => {
    const { topics } = await admin.request(Metadata, 12, {
      topics: [{ name: topic }],
      allowAutoTopicCreation: false,
    })
    return topics[0]?.errorCode === 0 ? topics[0].topicId : undefined
  })
  await eventually('the topic takes records', async () => {
    const { responses } = await admin.request(Produce, 9, {
      acks: -1,
      timeoutMs: 1000,
      topicData: [{ name: topic, partitionData: [{ index: 0, records: batchOf(['0']) }] }],
    })
    return responses[0]?.partitionResponses[0]?.errorCode === 0
  })
  await eventually('the group takes offsets', async () => {
    await admin.request(FindCoordinator, 4, { coordinatorKeys: [group] })
    const partition = { partitionIndex: 0, committedOffset: 0n, committedMetadata: '' }
    const { topics } = await admin.request(OffsetCommit, 9, {
      groupId: group,
      memberId: '',
      topics: [{ name: topic, partitions: [partition] }],
    })
    return topics[0]?.partitions[0]?.errorCode === 0
  })
  const { tokens } = await describeTokens(admin, [owner])
  if (tokens.length === 0) await createToken(admin)
  await eventually('the token is known', async () => {
    return (await describeTokens(admin, [owner])).tokens.length === 1
  })
  await eventually('producer ids are given out', async () => {
    const who = { transactionalId: null, transactionTimeoutMs: 1000 }
    return (await admin.request(InitProducerId, 4, who)).errorCode === 0
  })
  let alice = await connect(t, 'alice')
  return {
    async ask(question, version) {
      try {
        return await question.ask(alice, version, topicId)
      } catch {
        alice = await connect(t, 'alice')
        return 'closed'
      }
    },
    setRules: (rules) => setRules(admin, rules),
  }
}

async function setRules(admin: Peer, rules: readonly Rule[]): Promise<void> {
  await deleteAcls(admin)
  const creations = rules.map((rule) => ({ ...rule, principal: 'User:alice', host: '*' }))
  const { results } = await admin.request(CreateAcls, 3, { creations })
  assert.deepEqual(
    results.map(({ errorCode }) => errorCode),
    rules.map(() => 0),
  )
  await untilThereAre(admin, rules.length)
}

/** Words, addresses, ids, sizes and what they did before are each one's own. */
const ownOfEach = new Set([
  'errorMessage',
  'throttleTimeMs',
  'host',
  'port',
  'brokers',
  'clusterId',
  'nodeId',
  'nodeEndpoints',
  'controllerId',
  'topicId',
  'producerId',
  'memberId',
  'configs',
  'records',
  'highWatermark',
  'lastStableOffset',
  'baseOffset',
  'logAppendTimeMs',
  'logDir',
  'totalBytes',
  'usableBytes',
  'partitionSize',
  'abortedTransactions',
  'tokenId',
  'hmac',
  'issueTimestamp',
  'expiryTimestamp',
  'maxTimestamp',
])

function comparable(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('hex')
  if (typeof value === 'bigint') return `${value}`
  if (Array.isArray(value)) {
    return value.map(comparable).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !ownOfEach.has(name))
      .map(([name, inner]) => [name, comparable(inner)]),
  )
}
