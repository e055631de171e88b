/** What the coordinator of a group knows of it. */
import { checkAnswer, type KafkaClient } from '../client/index.ts'
import { Metadata } from '../protocols/kafka/apis/03-metadata.ts'
import { OffsetFetch } from '../protocols/kafka/apis/09-offset-fetch.ts'
import { DescribeGroups } from '../protocols/kafka/apis/15-describe-groups.ts'
import { ListGroups } from '../protocols/kafka/apis/16-list-groups.ts'
import { cliError } from './errors.ts'
import { resolveRange } from './records/resolve-range.ts'

/** The groups of all brokers: each knows those that it coordinates. */
export async function listGroups(client: KafkaClient) {
  const { brokers } = await client.request(Metadata, { topics: [] })
  const answers = await Promise.all(
    brokers.map(({ nodeId }) => client.request(ListGroups, {}, { broker: nodeId })),
  )
  for (const { errorCode } of answers) checkAnswer(errorCode, 'The list of groups')
  return answers.flatMap((answer) => answer.groups)
}

/** Throws where there is no such group. */
export async function stateOf(client: KafkaClient, group: string) {
  const { groups } = await client.request(
    DescribeGroups,
    { groups: [group] },
    { coordinatorOf: group },
  )
  const [described] = groups
  if (described === undefined || described.groupState === 'Dead') {
    throw cliError('failed', { problem: `There is no group '${group}'.` })
  }
  checkAnswer(described.errorCode, `Group '${group}'`)
  return { state: described.groupState, members: described.members.length }
}

export async function committedOffsets(client: KafkaClient, group: string) {
  // Version 7 asks for one group by the names of its topics, which every broker answers.
  const answer = await client.request(
    OffsetFetch,
    { groupId: group, topics: null, groups: [], requireStable: false },
    { coordinatorOf: group, atMost: 7 },
  )
  checkAnswer(answer.errorCode, `The offsets of group '${group}'`)
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, committedOffset }) => ({
      topic: name,
      partition: partitionIndex,
      offset: committedOffset,
    })),
  )
}

/** What a group has committed of each partition, the end of the partition, and what lies between. */
export async function lagOf(client: KafkaClient, group: string) {
  const committed = await committedOffsets(client, group)
  const range = { from: { at: 'start' }, to: { at: 'end' } } as const
  const ends = await resolveRange(client, committed, range)
  return committed.map(({ topic, partition, offset }, index) => {
    const end = ends[index]?.to ?? offset
    return { topic, partition, offset, end, lag: end - offset }
  })
}
