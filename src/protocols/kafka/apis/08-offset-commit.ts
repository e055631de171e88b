import { api, array, int16, int32, int64, string, uuid } from '../schema.ts'

/** Stores how far a group has read. */
export const OffsetCommit = api({
  key: 8,
  name: 'OffsetCommit',
  versions: { from: 2, to: 10 },
  flexible: 8,
  request: {
    groupId: string,
    /** -1 from a client that is no member and only stores offsets. */
    generationIdOrMemberEpoch: int32.default(-1).ignorable(),
    memberId: string.ignorable(),
    groupInstanceId: string.since(7).nullable().default(null),
    /** -1: as long as the broker keeps offsets by its settings. */
    retentionTimeMs: int64.until(4).default(-1n).ignorable(),
    topics: array({
      name: string.until(9).ignorable(),
      topicId: uuid.since(10).ignorable(),
      partitions: array({
        partitionIndex: int32,
        committedOffset: int64,
        committedLeaderEpoch: int32.since(6).default(-1).ignorable(),
        /** Whatever the client wants to find again beside the offset. */
        committedMetadata: string.nullable(),
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.since(3).ignorable(),
    topics: array({
      name: string.until(9).ignorable(),
      topicId: uuid.since(10).ignorable(),
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
})
