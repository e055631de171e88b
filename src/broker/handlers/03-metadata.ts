import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import {
  allClusterOperations,
  allTopicOperations,
  operationsNotAsked,
} from '../authorized-operations.ts'
import { type Context, handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'
import { leaderEpoch } from '../leader-epoch.ts'
import { isLegalTopicName, type Topic } from '../topics.ts'

type Request = MessageOf<typeof Metadata.request>

const firstVersionWithIdsAlone = 12
const noId = Buffer.alloc(16)

export const metadata = handler(Metadata, async (request, context) => {
  const { broker, address } = context
  const nodeId = broker.settings.number('node.id')
  const asked = topicsAskedFor(request, context)
  const topics =
    asked === undefined
      ? [...broker.topics.all()].map((topic) => describe(topic, request, nodeId))
      : await Promise.all(asked.map((one) => describeOrExplain(one, request, context, nodeId)))
  return {
    brokers: [{ nodeId, ...address }],
    clusterId: broker.clusterId,
    controllerId: nodeId,
    topics,
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? allClusterOperations
      : operationsNotAsked,
  }
})

/** Undefined means all of them: an empty list in version 0, null since version 1. */
function topicsAskedFor({ topics }: Request, { version }: Context) {
  if (topics === null || (version === 0 && topics.length === 0)) return undefined
  return topics
}

async function describeOrExplain(
  { name, topicId }: { name: string | null; topicId: Buffer },
  request: Request,
  { broker, version }: Context,
  nodeId: number,
) {
  if (name === null || name === '') {
    const topic = broker.topics.byId(topicId.toString('base64url'))
    if (topic !== undefined) return describe(topic, request, nodeId)
    const noName = version < firstVersionWithIdsAlone ? '' : null
    return absent(noName, topicId, errorCode.UNKNOWN_TOPIC_ID)
  }
  if (!isLegalTopicName(name)) return absent(name, noId, errorCode.INVALID_TOPIC_EXCEPTION)
  try {
    const topic = request.allowAutoTopicCreation
      ? await broker.topics.getOrCreate(name)
      : broker.topics.get(name)
    if (topic !== undefined) return describe(topic, request, nodeId)
    return absent(name, noId, errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  } catch (error) {
    return absent(name, noId, kafkaError(error, broker.logger).errorCode)
  }
}

function describe(topic: Topic, request: Request, nodeId: number) {
  return {
    errorCode: errorCode.NONE,
    name: topic.name,
    topicId: topic.idBytes,
    isInternal: topic.internal,
    partitions: topic.partitions.map((_, partitionIndex) => ({
      errorCode: errorCode.NONE,
      partitionIndex,
      leaderId: nodeId,
      leaderEpoch,
      replicaNodes: [nodeId],
      isrNodes: [nodeId],
      offlineReplicas: [],
    })),
    topicAuthorizedOperations: request.includeTopicAuthorizedOperations
      ? allTopicOperations
      : operationsNotAsked,
  }
}

function absent(name: string | null, topicId: Buffer, code: number) {
  return {
    errorCode: code,
    name,
    topicId,
    isInternal: false,
    partitions: [],
    topicAuthorizedOperations: operationsNotAsked,
  }
}
