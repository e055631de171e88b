import { api, array, int16, int32, string, struct, uuid } from '../schema.ts'

const topicPartitions = { topicId: uuid, partitions: array(int32) }

/**
 * Everything that a member of a new consumer group says (KIP-848): enter, stay, leave, in one
 * request.
 */
export const ConsumerGroupHeartbeat = api({
  key: 68,
  name: 'ConsumerGroupHeartbeat',
  versions: { from: 0, to: 1 },
  flexible: 0,
  request: {
    groupId: string,
    memberId: string,
    /** 0: enter; -1: leave; -2: leave for a restart as static member. */
    memberEpoch: int32,
    instanceId: string.nullable().default(null),
    rackId: string.nullable().default(null),
    /** -1 if it did not change since the last heartbeat. */
    rebalanceTimeoutMs: int32.default(-1),
    /** Null if they did not change since the last heartbeat. */
    subscribedTopicNames: array(string).nullable().default(null),
    subscribedTopicRegex: string.since(1).nullable().default(null),
    serverAssignor: string.nullable().default(null),
    /** The partitions that the member holds; null if they did not change. */
    topicPartitions: array({ topicId: uuid, partitions: array(int32) })
      .nullable()
      .default(null),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    memberId: string.nullable().default(null),
    memberEpoch: int32,
    heartbeatIntervalMs: int32,
    /** Null if it did not change. */
    assignment: struct({ topicPartitions: array(topicPartitions) })
      .nullable()
      .default(null),
  },
})
