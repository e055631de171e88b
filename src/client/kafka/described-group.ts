import { MalformedBytes } from '../../base/bytes.ts'
import { isError } from '../../base/errors.ts'
import { DescribeGroups } from '../../protocols/kafka/apis/15-describe-groups.ts'
import { ConsumerGroupDescribe } from '../../protocols/kafka/apis/69-consumer-group-describe.ts'
import { ShareGroupDescribe } from '../../protocols/kafka/apis/77-share-group-describe.ts'
import { StreamsGroupDescribe } from '../../protocols/kafka/apis/89-streams-group-describe.ts'
import {
  ConsumerProtocolAssignment,
  decodeVersioned,
} from '../../protocols/kafka/consumer-protocol.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { AskOptions, KafkaClient } from './client.ts'
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
    /** Empty where members share something else than partitions. */
    readonly assignment: readonly TopicPartitions[]
  }[]
}

type Asks = Pick<KafkaClient, 'request'>

/** Undefined where there is no such group, of whatever kind. */
export async function describeGroup(
  client: Asks,
  group: string,
): Promise<DescribedGroup | undefined> {
  for (const describe of Object.values(kinds)) {
    const answers = await describe(client, [group], { coordinatorOf: group }).catch((error) => {
      // A broker that does not know a kind has no group of it.
      if (isError(error, 'no-common-version')) return []
      throw error
    })
    const [found] = answers
    // Older brokers call a group dead that they do not know.
    const isAbsent = found === undefined || found.code === errorCode.GROUP_ID_NOT_FOUND
    if (isAbsent || found.described.state === 'Dead') continue
    checkAnswer(found.code, `Group '${group}'`)
    return found.described
  }
  return undefined
}

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
  const asked = Map.groupBy(groups, (group) => `${group.coordinator} ${kindOf(group)}`)
  const counts = Array.from(asked.values(), async (some) => {
    const [first] = some
    if (first === undefined) return []
    const ids = some.map(({ groupId }) => groupId)
    const answers = await kinds[kindOf(first)](client, ids, { broker: first.coordinator })
    return answers.map(({ group, described }) => [group, described.members.length] as const)
  })
  return new Map((await Promise.all(counts)).flat())
}

interface Told {
  readonly group: string
  readonly code: number
  readonly described: DescribedGroup
}

type Describe = (client: Asks, groups: readonly string[], how: AskOptions) => Promise<Told[]>

/** By Kafka's names of the kinds; what is asked of a group of another kind is not there. */
const kinds = {
  classic: async (client, groups, how) => {
    const answer = await client.request(DescribeGroups, { groups }, how)
    return answer.groups.map(({ groupId, errorCode, groupState, protocolData, ...group }) => ({
      ...{ group: groupId, code: errorCode },
      described: {
        ...{ state: groupState, protocol: protocolData },
        members: group.members.map(({ memberAssignment, ...member }) => ({
          ...named(member),
          assignment: group.protocolType === 'consumer' ? assignmentIn(memberAssignment) : [],
        })),
      },
    }))
  },
  consumer: async (client, groups, how) =>
    (await client.request(ConsumerGroupDescribe, newOnes(groups), how)).groups.map(assigned),
  share: async (client, groups, how) =>
    (await client.request(ShareGroupDescribe, newOnes(groups), how)).groups.map(assigned),
  streams: async (client, groups, how) => {
    const answer = await client.request(StreamsGroupDescribe, newOnes(groups), how)
    return answer.groups.map(({ groupId: group, errorCode: code, groupState: state, members }) => ({
      ...{ group, code },
      described: {
        ...{ state, protocol: 'streams' },
        members: members.map((member) => ({ ...named(member), assignment: [] })),
      },
    }))
  },
} as const satisfies Record<string, Describe>

function kindOf({ groupType }: Listed): keyof typeof kinds {
  const name = groupType.toLowerCase()
  return Object.hasOwn(kinds, name) ? (name as keyof typeof kinds) : 'classic'
}

function newOnes(groupIds: readonly string[]) {
  return { groupIds, includeAuthorizedOperations: false }
}

interface Assigned {
  readonly groupId: string
  readonly errorCode: number
  readonly groupState: string
  readonly assignorName: string
  readonly members: readonly (Member & {
    readonly assignment: {
      readonly topicPartitions: readonly {
        readonly topicName: string
        readonly partitions: readonly number[]
      }[]
    }
  })[]
}

function assigned({ groupId, errorCode, groupState, assignorName, members }: Assigned): Told {
  return {
    ...{ group: groupId, code: errorCode },
    described: {
      ...{ state: groupState, protocol: assignorName },
      members: members.map(({ assignment, ...member }) => ({
        ...named(member),
        assignment: assignment.topicPartitions.map(({ topicName: topic, partitions }) => ({
          ...{ topic, partitions: [...partitions] },
        })),
      })),
    },
  }
}

interface Member {
  readonly memberId: string
  readonly clientId: string
  readonly clientHost: string
}

function named({ memberId: id, clientId, clientHost: host }: Member) {
  return { id, clientId, host }
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
