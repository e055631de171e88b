import { MalformedBytes } from '../../base/bytes.ts'
import { OffsetDelete } from '../../protocols/kafka/apis/47-offset-delete.ts'
import {
  ConsumerProtocolSubscription,
  decodeVersioned,
} from '../../protocols/kafka/consumer-protocol.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import type { Group } from '../groups/index.ts'
import { handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'

/** Deletes positions of a group in topics that none of its members reads. */
export const offsetDelete = handler(OffsetDelete, async (request, context) => {
  const { broker } = context
  const { groupId } = request
  if (!context.allows('Delete', 'Group', groupId)) {
    return { throttleTimeMs: 0, errorCode: refused.Group.errorCode, topics: [] }
  }
  const group = broker.groups.get(groupId)
  if (group === undefined) {
    const code = groupId === '' ? errorCode.INVALID_GROUP_ID : errorCode.GROUP_ID_NOT_FOUND
    return { throttleTimeMs: 0, errorCode: code, topics: [] }
  }
  const subscribed = subscribedTopics(group)
  if (subscribed === undefined) {
    return { throttleTimeMs: 0, errorCode: errorCode.NON_EMPTY_GROUP, topics: [] }
  }
  const codeOf = (name: string, partition: number) => {
    if (!context.allows('Read', 'Topic', name)) return refused.Topic.errorCode
    if (broker.topics.get(name)?.partitions[partition] === undefined) {
      return errorCode.UNKNOWN_TOPIC_OR_PARTITION
    }
    return subscribed.has(name) ? errorCode.GROUP_SUBSCRIBED_TO_TOPIC : errorCode.NONE
  }
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => ({
      partitionIndex,
      errorCode: codeOf(name, partitionIndex),
    })),
  }))
  const deleted = topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode: code }) => code === errorCode.NONE)
      .map(({ partitionIndex }) => ({ topic: name, partition: partitionIndex })),
  )
  try {
    await broker.groups.deleteOffsets(groupId, deleted)
    return { throttleTimeMs: 0, errorCode: errorCode.NONE, topics }
  } catch (error) {
    return { throttleTimeMs: 0, errorCode: kafkaError(error, broker.logger).errorCode, topics: [] }
  }
})

/** Undefined where members speak a protocol of their own, so that nobody can say. */
function subscribedTopics(group: Group): ReadonlySet<string> | undefined {
  const topics = new Set<string>()
  if (group.members.size === 0) return topics
  if (group.protocolType !== 'consumer') return undefined
  for (const member of group.members.values()) {
    for (const { metadata } of member.protocols) {
      try {
        const subscription = decodeVersioned(ConsumerProtocolSubscription, metadata)
        for (const topic of subscription.topics) topics.add(topic)
      } catch (error) {
        if (error instanceof MalformedBytes) return undefined
        throw error
      }
    }
  }
  return topics
}
