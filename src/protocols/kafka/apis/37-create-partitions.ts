import { api, array, bool, int16, int32, string } from '../schema.ts'

/** Adds partitions to topics. */
export const CreatePartitions = api({
  key: 37,
  name: 'CreatePartitions',
  versions: { from: 0, to: 3 },
  flexible: 2,
  request: {
    topics: array({
      name: string,
      /** The new total, not the increase. */
      count: int32,
      /** Null leaves the choice to the broker. */
      assignments: array({ brokerIds: array(int32) }).nullable(),
    }),
    timeoutMs: int32,
    validateOnly: bool,
  },
  response: {
    throttleTimeMs: int32,
    results: array({
      name: string,
      errorCode: int16,
      errorMessage: string.nullable().default(null),
    }),
  },
})
