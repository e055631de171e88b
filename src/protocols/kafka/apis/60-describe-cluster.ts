import { api, array, bool, int8, int16, int32, string } from '../schema.ts'

/** Says which brokers, or controllers, the cluster has. */
export const DescribeCluster = api({
  key: 60,
  name: 'DescribeCluster',
  versions: { from: 0, to: 2 },
  flexible: 0,
  request: {
    includeClusterAuthorizedOperations: bool,
    /** 1: brokers, 2: controllers. */
    endpointType: int8.since(1).default(1),
    includeFencedBrokers: bool.since(2),
  },
  response: {
    throttleTimeMs: int32,
    errorCode: int16,
    errorMessage: string.nullable().default(null),
    endpointType: int8.since(1).default(1),
    clusterId: string,
    controllerId: int32.default(-1),
    brokers: array({
      brokerId: int32,
      host: string,
      port: int32,
      rack: string.nullable().default(null),
      isFenced: bool.since(2),
    }),
    /** A bit for every operation that the client may do; -2147483648 if it did not ask. */
    clusterAuthorizedOperations: int32.default(-2147483648),
  },
})
