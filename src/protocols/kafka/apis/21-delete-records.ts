import { api, array, int16, int32, int64, string } from '../schema.ts'

/** Deletes the records of partitions before an offset. */
export const DeleteRecords = api({
  key: 21,
  name: 'DeleteRecords',
  versions: { from: 0, to: 2 },
  flexible: 2,
  request: {
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** -1 means the high watermark: everything. */
        offset: int64,
      }),
    }),
    timeoutMs: int32,
  },
  response: {
    throttleTimeMs: int32,
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        /** The new first offset. */
        lowWatermark: int64,
        errorCode: int16,
      }),
    }),
  },
})
