import type { PartitionLog } from '../../log/index.ts'
import { ListOffsets } from '../../protocols/kafka/apis/02-list-offsets.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'
import { epochError, leaderEpoch } from '../leader-epoch.ts'

const firstVersionWithEpochs = 4
const nowhere = { timestamp: -1n, offset: -1n, leaderEpoch: -1 }

/** The timestamps that are not times but places, by Kafka's `ListOffsetsRequest`. */
const places: Record<
  string,
  (log: PartitionLog) => { timestamp: bigint; offset: bigint } | undefined
> = {
  '-1': (log) => ({ timestamp: -1n, offset: log.durableOffset }),
  '-2': (log) => ({ timestamp: -1n, offset: log.startOffset }),
  '-3': (log) => log.latestTimestamp(),
  // The earliest offset that is local: nothing is remote.
  '-4': (log) => ({ timestamp: -1n, offset: log.startOffset }),
  // The latest offset in remote storage, and the earliest that waits to be copied there.
  '-5': () => undefined,
  '-6': () => undefined,
}

export const listOffsets = handler(ListOffsets, (request, context) => ({
  topics: request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, currentLeaderEpoch, timestamp }) => {
      const { broker, version } = context
      if (!context.allows('Describe', 'Topic', name)) {
        return { partitionIndex, errorCode: errorCode.TOPIC_AUTHORIZATION_FAILED, ...nowhere }
      }
      const log = broker.topics.get(name)?.partitions[partitionIndex]
      if (log === undefined) {
        return { partitionIndex, errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION, ...nowhere }
      }
      const code = epochError(currentLeaderEpoch)
      if (code !== errorCode.NONE) return { partitionIndex, errorCode: code, ...nowhere }
      try {
        const place = places[String(timestamp)]
        const found = place === undefined ? log.offsetAtOrAfter(timestamp) : place(log)
        if (found === undefined) return { partitionIndex, errorCode: errorCode.NONE, ...nowhere }
        const epoch = version < firstVersionWithEpochs ? undefined : leaderEpoch
        return { partitionIndex, errorCode: errorCode.NONE, ...found, leaderEpoch: epoch }
      } catch (error) {
        const { errorCode } = kafkaError(error, broker.logger)
        return { partitionIndex, errorCode, ...nowhere }
      }
    }),
  })),
}))
