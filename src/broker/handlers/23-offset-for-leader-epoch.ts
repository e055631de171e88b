import { clusterName } from '../../access/acl.ts'
import { OffsetForLeaderEpoch } from '../../protocols/kafka/apis/23-offset-for-leader-epoch.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { type Context, handler } from '../handler.ts'
import { epochError, leaderEpoch } from '../leader-epoch.ts'

const undefinedEpoch = { leaderEpoch: -1, endOffset: -1n }

/** By this a consumer notices that the log was cut behind its back (KIP-320); ours has one epoch. */
export const offsetForLeaderEpoch = handler(OffsetForLeaderEpoch, (request, context) => ({
  throttleTimeMs: 0,
  topics: request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition, currentLeaderEpoch, leaderEpoch: asked }) => {
      if (!maySee(topic, context)) {
        return { partition, errorCode: errorCode.TOPIC_AUTHORIZATION_FAILED, ...undefinedEpoch }
      }
      const log = context.broker.topics.get(topic)?.partitions[partition]
      if (log === undefined) {
        return { partition, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, ...undefinedEpoch }
      }
      const code = epochError(currentLeaderEpoch)
      if (code !== errorCode.NONE || asked !== leaderEpoch) {
        return { partition, errorCode: code, ...undefinedEpoch }
      }
      return { partition, errorCode: code, leaderEpoch, endOffset: log.durableOffset }
    }),
  })),
}))

/** Once only other brokers asked, so theirs is the first right that is looked for. */
function maySee(topic: string, context: Context): boolean {
  return (
    context.shows('ClusterAction', 'Cluster', clusterName) ||
    context.allows('Describe', 'Topic', topic)
  )
}
