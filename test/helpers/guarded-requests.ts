/**
 * One request of every API that asks for rights, in every version. Where all is allowed they leave
 * things as they are, so that they can be asked again and again.
 */
import { batchOf, type Peer } from '../../src/broker/testing/peer.ts'
import { Produce } from '../../src/protocols/kafka/apis/00-produce.ts'
import { Fetch } from '../../src/protocols/kafka/apis/01-fetch.ts'
import { ListOffsets } from '../../src/protocols/kafka/apis/02-list-offsets.ts'
import { Metadata } from '../../src/protocols/kafka/apis/03-metadata.ts'
import { OffsetCommit } from '../../src/protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../../src/protocols/kafka/apis/09-offset-fetch.ts'
import { FindCoordinator } from '../../src/protocols/kafka/apis/10-find-coordinator.ts'
import { JoinGroup } from '../../src/protocols/kafka/apis/11-join-group.ts'
import { Heartbeat } from '../../src/protocols/kafka/apis/12-heartbeat.ts'
import { LeaveGroup } from '../../src/protocols/kafka/apis/13-leave-group.ts'
import { SyncGroup } from '../../src/protocols/kafka/apis/14-sync-group.ts'
import { DescribeGroups } from '../../src/protocols/kafka/apis/15-describe-groups.ts'
import { ListGroups } from '../../src/protocols/kafka/apis/16-list-groups.ts'
import { CreateTopics } from '../../src/protocols/kafka/apis/19-create-topics.ts'
import { DeleteTopics } from '../../src/protocols/kafka/apis/20-delete-topics.ts'
import { DeleteRecords } from '../../src/protocols/kafka/apis/21-delete-records.ts'
import { InitProducerId } from '../../src/protocols/kafka/apis/22-init-producer-id.ts'
import { OffsetForLeaderEpoch } from '../../src/protocols/kafka/apis/23-offset-for-leader-epoch.ts'
import { DescribeConfigs } from '../../src/protocols/kafka/apis/32-describe-configs.ts'
import { AlterConfigs } from '../../src/protocols/kafka/apis/33-alter-configs.ts'
import { DescribeLogDirs } from '../../src/protocols/kafka/apis/35-describe-log-dirs.ts'
import { CreatePartitions } from '../../src/protocols/kafka/apis/37-create-partitions.ts'
import { CreateDelegationToken } from '../../src/protocols/kafka/apis/38-create-delegation-token.ts'
import { RenewDelegationToken } from '../../src/protocols/kafka/apis/39-renew-delegation-token.ts'
import { ExpireDelegationToken } from '../../src/protocols/kafka/apis/40-expire-delegation-token.ts'
import { DescribeDelegationToken } from '../../src/protocols/kafka/apis/41-describe-delegation-token.ts'
import { DeleteGroups } from '../../src/protocols/kafka/apis/42-delete-groups.ts'
import { IncrementalAlterConfigs } from '../../src/protocols/kafka/apis/44-incremental-alter-configs.ts'
import { ListPartitionReassignments } from '../../src/protocols/kafka/apis/46-list-partition-reassignments.ts'
import { OffsetDelete } from '../../src/protocols/kafka/apis/47-offset-delete.ts'
import { DescribeClientQuotas } from '../../src/protocols/kafka/apis/48-describe-client-quotas.ts'
import { AlterClientQuotas } from '../../src/protocols/kafka/apis/49-alter-client-quotas.ts'
import { DescribeUserScramCredentials } from '../../src/protocols/kafka/apis/50-describe-user-scram-credentials.ts'
import { AlterUserScramCredentials } from '../../src/protocols/kafka/apis/51-alter-user-scram-credentials.ts'
import { DescribeCluster } from '../../src/protocols/kafka/apis/60-describe-cluster.ts'
import { DescribeProducers } from '../../src/protocols/kafka/apis/61-describe-producers.ts'
import { ListConfigResources } from '../../src/protocols/kafka/apis/74-list-config-resources.ts'
import { DescribeTopicPartitions } from '../../src/protocols/kafka/apis/75-describe-topic-partitions.ts'
import type { Api, Draft, Schema } from '../../src/protocols/kafka/schema.ts'

/** There is one of each; what begins with `absent` is nowhere. */
export const topic = 'readings'
export const group = 'dashboards'
export const transaction = 'orders'
/** Has a delegation token. */
export const owner = 'admin'
const absent = 'absent'
const names = [topic, absent]
const noId = Buffer.alloc(16)

export interface Question {
  readonly name: string
  readonly versions: { readonly from: number; readonly to: number }
  ask(peer: Peer, version: number, topicId: Buffer): Promise<unknown>
}

