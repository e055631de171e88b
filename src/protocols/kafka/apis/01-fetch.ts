import { api, array, int8, int16, int32, int64, records, string, struct, uuid } from '../schema.ts'

/**
 * Reads record batches, in long polls; from version 7 on in sessions that name a partition once
 * (KIP-227).
 */
export const Fetch = api({
  key: 1,
  name: 'Fetch',
  versions: { from: 4, to: 18 },
  flexible: 12,
  request: {
    clusterId: string.since(12).tagged(0).nullable().default(null).ignorable(),
    /** -1 for a consumer; until version 14, then in `replicaState`. */
    replicaId: int32.until(14).default(-1),
    replicaState: struct({ replicaId: int32.default(-1), replicaEpoch: int64.default(-1n) })
      .since(15)
      .tagged(1),
    maxWaitMs: int32,
    /** Wait for so much, but no longer than `maxWaitMs`. */
    minBytes: int32,
    maxBytes: int32.default(0x7fffffff).ignorable(),
    /** 0: every record; 1: only those of committed transactions. */
    isolationLevel: int8.default(0).ignorable(),
    /** 0 starts a session, or goes without one. */
    sessionId: int32.since(7).ignorable(),
    /**
     * -1: without a session; 0: a full request that starts one; else counts the requests of a
     * session.
     */
    sessionEpoch: int32.since(7).default(-1).ignorable(),
    topics: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array({
        partition: int32,
        /** -1 if the client does not know it; an older or newer one than ours is an error. */
        currentLeaderEpoch: int32.since(9).default(-1).ignorable(),
        fetchOffset: int64,
        lastFetchedEpoch: int32.since(12).default(-1),
        logStartOffset: int64.since(5).default(-1n).ignorable(),
        /** The first batch comes whole even if it is larger, so that a reader never gets stuck. */
        partitionMaxBytes: int32,
        replicaDirectoryId: uuid.since(17).tagged(0).ignorable(),
        highWatermark: int64.since(18).tagged(1).default(0x7fffffffffffffffn).ignorable(),
      }),
    }),
    /** Partitions that leave the session. */
    forgottenTopicsData: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array(int32),
    }).since(7),
    rackId: string.since(11).ignorable(),
  },
  response: {
    throttleTimeMs: int32.ignorable(),
    errorCode: int16.since(7).ignorable(),
    sessionId: int32.since(7),
    responses: array({
      topic: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitions: array({
        partitionIndex: int32,
        errorCode: int16,
        highWatermark: int64,
        /** Up to here all transactions have ended. */
        lastStableOffset: int64.default(-1n).ignorable(),
        logStartOffset: int64.since(5).default(-1n).ignorable(),
        /** Where the log of the reader departs from ours. */
        divergingEpoch: struct({ epoch: int32.default(-1), endOffset: int64.default(-1n) })
          .since(12)
          .tagged(0),
        currentLeader: struct({ leaderId: int32.default(-1), leaderEpoch: int32.default(-1) })
          .since(12)
          .tagged(1),
        snapshotId: struct({ endOffset: int64.default(-1n), epoch: int32.default(-1) })
          .since(12)
          .tagged(2),
        abortedTransactions: array({ producerId: int64, firstOffset: int64 })
          .nullable()
          .ignorable(),
        /** -1: go on reading here. */
        preferredReadReplica: int32.since(11).default(-1),
        records: records.nullable(),
      }),
    }),
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: string.nullable().default(null),
    })
      .since(16)
      .tagged(0),
  },
})
