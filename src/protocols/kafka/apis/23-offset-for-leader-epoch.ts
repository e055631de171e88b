import { api, array, int16, int32, int64, string } from '../schema.ts'

/** Asks where the records of an epoch end, so that a reader notices that a log was cut. */
export const OffsetForLeaderEpoch = api({
  key: 23,
  name: 'OffsetForLeaderEpoch',
  versions: { from: 2, to: 4 },
  flexible: 4,
  request: {
    /** -1 for a consumer. */
    replicaId: int32.since(3).default(-2).ignorable(),
    topics: array({
      topic: string,
      partitions: array({
        partition: int32,
        /** -1 if the client does not know it; an older or newer one than ours is an error. */
        currentLeaderEpoch: int32.default(-1).ignorable(),
        leaderEpoch: int32,
      }),
    }),
  },
  response: {
    throttleTimeMs: int32.ignorable(),
    topics: array({
      topic: string,
      partitions: array({
        errorCode: int16,
        partition: int32,
        /** The largest epoch that is not above the asked one; -1 if there is none. */
        leaderEpoch: int32.default(-1).ignorable(),
        endOffset: int64.default(-1n),
      }),
    }),
  },
})