function question<Request extends Schema, Response extends Schema>(
  api: Api<Request, Response>,
  body: (version: number, topicId: Buffer) => Draft<Request>,
  from = api.versions.from,
  about = '',
): Question {
  return {
    name: `${api.name}${about}`,
    versions: { from, to: api.versions.to },
    ask: (peer, version, topicId) => peer.request(api, version, body(version, topicId)),
  }
}

/** Topics by name, or since some version by id: the one that exists, and one that nobody knows. */
function named<More extends object>(version: number, byId: number, topicId: Buffer, more: More) {
  return version < byId
    ? names.map((name) => ({ name, ...more }))
    : [topicId, Buffer.alloc(16, 7)].map((id) => ({ topicId: id, ...more }))
}

export const questions: readonly Question[] = [
  question(
    Produce,
    (version, topicId) => ({
      acks: 1,
      timeoutMs: 1000,
      topicData: named(version, 13, topicId, {
        partitionData: [{ index: 0, records: batchOf(['1']) }],
      }),
    }),
    3,
  ),
  question(Fetch, (version, topicId) => ({
    maxWaitMs: 0,
    minBytes: 0,
    topics: named(version, 13, topicId, {
      partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 100 }],
    }).map((one) => ({ ...one, topic: 'name' in one ? one.name : '' })),
    forgottenTopicsData: version < 7 ? undefined : [],
  })),
  question(ListOffsets, () => ({
    replicaId: -1,
    topics: names.map((name) => ({ name, partitions: [{ partitionIndex: 0, timestamp: -2n }] })),
  })),
  question(Metadata, (version) => ({
    topics: names.map((name) => ({ name })),
    ...(version >= 4 && { allowAutoTopicCreation: false }),
    ...(version >= 8 && { includeTopicAuthorizedOperations: true }),
    ...(version >= 8 && version <= 10 && { includeClusterAuthorizedOperations: true }),
  })),
  question(
    Metadata,
    (version) => ({
      topics: null,
      ...(version >= 8 && { includeTopicAuthorizedOperations: true }),
    }),
    1,
    ' of all topics',
  ),
  question(
    Metadata,
    (_version, topicId) => ({
      topics: [{ topicId, name: null }],
      allowAutoTopicCreation: false,
    }),
    12,
    ' by id',
  ),
  question(OffsetCommit, (version, topicId) => ({
    groupId: group,
    memberId: '',
    topics: named(version, 10, topicId, {
      partitions: [{ partitionIndex: 0, committedOffset: 0n, committedMetadata: '' }],
    }),
  })),
  question(OffsetFetch, (version, topicId) => {
    if (version < 8) {
      return {
        groupId: group,
        topics: names.map((name) => ({ name, partitionIndexes: [0] })),
      }
    }
    const topics = named(version, 10, topicId, { partitionIndexes: [0] })
    return { groups: [{ groupId: group, topics }] }
  }),
  question(
    OffsetFetch,
    (version) =>
      version < 8
        ? { groupId: group, topics: null }
        : { groups: [{ groupId: group, topics: null }] },
    2,
    ' of all topics',
  ),
  question(FindCoordinator, (version) =>
    version < 4 ? { key: group } : { coordinatorKeys: [group] },
  ),
  question(JoinGroup, (version) => ({
    groupId: group,
    // Whoever has no id would become a member.
    memberId: version < 4 ? 'nobody' : '',
    sessionTimeoutMs: 10_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
  })),
  question(Heartbeat, () => ({ groupId: group, generationId: 1, memberId: 'nobody' })),
  question(LeaveGroup, (version) => ({
    groupId: group,
    ...(version < 3 ? { memberId: 'nobody' } : { members: [{ memberId: 'nobody' }] }),
  })),
  question(SyncGroup, () => ({
    groupId: group,
    generationId: 1,
    memberId: 'nobody',
    ...{ protocolType: 'consumer', protocolName: 'range', assignments: [] },
  })),
  question(DescribeGroups, (version) => ({
    groups: [group],
    ...(version >= 3 && { includeAuthorizedOperations: true }),
  })),
  question(ListGroups, () => ({})),
  question(CreateTopics, () => ({
    topics: [topic, 'new'].map((name) => ({
      ...{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] },
    })),
    validateOnly: true,
  })),
  question(DeleteTopics, (version) => ({
    timeoutMs: 1000,
    ...(version < 6
      ? { topicNames: [absent] }
      : {
          topics: [
            { name: absent, topicId: noId },
            { name: null, topicId: Buffer.alloc(16, 7) },
          ],
        }),
  })),
  question(DeleteRecords, () => ({
    timeoutMs: 1000,
    topics: names.map((name) => ({ name, partitions: [{ partitionIndex: 0, offset: 0n }] })),
  })),
  question(InitProducerId, () => ({ transactionalId: null, transactionTimeoutMs: 1000 })),
  question(OffsetForLeaderEpoch, () => ({
    topics: names.map((name) => ({ topic: name, partitions: [{ partition: 0, leaderEpoch: 0 }] })),
  })),
  question(DescribeConfigs, () => ({
    resources: [
      ...names.map((resourceName) => ({ resourceType: 2, resourceName })),
      { resourceType: 4, resourceName: '1' },
    ].map((resource) => ({ ...resource, configurationKeys: ['cleanup.policy'] })),
  })),
  question(AlterConfigs, () => ({
    resources: names.map((resourceName) => ({ resourceType: 2, resourceName, configs: [] })),
    validateOnly: true,
  })),
  question(IncrementalAlterConfigs, () => ({
    resources: names.map((resourceName) => ({ resourceType: 2, resourceName, configs: [] })),
    validateOnly: true,
  })),
  question(DescribeLogDirs, () => ({ topics: [{ topic, partitions: [0] }] })),
  question(CreatePartitions, () => ({
    topics: names.map((name) => ({ name, count: 2, assignments: null })),
    timeoutMs: 1000,
    validateOnly: true,
  })),
  // Whom no login is for cannot renew it: nothing is made where it is allowed.
  question(
    CreateDelegationToken,
    () => ({
      ownerPrincipalType: 'User',
      ownerPrincipalName: owner,
      renewers: [{ principalType: 'Group', principalName: owner }],
      maxLifetimeMs: -1n,
    }),
    3,
  ),
  question(RenewDelegationToken, () => ({ hmac: noId, renewPeriodMs: -1n })),
  question(ExpireDelegationToken, () => ({ hmac: noId, expiryTimePeriodMs: -1n })),
  question(DescribeDelegationToken, () => ({ owners: null })),
  question(
    DescribeDelegationToken,
    () => ({ owners: [{ principalType: 'User', principalName: owner }] }),
    1,
    ' of a user',
  ),
  question(DeleteGroups, () => ({ groupsNames: [absent] })),
  question(ListPartitionReassignments, () => ({})),
  question(OffsetDelete, () => ({
    groupId: group,
    topics: [{ name: absent, partitions: [{ partitionIndex: 0 }] }],
  })),
  question(DescribeCluster, () => ({ includeClusterAuthorizedOperations: true })),
  question(DescribeProducers, () => ({
    topics: names.map((name) => ({ name, partitionIndexes: [0] })),
  })),
  question(ListConfigResources, (version) => (version < 1 ? {} : { resourceTypes: [2] })),
  question(DescribeClientQuotas, () => ({ components: [], strict: false })),
  question(AlterClientQuotas, () => ({
    entries: [
      {
        entity: [{ entityType: 'user', entityName: 'nobody' }],
        ops: [{ key: 'producer_byte_rate', value: 1, remove: false }],
      },
    ],
    validateOnly: true,
  })),
  question(DescribeUserScramCredentials, () => ({ users: [{ name: 'nobody' }] })),
  question(AlterUserScramCredentials, () => ({
    deletions: [{ name: 'nobody', mechanism: 1 }],
    upsertions: [],
  })),
  question(DescribeTopicPartitions, () => ({ topics: names.map((name) => ({ name })) })),
  question(DescribeTopicPartitions, () => ({ topics: [] }), 0, ' of all topics'),
  question(
    Produce,
    () => ({ transactionalId: transaction, acks: 1, timeoutMs: 1000, topicData: [] }),
    3,
    ' in a transaction',
  ),
]

/** These change something as soon as they are allowed. */
export const changes: readonly Question[] = [
  question(
    DeleteTopics,
    (version) => ({
      timeoutMs: 1000,
      ...(version < 6 ? { topicNames: [topic] } : { topics: [{ name: topic, topicId: noId }] }),
    }),
    1,
    ' by name',
  ),
  question(
    DeleteTopics,
    (_version, topicId) => ({ timeoutMs: 1000, topics: [{ name: null, topicId }] }),
    6,
    ' by id',
  ),
  question(DeleteGroups, () => ({ groupsNames: [group, absent] })),
  question(OffsetDelete, () => ({
    groupId: group,
    topics: [{ name: topic, partitions: [{ partitionIndex: 0 }] }],
  })),
  question(
    InitProducerId,
    () => ({ transactionalId: transaction, transactionTimeoutMs: 1000 }),
    0,
    ' of a transaction',
  ),
  question(
    FindCoordinator,
    (version) =>
      version < 4
        ? { key: transaction, keyType: 1 }
        : { coordinatorKeys: [transaction], keyType: 1 },
    1,
    ' of transactions',
  ),
]
