import { api, array, bool, int16, int32, string, struct, uuid } from '../schema.ts'

/** Says who leads the partitions of topics, page by page (KIP-966). */
export const DescribeTopicPartitions = api({
  key: 75,
  name: 'DescribeTopicPartitions',
  versions: { from: 0, to: 0 },
  flexible: 0,
  request: {
    /** Empty asks for all. */
    topics: array({ name: string }),
    responsePartitionLimit: int32.default(2000),
    /** Where the page before ended. */
    cursor: struct({ topicName: string, partitionIndex: int32 }).nullable().default(null),
  },
  response: {
    throttleTimeMs: int32.ignorable(),
    topics: array({
      errorCode: int16,
      name: string.nullable(),
      topicId: uuid.ignorable(),
      isInternal: bool.default(false).ignorable(),
      partitions: array({
        errorCode: int16,
        partitionIndex: int32,
        leaderId: int32,
        leaderEpoch: int32.default(-1).ignorable(),
        replicaNodes: array(int32),
        isrNodes: array(int32),
        eligibleLeaderReplicas: array(int32).nullable().default(null),
        lastKnownElr: array(int32).nullable().default(null),
        offlineReplicas: array(int32).ignorable(),
      }),
      /** A bit for every operation that the client may do; -2147483648 if it did not ask. */
      topicAuthorizedOperations: int32.default(-2147483648),
    }),
    /** Where the next page begins; null on the last one. */
    nextCursor: struct({ topicName: string, partitionIndex: int32 }).nullable().default(null),
  },
})
