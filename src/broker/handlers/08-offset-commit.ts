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
  const groupProblem = inVersion(broker.groups.commitProblem(groupId, member), version)
  const judged = request.topics.flatMap((asked) => {
    const topic = topicOf(asked, context)
    return asked.partitions.map((partition) => ({
      asked,
      topic,
      partition,
      code:
        groupProblem === errorCode.NONE
          ? problemOf(
              topic,
              partition,
              version,
              broker.settings.number('offset.metadata.max.bytes'),
            )
          : groupProblem,
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

function problemOf(
  topic: Topic | undefined,
  { partitionIndex, committedMetadata }: AskedPartition,
  version: number,
  mostMetadataLength: number,
): number {
  if (topic === undefined && version >= firstVersionWithTopicIds) return errorCode.UNKNOWN_TOPIC_ID
  if (topic?.partitions[partitionIndex] === undefined) return errorCode.UNKNOWN_TOPIC_OR_PARTITION
  // Kafka counts characters, whatever the key's name says.
  return (committedMetadata ?? '').length > mostMetadataLength
    ? errorCode.OFFSET_METADATA_TOO_LARGE
    : errorCode.NONE
}
