import { clusterName } from '../../access/acl.ts'
import { DeleteTopics } from '../../protocols/kafka/apis/20-delete-topics.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { type Context, handler } from '../handler.ts'
import { type KafkaError, kafkaError } from '../kafka-errors.ts'
import { namedOnce } from '../named-once.ts'
import { mutationProblem } from '../quotas/index.ts'
import type { Topic } from '../topics.ts'

interface Named {
  readonly name: string | null
  readonly topicId: Buffer
}

const noId = Buffer.alloc(16)
const firstVersionWithMessages = 5
const firstVersionWithIds = 6
const firstStrictVersion = 5

/** Deletes topics with their records and the positions that groups have in them. */
export const deleteTopics = handler(DeleteTopics, async (request, context) => {
  const named =
    context.version < firstVersionWithIds
      ? request.topicNames.map((name) => ({ name, topicId: noId }))
      : request.topics
  const { once, repeated } = namedOnce(named, ({ name, topicId }) =>
    name === null ? `id ${topicId.toString('base64url')}` : `name ${name}`,
  )
  const twice = problem(errorCode.INVALID_REQUEST, 'The topic is named twice in one request.')
  const responses = repeated.map((one) => answer(one, twice, context))
  for (const one of once) responses.push(await remove(one, context))
  return { throttleTimeMs: 0, responses }
})

async function remove(named: Named, context: Context) {
  const { broker } = context
  const isNamedById = !named.topicId.equals(noId)
  if (isNamedById === (named.name !== null)) {
    const errorMessage = 'A topic is named either by its name or by its id.'
    return answer(named, problem(errorCode.INVALID_REQUEST, errorMessage), context)
  }
  const topic =
    named.name === null
      ? broker.topics.byId(named.topicId.toString('base64url'))
      : broker.topics.get(named.name)
  const name = topic?.name ?? named.name
  const isSeen = name === null || mayDo('Describe', name, context)
  if (!isSeen) return answer(named, refused.Topic, context)
  if (topic === undefined) {
    const code = isNamedById ? errorCode.UNKNOWN_TOPIC_ID : errorCode.UNKNOWN_TOPIC_OR_PARTITION
    return answer(named, problem(code, 'There is no such topic.'), context)
  }
  if (!mayDo('Delete', topic.name, context)) {
    const topicId = isNamedById ? topic.idBytes : noId
    return answer({ name: topic.name, topicId }, refused.Topic, context)
  }
  return answer(
    { name: topic.name, topicId: topic.idBytes },
    await removeTopic(topic, context),
    context,
  )
}

/** Whoever may delete with the whole cluster may do so with each topic. */
function mayDo(operation: 'Describe' | 'Delete', name: string, context: Context): boolean {
  return context.shows('Delete', 'Cluster', clusterName) || context.allows(operation, 'Topic', name)
}

async function removeTopic(
  { name, internal, partitions }: Topic,
  context: Context,
): Promise<KafkaError> {
  const { broker } = context
  if (!broker.settings.flag('delete.topic.enable')) {
    const errorMessage = 'Topics may not be deleted here: delete.topic.enable is false.'
    return problem(errorCode.TOPIC_DELETION_DISABLED, errorMessage)
  }
  if (internal) return problem(errorCode.INVALID_REQUEST, `Topic '${name}' is the broker's own.`)
  const exceeded = mutationProblem(context, partitions.length, firstStrictVersion)
  if (exceeded !== undefined) return exceeded
  try {
    await broker.topics.delete(name)
    await broker.groups.forgetTopic(name)
    return problem(errorCode.NONE, null)
  } catch (error) {
    return kafkaError(error, broker.logger)
  }
}

function problem(code: number, errorMessage: string | null): KafkaError {
  return { errorCode: code, errorMessage }
}

function answer(
  { name, topicId }: Named,
  { errorCode, errorMessage }: KafkaError,
  { version }: Context,
) {
  return {
    name,
    errorCode,
    ...(version < firstVersionWithMessages ? {} : { errorMessage }),
    ...(version < firstVersionWithIds ? {} : { topicId }),
  }
}
