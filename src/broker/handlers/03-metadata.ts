import { clusterName } from '../../access/acl.ts'
import { Metadata } from '../../protocols/kafka/apis/03-metadata.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import {
  authorizedClusterOperations,
  authorizedOperations,
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
      ? [...broker.topics.all()]
          .filter(({ name }) => context.shows('Describe', 'Topic', name))
          .map((topic) => describe(topic, request, context))
      : await Promise.all(asked.map((one) => describeOrExplain(one, request, context)))
  return {
    brokers: [{ nodeId, ...address }],
    clusterId: broker.clusterId,
    controllerId: nodeId,
    topics,
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? authorizedClusterOperations(context)
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
  context: Context,
) {
  const { broker, version } = context
  if (name === null || name === '') {
    const topic = broker.topics.byId(topicId.toString('base64url'))
    const noName = version < firstVersionWithIdsAlone ? '' : null
    if (topic === undefined) return absent(noName, topicId, errorCode.UNKNOWN_TOPIC_ID)
    if (context.allows('Describe', 'Topic', topic.name)) return describe(topic, request, context)
    return absent(noName, topicId, errorCode.TOPIC_AUTHORIZATION_FAILED)
  }
  if (!context.allows('Describe', 'Topic', name)) {
    return absent(name, noId, errorCode.TOPIC_AUTHORIZATION_FAILED)
  }
  const seenAs = (code: number) => absent(name, noId, code, operationsOf(name, request, context))
  if (!isLegalTopicName(name)) return seenAs(errorCode.INVALID_TOPIC_EXCEPTION)
  const known = broker.topics.get(name)
  if (known !== undefined) return describe(known, request, context)
  if (!request.allowAutoTopicCreation || !broker.topics.areCreatedOnDemand) {
    return seenAs(errorCode.UNKNOWN_TOPIC_OR_PARTITION)
  }
  if (!mayCreate(name, context)) {
    return absent(name, noId, errorCode.TOPIC_AUTHORIZATION_FAILED)
  }
  try {
    return describe(await broker.topics.getOrCreate(name), request, context)
  } catch (error) {
    return seenAs(kafkaError(error, broker.logger).errorCode)
  }
}

function mayCreate(name: string, context: Context): boolean {
  return context.shows('Create', 'Cluster', clusterName) || context.allows('Create', 'Topic', name)
}

function describe(topic: Topic, request: Request, context: Context) {
  const nodeId = context.broker.settings.number('node.id')
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
    topicAuthorizedOperations: operationsOf(topic.name, request, context),
  }
}

/** They are told of a topic that is not there, too, but not of one that may not be seen. */
function operationsOf(name: string, request: Request, context: Context): number {
  return request.includeTopicAuthorizedOperations
    ? authorizedOperations(context, 'Topic', name)
    : operationsNotAsked
}

function absent(
  name: string | null,
  topicId: Buffer,
  code: number,
  topicAuthorizedOperations: number = operationsNotAsked,
) {
  return {
    errorCode: code,
    name,
    topicId,
    isInternal: false,
    partitions: [],
    topicAuthorizedOperations,
  }
}
