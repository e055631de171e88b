import { DescribeTopicPartitions } from '../../protocols/kafka/apis/75-describe-topic-partitions.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { authorizedOperations } from '../authorized-operations.ts'
import { type Context, handler } from '../handler.ts'
import { leaderEpoch } from '../leader-epoch.ts'
import { isLegalTopicName, type Topic } from '../topics.ts'

interface Place {
  readonly topicName: string
  readonly partitionIndex: number
}

const noId = Buffer.alloc(16)

/** Topics in the order of their names, page by page: `nextCursor` is where the next page begins. */
export const describeTopicPartitions = handler(DescribeTopicPartitions, (request, context) => {
  const { broker } = context
  const asked = request.topics.map(({ name }) => name)
  const names = asked.length > 0 ? asked : [...broker.topics.all()].map(({ name }) => name)
  const from = request.cursor ?? { topicName: '', partitionIndex: 0 }
  const isElsewhere = request.cursor !== null && asked.length > 0 && !asked.includes(from.topicName)
  if (isElsewhere || from.partitionIndex < 0) {
    const topics = request.topics.map(({ name }) => without(errorCode.INVALID_REQUEST, name))
    return { throttleTimeMs: 0, topics, nextCursor: null }
  }
  let left = Math.max(1, request.responsePartitionLimit)
  const topics = []
  let nextCursor: Place | null = null
  const unseen = []
  for (const name of [...new Set(names)].sort()) {
    if (name < from.topicName) continue
    if (!context.shows('Describe', 'Topic', name)) {
      if (asked.length > 0) unseen.push(without(errorCode.TOPIC_AUTHORIZATION_FAILED, name))
      continue
    }
    const first = name === from.topicName ? from.partitionIndex : 0
    const topic = broker.topics.get(name)
    if (topic === undefined) {
      const code = isLegalTopicName(name)
        ? errorCode.UNKNOWN_TOPIC_OR_PARTITION
        : errorCode.INVALID_TOPIC_EXCEPTION
      topics.push({
        ...without(code, name),
        topicAuthorizedOperations: authorizedOperations(context, 'Topic', name),
      })
      continue
    }
    if (left === 0) {
      nextCursor = { topicName: name, partitionIndex: first }
      break
    }
    const shown = Math.min(left, Math.max(0, topic.partitions.length - first))
    topics.push(describe(topic, first, shown, context))
    left -= shown
    if (first + shown < topic.partitions.length) {
      nextCursor = { topicName: name, partitionIndex: first + shown }
      break
    }
  }
  return { throttleTimeMs: 0, topics: [...topics, ...unseen], nextCursor }
})

function describe(topic: Topic, first: number, count: number, context: Context) {
  const nodeId = context.broker.settings.number('node.id')
  return {
    errorCode: errorCode.NONE,
    name: topic.name,
    topicId: topic.idBytes,
    isInternal: topic.internal,
    topicAuthorizedOperations: authorizedOperations(context, 'Topic', topic.name),
    partitions: Array.from({ length: count }, (_, index) => ({
      errorCode: errorCode.NONE,
      partitionIndex: first + index,
      leaderId: nodeId,
      leaderEpoch,
      replicaNodes: [nodeId],
      isrNodes: [nodeId],
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
      offlineReplicas: [],
    })),
  }
}

function without(code: number, name: string) {
  return { errorCode: code, name, topicId: noId, isInternal: false, partitions: [] }
}
