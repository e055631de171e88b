import { DescribeProducers } from '../../protocols/kafka/apis/61-describe-producers.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { handler } from '../handler.ts'

/** The idempotent producers that partitions remember. */
export const describeProducers = handler(DescribeProducers, (request, context) => ({
  throttleTimeMs: 0,
  topics: request.topics.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => {
      if (!context.allows('Read', 'Topic', name)) {
        return { partitionIndex, ...refused.Topic, activeProducers: [] }
      }
      const log = context.broker.topics.get(name)?.partitions[partitionIndex]
      if (log === undefined) {
        return {
          partitionIndex,
          errorCode: errorCode.UNKNOWN_TOPIC_OR_PARTITION,
          errorMessage: `There is no partition ${partitionIndex} of a topic '${name}'.`,
          activeProducers: [],
        }
      }
      return {
        partitionIndex,
        errorCode: errorCode.NONE,
        activeProducers: [...log.producers()].map((producer) => ({
          producerId: producer.producerId,
          producerEpoch: producer.epoch,
          lastSequence: producer.lastSequence,
          lastTimestamp: BigInt(producer.lastTimestampMs),
          coordinatorEpoch: -1,
        })),
      }
    }),
  })),
}))
