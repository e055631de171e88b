import { FindCoordinator } from '../../protocols/kafka/apis/10-find-coordinator.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { handler } from '../handler.ts'

const groups = 0

/** This broker coordinates every group; transactions and share groups have no coordinator here. */
export const findCoordinator = handler(FindCoordinator, (request, { broker, address, version }) => {
  const known = request.keyType === groups
  const answer = known
    ? {
        errorCode: errorCode.NONE,
        errorMessage: null,
        nodeId: broker.settings.number('node.id'),
        ...address,
      }
    : {
        errorCode: errorCode.INVALID_REQUEST,
        errorMessage: `leat coordinates consumer groups (key type 0) only, not key type ${request.keyType}.`,
        nodeId: -1,
        host: '',
        port: -1,
      }
  if (version < 4) return answer
  return { coordinators: request.coordinatorKeys.map((key) => ({ key, ...answer })) }
})
