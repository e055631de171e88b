import { DescribeCluster } from '../../protocols/kafka/apis/60-describe-cluster.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { authorizedClusterOperations, operationsNotAsked } from '../authorized-operations.ts'
import { handler } from '../handler.ts'

const endpoint = { brokers: 1, controllers: 2 } as const

export const describeCluster = handler(DescribeCluster, (request, context) => {
  const { broker, address, version } = context
  const nodeId = broker.settings.number('node.id')
  const answer = {
    throttleTimeMs: 0,
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? authorizedClusterOperations(context)
      : operationsNotAsked,
    ...(version < 1 ? {} : { endpointType: endpoint.brokers }),
  }
  if (request.endpointType !== endpoint.brokers) {
    const isKnown = request.endpointType === endpoint.controllers
    const { MISMATCHED_ENDPOINT_TYPE, UNSUPPORTED_ENDPOINT_TYPE } = errorCode
    return {
      ...answer,
      errorCode: isKnown ? MISMATCHED_ENDPOINT_TYPE : UNSUPPORTED_ENDPOINT_TYPE,
      errorMessage: 'This is a broker, not a controller: ask for endpoint type 1.',
      clusterId: '',
      brokers: [],
    }
  }
  return {
    ...answer,
    errorCode: errorCode.NONE,
    clusterId: broker.clusterId,
    controllerId: nodeId,
    brokers: [{ brokerId: nodeId, ...address }],
  }
})
