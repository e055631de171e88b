import { api, array, int16, int32, string } from '../schema.ts'

/** Forgets how far a group has read some partitions. */
export const OffsetDelete = api({
  key: 47,
  name: 'OffsetDelete',
  versions: { from: 0, to: 0 },
  flexible: Number.POSITIVE_INFINITY,
  request: {
    groupId: string,
    topics: array({
      name: string,
      partitions: array({ partitionIndex: int32 }),
    }),
  },
  response: {
    errorCode: int16,
    throttleTimeMs: int32.ignorable(),
    topics: array({
      name: string,
      partitions: array({ partitionIndex: int32, errorCode: int16 }),
    }),
  },
})
