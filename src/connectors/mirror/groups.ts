/** The positions of groups, asked and set over the protocol. */
import { checkAnswer, type KafkaClient } from '../../client/index.ts'
import type { TopicPartition } from '../../connect/kit/index.ts'
import { OffsetCommit } from '../../protocols/kafka/apis/08-offset-commit.ts'
import { OffsetFetch } from '../../protocols/kafka/apis/09-offset-fetch.ts'
import { DescribeGroups } from '../../protocols/kafka/apis/15-describe-groups.ts'
import { ListGroups } from '../../protocols/kafka/apis/16-list-groups.ts'
import { DescribeCluster } from '../../protocols/kafka/apis/60-describe-cluster.ts'

export interface GroupPosition extends TopicPartition {
  readonly offset: bigint
  readonly metadata: string
}

/** One group a request, and topics by name. */
const ofOneGroup = { atMost: 7 }
const byName = { atMost: 9 }
/** Nobody uses the group: its positions can be set from outside. */
const unused = new Set(['Empty', 'Dead'])

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

export async function isUnused(client: KafkaClient, group: string): Promise<boolean> {
  const { groups } = await client.request(
    DescribeGroups,
    { groups: [group] },
    { coordinatorOf: group },
  )
  return unused.has(groups[0]?.groupState ?? '')
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
