import { OffsetFetch } from '../../protocols/kafka/apis/09-offset-fetch.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { GroupState } from '../groups/index.ts'
import { type Context, handler } from '../handler.ts'

interface Asked {
  readonly name: string
  readonly topicId?: Buffer
  readonly partitionIndexes: readonly number[]
}

const firstVersionWithGroups = 8
const firstVersionWithTopicIds = 10

/** How far groups have got; -1 where they never committed. */
export const offsetFetch = handler(OffsetFetch, (request, context) => {
  const { state } = context.broker.groups
  if (context.version < firstVersionWithGroups) {
    const topics = request.topics ?? everythingOf(request.groupId, state)
    return {
      topics: topics.map((asked) => offsetsOf(request.groupId, asked, context)),
      errorCode: errorCode.NONE,
    }
  }
  return {
    groups: request.groups.map(({ groupId, topics }) => ({
      groupId,
      topics: (topics ?? everythingOf(groupId, state)).map((asked) =>
        offsetsOf(groupId, asked, context),
      ),
      errorCode: errorCode.NONE,
    })),
  }
})

function offsetsOf(group: string, asked: Asked, { broker, version }: Context) {
  const byId = version >= firstVersionWithTopicIds
  const topic =
    byId && asked.topicId !== undefined && asked.name === ''
      ? broker.topics.byId(asked.topicId.toString('base64url'))
      : broker.topics.get(asked.name)
  const name = topic?.name ?? asked.name
  const code = byId && topic === undefined ? errorCode.UNKNOWN_TOPIC_ID : errorCode.NONE
  return {
    name,
    ...(byId ? { topicId: topic?.idBytes ?? asked.topicId } : {}),
    partitions: asked.partitionIndexes.map((partitionIndex) => {
      const stored = broker.groups.state.offset(group, name, partitionIndex)
      return {
        partitionIndex,
        committedOffset: stored?.offset ?? -1n,
        committedLeaderEpoch: stored?.leaderEpoch ?? -1,
        metadata: stored?.metadata ?? '',
        errorCode: code,
      }
    }),
  }
}

function everythingOf(group: string, state: GroupState): Asked[] {
  const topics = new Map<string, number[]>()
  for (const { topic, partition } of state.offsetsOf(group)) {
    const partitions = topics.get(topic)
    if (partitions === undefined) topics.set(topic, [partition])
    else partitions.push(partition)
  }
  return [...topics].map(([name, partitionIndexes]) => ({ name, partitionIndexes }))
}
