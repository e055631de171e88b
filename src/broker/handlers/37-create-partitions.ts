import { CreatePartitions } from '../../protocols/kafka/apis/37-create-partitions.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import { refused } from '../access/index.ts'
import { type Context, handler } from '../handler.ts'
import { type KafkaError, kafkaError } from '../kafka-errors.ts'
import { namedOnce } from '../named-once.ts'
import { assignmentProblem } from '../new-topics.ts'
import { mutationProblem } from '../quotas/index.ts'

const firstStrictVersion = 3

type Wanted = MessageOf<typeof CreatePartitions.request>['topics'][number]

/** `count` is the total that a topic is to have, not the increase. */
export const createPartitions = handler(CreatePartitions, async (request, context) => {
  const { once, repeated } = namedOnce(request.topics, ({ name }) => name)
  const results = repeated.map(({ name }) => ({ name, ...namedTwice }))
  for (const wanted of once) {
    results.push({ name: wanted.name, ...(await grow(wanted, request.validateOnly, context)) })
  }
  return { throttleTimeMs: 0, results }
})

const namedTwice: KafkaError = {
  errorCode: errorCode.INVALID_REQUEST,
  errorMessage: 'The topic is named twice in one request.',
}

async function grow(
  { name, count, assignments }: Wanted,
  validateOnly: boolean,
  context: Context,
): Promise<KafkaError> {
  const { broker } = context
  if (!context.allows('Alter', 'Topic', name)) return refused.Topic
  try {
    broker.topics.checkPartitionCount(name, count)
    const added = count - (broker.topics.get(name)?.partitions.length ?? 0)
    const problem = assignments === null ? undefined : newReplicasProblem(assignments, added)
    if (problem !== undefined) return problem
    const exceeded = mutationProblem(context, added, firstStrictVersion)
    if (exceeded !== undefined) return exceeded
    if (!validateOnly) await broker.topics.addPartitions(name, count)
    return { errorCode: errorCode.NONE, errorMessage: null }
  } catch (error) {
    return kafkaError(error, broker.logger)
  }

  function newReplicasProblem(given: readonly { brokerIds: readonly number[] }[], added: number) {
    if (given.length !== added) {
      const errorMessage = `${added} partitions are added, and ${given.length} are assigned.`
      return { errorCode: errorCode.INVALID_REPLICA_ASSIGNMENT, errorMessage }
    }
    const replicas = given.map(({ brokerIds }) => brokerIds)
    return assignmentProblem(replicas, [...replicas.keys()], broker)
  }
}
