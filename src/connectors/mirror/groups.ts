/** The positions of groups, asked and set over the protocol. */
import { operations } from '../../access/acl.ts'
import { checkAnswer, type KafkaClient } from '../../client/index.ts'
import type { TopicPartition } from '../../connect/kit/index.ts'
import { OffsetCommit } from '../../protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../../protocols/kafka/apis/09-offset-fetch.ts'
import { DescribeGroups } from '../../protocols/kafka/apis/15-describe-groups.ts'
import { ListGroups } from '../../protocols/kafka/apis/16-list-groups.ts'
import { DescribeCluster } from '../../protocols/kafka/apis/60-describe-cluster.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'

export interface GroupPosition extends TopicPartition {
  readonly offset: bigint
  readonly metadata: string
}

/** One group a request, and topics by name. */
const ofOneGroup = { atMost: 7 }
const byName = { atMost: 9 }
/** Instead of operations, where nobody was asked to allow any. */
const unsaid = -2147483648
const mayRead = 1 << operations.Read

/** The groups that read topics as consumers do, at all brokers. */
export async function listGroups(client: KafkaClient): Promise<string[]> {
  const { brokers } = await client.request(DescribeCluster, {
    includeClusterAuthorizedOperations: false,
  })
  const lists = await Promise.all(
    brokers.map(async ({ brokerId }) => {
      const { errorCode, groups } = await client.request(
        ListGroups,
        { statesFilter: [], typesFilter: [] },
        { broker: brokerId },
      )
      checkAnswer(errorCode, 'The list of groups')
      return groups.filter(({ protocolType }) => ['consumer', ''].includes(protocolType))
    }),
  )
  return [...new Set(lists.flat().map(({ groupId }) => groupId))].sort()
}

export async function positionsOf(client: KafkaClient, group: string): Promise<GroupPosition[]> {
  const answer = await client.request(
    OffsetFetch,
    { groupId: group, topics: null, groups: [] },
    { coordinatorOf: group, ...ofOneGroup },
  )
  checkAnswer(answer.errorCode, `The positions of group '${group}'`)
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode, committedOffset }) => errorCode === 0 && committedOffset >= 0n)
      .map(({ partitionIndex, committedOffset, metadata }) => ({
        ...{ topic: name, partition: partitionIndex },
        ...{ offset: committedOffset, metadata: metadata ?? '' },
      })),
  )
}

export interface GroupState {
  /** As Kafka spells it; Dead for one that there is not. */
  readonly state: string
  /** Whether we may set its positions; undefined where the cluster does not say. */
  readonly mayCommit: boolean | undefined
}

export async function groupStateOf(client: KafkaClient, group: string): Promise<GroupState> {
  const { groups } = await client.request(
    DescribeGroups,
    { groups: [group], includeAuthorizedOperations: true },
    { coordinatorOf: group },
  )
  const { errorCode: code = 0, groupState = '', authorizedOperations = unsaid } = groups[0] ?? {}
  // From version 6 on a group that there is not is an error (KIP-1043).
  if (code !== errorCode.GROUP_ID_NOT_FOUND) checkAnswer(code, `Group '${group}'`)
  return {
    state: code === errorCode.GROUP_ID_NOT_FOUND ? 'Dead' : groupState,
    mayCommit: authorizedOperations === unsaid ? undefined : (authorizedOperations & mayRead) !== 0,
  }
}

/** Whether nobody uses a group, so that its positions can be set from outside. */
export function isFree(state: string): boolean {
  return state === 'Empty' || state === 'Dead'
}

export async function setPositions(
  client: KafkaClient,
  group: string,
  positions: readonly GroupPosition[],
): Promise<void> {
  const byTopic = Map.groupBy(positions, ({ topic }) => topic)
  const { topics } = await client.request(
    OffsetCommit,
    {
      ...{ groupId: group, memberId: '' },
      topics: Array.from(byTopic, ([name, ofTopic]) => ({
        name,
        partitions: ofTopic.map(({ partition, offset, metadata }) => ({
          ...{ partitionIndex: partition, committedOffset: offset },
          committedMetadata: metadata,
        })),
      })),
    },
    { coordinatorOf: group, ...byName },
  )
  for (const { name, partitions } of topics) {
    for (const { errorCode, partitionIndex } of partitions) {
      checkAnswer(
        errorCode,
        `The position of group '${group}' in partition ${partitionIndex} of '${name}'`,
      )
    }
  }
}
