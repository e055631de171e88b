import { api, array, int16, int32, string } from '../schema.ts'

/** Lists the moves of replicas that are under way. */
export const ListPartitionReassignments = api({
  key: 46,
  name: 'ListPartitionReassignments',
  versions: { from: 0, to: 0 },
  flexible: 0,
  request: {
    timeoutMs: int32.default(60000),
    /** Null asks for all. */
    topics: array({ name: string, partitionIndexes: array(int32) })
      .nullable()
      .default(null),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable(),
    topics: array({
      name: string,
      partitions: array({
        partitionIndex: int32,
        replicas: array(int32),
        addingReplicas: array(int32),
        removingReplicas: array(int32),
      }),
    }),
  },
})
