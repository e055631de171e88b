import { OffsetCommit } from '../../protocols/kafka/apis/08-offset-commit.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import { type Context, handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'
import type { Topic } from '../topics.ts'

type Request = MessageOf<typeof OffsetCommit.request>
type AskedTopic = Request['topics'][number]
type AskedPartition = AskedTopic['partitions'][number]

const firstVersionWithNotFound = 9
const firstVersionWithTopicIds = 10

/** Stores how far a group has got; on disk when it is answered. */
export const offsetCommit = handler(OffsetCommit, async (request, context) => {
  const { broker, version } = context
  const { groupId, memberId, groupInstanceId, generationIdOrMemberEpoch: generationId } = request
  const member = { memberId, groupInstanceId, generationId }
  const isAllowed = context.allows('Read', 'Group', groupId)
  const groupProblem = isAllowed
    ? inVersion(broker.groups.commitProblem(groupId, member), version)
    : errorCode.GROUP_AUTHORIZATION_FAILED
  const judged = request.topics.flatMap((asked) => {
    const topic = topicOf(asked, context)
    const topicProblem = isAllowed
      ? accessProblem(topic?.name ?? asked.name, context)
      : errorCode.NONE
    return asked.partitions.map((partition) => ({
      asked,
      topic,
      partition,
      code: topicProblem || groupProblem || problemOf(topic, partition, context),
    }))
  })
  const accepted = judged.filter(({ code }) => code === errorCode.NONE)
  const outcome = await broker.groups
    .commit(
      groupId,
      accepted.map(({ topic, partition }) => ({
        topic: topic?.name ?? '',
        partition: partition.partitionIndex,
        offset: partition.committedOffset,
        leaderEpoch: partition.committedLeaderEpoch,
        metadata: partition.committedMetadata ?? '',
      })),
    )
    .then(
      () => errorCode.NONE,
      (error) => asCoordinator(kafkaError(error, broker.logger).errorCode),
    )
  return {
    topics: request.topics.map((asked) => ({
      name: asked.name,
      topicId: asked.topicId,
      partitions: judged
        .filter((one) => one.asked === asked)
        .map(({ partition, code }) => ({
          partitionIndex: partition.partitionIndex,
          errorCode: code === errorCode.NONE ? outcome : code,
        })),
    })),
  }
})

/** Before version 9 clients know no missing group, only a generation that is not theirs. */
function inVersion(code: number, version: number): number {
  const isUnknown = code === errorCode.GROUP_ID_NOT_FOUND
  return isUnknown && version < firstVersionWithNotFound ? errorCode.ILLEGAL_GENERATION : code
}

/** A coordinator whose disk failed is none: clients look for one again. */
function asCoordinator(code: number): number {
  return code === errorCode.KAFKA_STORAGE_ERROR ? errorCode.NOT_COORDINATOR : code
}

function topicOf({ name, topicId }: AskedTopic, { broker, version }: Context): Topic | undefined {
  return version < firstVersionWithTopicIds
    ? broker.topics.get(name)
    : broker.topics.byId(topicId.toString('base64url'))
}

/** A topic of an unknown id has no name that could be asked about. */
function accessProblem(name: string, context: Context): number {
  const isAllowed = name === '' || context.allows('Read', 'Topic', name)
  return isAllowed ? errorCode.NONE : errorCode.TOPIC_AUTHORIZATION_FAILED
}

function problemOf(
  topic: Topic | undefined,
  { partitionIndex, committedMetadata }: AskedPartition,
  { broker, version }: Context,
): number {
  if (topic === undefined && version >= firstVersionWithTopicIds) return errorCode.UNKNOWN_TOPIC_ID
  if (topic?.partitions[partitionIndex] === undefined) return errorCode.UNKNOWN_TOPIC_OR_PARTITION
  // Kafka counts characters, whatever the key's name says.
  const mostLength = broker.settings.number('offset.metadata.max.bytes')
  return (committedMetadata ?? '').length > mostLength
    ? errorCode.OFFSET_METADATA_TOO_LARGE
    : errorCode.NONE
}
