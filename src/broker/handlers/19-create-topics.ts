import { clusterName } from '../../access/acl.ts'
import { CreateTopics } from '../../protocols/kafka/apis/19-create-topics.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import { describeConfig, topicConfigEntries } from '../config-entries.ts'
import { type Context, handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'
import { namedOnce } from '../named-once.ts'
import { partitionsOf, replicationProblem } from '../new-topics.ts'
import { mutationProblem } from '../quotas/index.ts'
import { clusterTopic, type NewTopic, type Topic } from '../topics.ts'

type Request = MessageOf<typeof CreateTopics.request>
type Wanted = Request['topics'][number]

const firstVersionWithConfigs = 5
const firstStrictVersion = 6

/** Each topic is answered for itself: one that cannot be made does not keep the others from it. */
export const createTopics = handler(CreateTopics, async (request, context) => {
  const { once, repeated } = namedOnce(request.topics, ({ name }) => name)
  const namedTwice = repeated.map((wanted) =>
    refused(wanted, errorCode.INVALID_REQUEST, 'The topic is named twice in one request.'),
  )
  const others = []
  for (const wanted of once) others.push(await create(wanted, request.validateOnly, context))
  return { throttleTimeMs: 0, topics: [...namedTwice, ...others] }
})

async function create(wanted: Wanted, validateOnly: boolean, context: Context) {
  const { broker } = context
  if (!mayCreate(wanted.name, context)) {
    return refused(wanted, errorCode.TOPIC_AUTHORIZATION_FAILED, 'Authorization failed.')
  }
  const problem = replicationProblem(wanted, broker)
  if (problem !== undefined) return refused(wanted, problem.errorCode, problem.errorMessage)
  const config: Record<string, string> = {}
  for (const { name, value } of wanted.configs) {
    if (value === null) {
      const errorMessage = `The configuration '${name}' has no value.`
      return refused(wanted, errorCode.INVALID_CONFIG, errorMessage)
    }
    config[name] = value
  }
  const topic: NewTopic = {
    name: wanted.name,
    partitions: partitionsOf(wanted, broker),
    config,
  }
  try {
    broker.topics.checkNew(topic)
    const exceeded = mutationProblem(context, partitionsOf(wanted, broker), firstStrictVersion)
    if (exceeded !== undefined) return refused(wanted, exceeded.errorCode, exceeded.errorMessage)
    if (validateOnly) return accepted(wanted, topic, undefined, context)
    return accepted(wanted, topic, await broker.topics.create(topic), context)
  } catch (error) {
    const { errorCode, errorMessage } = kafkaError(error, broker.logger)
    return refused(wanted, errorCode, errorMessage)
  }
}

/** The name of the broker's own topic is refused to everybody in the same words. */
function mayCreate(name: string, context: Context): boolean {
  return (
    name === clusterTopic ||
    context.shows('Create', 'Cluster', clusterName) ||
    context.allows('Create', 'Topic', name)
  )
}

function refused({ name }: Wanted, code: number, errorMessage: string | null) {
  return { name, errorCode: code, errorMessage, configs: null }
}

function accepted({ name }: Wanted, wanted: NewTopic, made: Topic | undefined, context: Context) {
  const answer = { name, errorCode: errorCode.NONE, errorMessage: null }
  if (context.version < firstVersionWithConfigs) return answer
  const identity = { ...answer, topicId: made?.idBytes ?? Buffer.alloc(16) }
  if (!context.shows('DescribeConfigs', 'Topic', name)) {
    return { ...identity, topicConfigErrorCode: errorCode.TOPIC_AUTHORIZATION_FAILED }
  }
  const config = made?.config ?? wanted.config ?? {}
  return {
    ...identity,
    numPartitions: wanted.partitions,
    replicationFactor: 1,
    configs: topicConfigEntries(config, context.broker.settings).map((entry) => {
      const { name, value, readOnly, configSource, isSensitive } = describeConfig(entry)
      return { name, value, readOnly, configSource, isSensitive }
    }),
  }
}
