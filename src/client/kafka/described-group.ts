import { MalformedBytes } from '../../base/bytes.ts'
import { isError } from '../../base/errors.ts'
import { DescribeGroups } from '../../protocols/kafka/apis/15-describe-groups.ts'
import { ConsumerGroupDescribe } from '../../protocols/kafka/apis/69-consumer-group-describe.ts'
import {
  ConsumerProtocolAssignment,
  decodeVersioned,
} from '../../protocols/kafka/consumer-protocol.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { KafkaClient } from './client.ts'
import { checkAnswer } from './errors.ts'
import type { TopicPartitions } from './range-assignor.ts'

export interface DescribedGroup {
  /** As Kafka spells it: Empty, Stable, PreparingRebalance, … */
  readonly state: string
  /** How the members share the partitions, such as range; empty where nobody has said it yet. */
  readonly protocol: string
  readonly members: readonly {
    readonly id: string
    readonly clientId: string
    readonly host: string
    /** Empty where the group is not one of consumers. */
    readonly assignment: readonly TopicPartitions[]
  }[]
}

type Asks = Pick<KafkaClient, 'request'>

interface Listed {
  readonly groupId: string
  /** Brokers before 3.8 do not tell it. */
  readonly groupType: string
  readonly coordinator: number
}

/** How many members each of these groups has, of which `listGroups` told; a coordinator is asked once. */
export async function countMembers(
  client: Asks,
  groups: readonly Listed[],
): Promise<ReadonlyMap<string, number>> {
  const isNew = ({ groupType }: Listed) => groupType.toLowerCase() === 'consumer'
  const asked = Map.groupBy(groups, (group) => `${group.coordinator} ${isNew(group)}`)
  const counts = Array.from(asked.values(), async (some) => {
    const ids = some.map(({ groupId }) => groupId)
    const broker = some[0]?.coordinator ?? -1
    const answer = some.every(isNew)
      ? await client.request(ConsumerGroupDescribe, newOnes(ids), { broker })
      : await client.request(DescribeGroups, { groups: ids }, { broker })
    return answer.groups.map(({ groupId, members }) => [groupId, members.length] as const)
  })
  return new Map((await Promise.all(counts)).flat())
}

function newOnes(groupIds: readonly string[]) {
  return { groupIds, includeAuthorizedOperations: false }
}

/** Undefined where there is no such group. Groups of both kinds: classic ones, and those of KIP-848. */
export async function describeGroup(
  client: Asks,
  group: string,
): Promise<DescribedGroup | undefined> {
  return (await describeClassic(client, group)) ?? (await describeNew(client, group))
}

async function describeClassic(client: Asks, group: string): Promise<DescribedGroup | undefined> {
  const asked = { groups: [group] }
  const { groups } = await client.request(DescribeGroups, asked, { coordinatorOf: group })
  const [found] = groups
  // Older brokers call a group dead that they do not know.
  if (found === undefined || found.groupState === 'Dead' || isAbsent(found)) return undefined
  checkAnswer(found.errorCode, `Group '${group}'`)
  const { groupState: state, protocolType, protocolData: protocol, members } = found
  return {
    ...{ state, protocol },
    members: members.map(({ memberId: id, clientId, clientHost: host, memberAssignment }) => {
      const assignment = protocolType === 'consumer' ? assignmentIn(memberAssignment) : []
      return { id, clientId, host, assignment }
    }),
  }
}

async function describeNew(client: Asks, group: string): Promise<DescribedGroup | undefined> {
  const answer = await client
    .request(ConsumerGroupDescribe, newOnes([group]), { coordinatorOf: group })
    .catch((error: unknown) => {
      if (isError(error, 'no-common-version')) return { groups: [] }
      throw error
    })
  const [found] = answer.groups
  if (found === undefined || isAbsent(found)) return undefined
  checkAnswer(found.errorCode, `Group '${group}'`)
  return {
    ...{ state: found.groupState, protocol: found.assignorName },
    members: found.members.map(({ memberId: id, clientId, clientHost: host, assignment }) => ({
      ...{ id, clientId, host },
      assignment: assignment.topicPartitions.map(({ topicName: topic, partitions }) => ({
        ...{ topic, partitions: [...partitions] },
      })),
    })),
  }
}

function isAbsent({ errorCode: code }: { readonly errorCode: number }): boolean {
  return code === errorCode.GROUP_ID_NOT_FOUND
}

/** Members write it themselves: what cannot be read tells nothing. */
function assignmentIn(bytes: Buffer): TopicPartitions[] {
  if (bytes.length === 0) return []
  try {
    const { assignedPartitions } = decodeVersioned(ConsumerProtocolAssignment, bytes)
    return assignedPartitions.map(({ topic, partitions }) => ({
      topic,
      partitions: [...partitions],
    }))
  } catch (error) {
    if (error instanceof MalformedBytes) return []
    throw error
  }
}
