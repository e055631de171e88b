import { DeleteTopics } from '../../protocols/kafka/apis/20-delete-topics.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type Context, handler } from '../handler.ts'
import { type KafkaError, kafkaError } from '../kafka-errors.ts'

interface Named {
  readonly name: string | null
  readonly topicId: Buffer
}

const noId = Buffer.alloc(16)
const firstVersionWithMessages = 5
const firstVersionWithIds = 6

/** Deletes topics with their records and the positions that groups have in them. */
export const deleteTopics = handler(DeleteTopics, async (request, context) => {
  const named =
    context.version < firstVersionWithIds
      ? request.topicNames.map((name) => ({ name, topicId: noId }))
      : request.topics
  const responses = []
  for (const one of named) responses.push(await remove(one, context))
  return { throttleTimeMs: 0, responses }
})

async function remove(named: Named, { broker, version }: Context) {
  const topic =
    named.name === null
      ? broker.topics.byId(named.topicId.toString('base64url'))
      : broker.topics.get(named.name)
  const answer = ({ errorCode, errorMessage }: KafkaError) => ({
    name: topic?.name ?? named.name,
    errorCode,
    ...(version < firstVersionWithMessages ? {} : { errorMessage }),
    ...(version < firstVersionWithIds ? {} : { topicId: topic?.idBytes ?? named.topicId }),
  })
  if (topic === undefined) {
    const code =
      named.name === null ? errorCode.UNKNOWN_TOPIC_ID : errorCode.UNKNOWN_TOPIC_OR_PARTITION
    return answer({ errorCode: code, errorMessage: 'There is no such topic.' })
  }
  if (!broker.settings.flag('delete.topic.enable')) {
    const errorMessage = 'Topics may not be deleted here: delete.topic.enable is false.'
    return answer({ errorCode: errorCode.TOPIC_DELETION_DISABLED, errorMessage })
  }
  if (topic.internal) {
    const errorMessage = `Topic '${topic.name}' is the broker's own.`
    return answer({ errorCode: errorCode.INVALID_REQUEST, errorMessage })
  }
  try {
    await broker.topics.delete(topic.name)
    await broker.groups.forgetTopic(topic.name)
    return answer({ errorCode: errorCode.NONE, errorMessage: null })
  } catch (error) {
    return answer(kafkaError(error, broker.logger))
  }
}
