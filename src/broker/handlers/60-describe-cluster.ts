import { DescribeCluster } from '../../protocols/kafka/apis/60-describe-cluster.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { allClusterOperations, operationsNotAsked } from '../authorized-operations.ts'
import { handler } from '../handler.ts'

const brokers = 1

export const describeCluster = handler(DescribeCluster, (request, { broker, address, version }) => {
  const nodeId = broker.settings.number('node.id')
  const answer = {
    throttleTimeMs: 0,
    clusterId: broker.clusterId,
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? allClusterOperations
      : operationsNotAsked,
    ...(version < 1 ? {} : { endpointType: request.endpointType }),
  }
  if (request.endpointType !== brokers) {
    return {
      ...answer,
      errorCode: errorCode.MISMATCHED_ENDPOINT_TYPE,
      errorMessage: 'This is a broker, not a controller: ask for endpoint type 1.',
      brokers: [],
    }
  }
  return {
    ...answer,
    errorCode: errorCode.NONE,
    controllerId: nodeId,
    brokers: [{ brokerId: nodeId, ...address }],
  }
})
