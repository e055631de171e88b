import { api, array, int16, int32, int64, records, string, struct, uuid } from '../schema.ts'

/** Appends record batches. Versions below 3 carry message sets of magic 0 or 1 in `records`. */
export const Produce = api({
  key: 0,
  name: 'Produce',
  versions: { from: 0, to: 13 },
  flexible: 9,
  request: {
    transactionalId: string.since(3).nullable().default(null),
    /** 0: send no answer at all; 1 and -1: answer when the records are stored. */
    acks: int16,
    timeoutMs: int32,
    topicData: array({
      name: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitionData: array({ index: int32, records: records.nullable() }),
    }),
  },
  response: {
    responses: array({
      name: string.until(12).ignorable(),
      topicId: uuid.since(13).ignorable(),
      partitionResponses: array({
        index: int32,
        errorCode: int16,
        baseOffset: int64,
        /** -1 unless the topic takes the time of the append. */
        logAppendTimeMs: int64.since(2).default(-1n).ignorable(),
        logStartOffset: int64.since(5).default(-1n).ignorable(),
        recordErrors: array({
          batchIndex: int32,
          batchIndexErrorMessage: string.nullable().default(null),
        })
          .since(8)
          .ignorable(),
        errorMessage: string.since(8).nullable().default(null).ignorable(),
        /** Set only with an error that says that the leader has moved (KIP-951). */
        currentLeader: struct({ leaderId: int32.default(-1), leaderEpoch: int32.default(-1) })
          .since(10)
          .tagged(0),
      }),
    }),
    throttleTimeMs: int32.since(1).ignorable(),
    nodeEndpoints: array({
      nodeId: int32,
      host: string,
      port: int32,
      rack: string.nullable().default(null),
    })
      .since(10)
      .tagged(0),
  },
})
