import { api, array, int8, int16, int32, int64, string } from '../schema.ts'

/** Finds offsets by timestamp, or one of the ends of a partition. */
export const ListOffsets = api({
  key: 2,
  name: 'ListOffsets',
  versions: { from: 1, to: 11 },
  flexible: 6,
  request: {
    /** -1 for a consumer. */
    replicaId: int32,
    /** 0: every record counts; 1: the end is the last stable offset. */
    isolationLevel: int8.since(2),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** -1 if the client does not know it; an older or newer one than ours is an error. */
        currentLeaderEpoch: int32.since(4).default(-1).ignorable(),
        /**
         * -1 latest, -2 earliest, -3 the record with the highest timestamp (version 7), -4 earliest
         * on this disk (8), -5 latest in tiered storage (9), -6 earliest not yet there (11).
         */
        timestamp: int64,
      }),
    }),
    timeoutMs: int32.since(10).ignorable(),
  },
  response: {
    throttleTimeMs: int32.since(2).ignorable(),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        /** -1 if the offset was not found by its timestamp. */
        timestamp: int64.default(-1n),
        /** -1 if no record is at or after the timestamp. */
        offset: int64.default(-1n),
        leaderEpoch: int32.since(4).default(-1),
      }),
    }),
  },
})
