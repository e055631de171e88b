import { api, array, int8, int16, int32, string } from '../schema.ts'

/** Makes the preferred replicas leaders again. */
export const ElectLeaders = api({
  key: 43,
  name: 'ElectLeaders',
  versions: { from: 0, to: 2 },
  flexible: 2,
  request: {
    /** 0: the preferred replica; 1: any that is in sync, or not even that. */
    electionType: int8.since(1),
    /** Null asks for all. */
    topicPartitions: array({ topic: string, partitions: array(int32) }).nullable(),
    timeoutMs: int32.default(60000),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16.since(1),
    replicaElectionResults: array({
      topic: string,
      partitionResult: array({
        partitionId: int32,
        errorCode: int16,
        errorMessage: string.nullable(),
      }),
    }),
  },
})
