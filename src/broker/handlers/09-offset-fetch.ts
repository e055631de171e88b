import { OffsetFetch } from '../../protocols/kafka/apis/09-offset-fetch.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { GroupState } from '../groups/index.ts'
import { type Context, handler } from '../handler.ts'

interface Asked {
  readonly name: string
  readonly topicId?: Buffer
  readonly partitionIndexes: readonly number[]
}

const firstVersionWithErrorOfGroup = 2
const firstVersionWithGroups = 8
const firstVersionWithTopicIds = 10

/** How far groups have got; -1 where they never committed. */
export const offsetFetch = handler(OffsetFetch, (request, context) => {
  if (context.version < firstVersionWithGroups) return offsetsOfGroup(request, context)
  const groups = request.groups.map((asked) => ({
    groupId: asked.groupId,
    ...offsetsOfGroup(asked, context),
  }))
  return { groups }
})

function offsetsOfGroup(
  { groupId, topics }: { groupId: string; topics: readonly Asked[] | null },
  context: Context,
) {
  if (!context.allows('Describe', 'Group', groupId)) return groupRefused(topics ?? [], context)
  const asked =
    topics ??
    everythingOf(groupId, context.broker.groups.state).filter(({ name }) =>
      context.shows('Describe', 'Topic', name),
    )
  return {
    topics: asked.map((one) => offsetsOf(groupId, one, context)),
    errorCode: errorCode.NONE,
  }
}

/** The oldest clients know errors of partitions only. */
function groupRefused(topics: readonly Asked[], { version }: Context) {
  const { GROUP_AUTHORIZATION_FAILED } = errorCode
  if (version >= firstVersionWithErrorOfGroup) {
    return { topics: [], errorCode: GROUP_AUTHORIZATION_FAILED }
  }
  return {
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) =>
        withoutOffset(partitionIndex, GROUP_AUTHORIZATION_FAILED),
      ),
    })),
    errorCode: GROUP_AUTHORIZATION_FAILED,
  }
}

function withoutOffset(partitionIndex: number, code: number) {
  return {
    partitionIndex,
    committedOffset: -1n,
    committedLeaderEpoch: -1,
    metadata: '',
    errorCode: code,
  }
}

function offsetsOf(group: string, asked: Asked, context: Context) {
  const { broker, version } = context
  const byId = version >= firstVersionWithTopicIds
  const topic =
    byId && asked.topicId !== undefined && asked.name === ''
      ? broker.topics.byId(asked.topicId.toString('base64url'))
      : broker.topics.get(asked.name)
  const name = topic?.name ?? asked.name
  const isUnknown = byId && topic === undefined
  const isAllowed = isUnknown || context.allows('Describe', 'Topic', name)
  const code = isUnknown ? errorCode.UNKNOWN_TOPIC_ID : errorCode.NONE
  return {
    name,
    ...(byId ? { topicId: topic?.idBytes ?? asked.topicId } : {}),
    partitions: asked.partitionIndexes.map((partitionIndex) => {
      if (!isAllowed) return withoutOffset(partitionIndex, errorCode.TOPIC_AUTHORIZATION_FAILED)
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
