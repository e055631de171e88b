import { FindCoordinator } from '../../protocols/kafka/apis/10-find-coordinator.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { type Context, handler } from '../handler.ts'

const keyTypes = { group: 0, transaction: 1 } as const
const nowhere = { nodeId: -1, host: '', port: -1 }

/** This broker coordinates every group; transactions and share groups have no coordinator here. */
export const findCoordinator = handler(FindCoordinator, (request, context) => {
  const { coordinatorKeys, key, keyType } = request
  if (context.version < 4) return coordinatorOf(keyType, key, context)
  return {
    coordinators: coordinatorKeys.map((key) => ({ key, ...coordinatorOf(keyType, key, context) })),
  }
})

function coordinatorOf(type: number, key: string, context: Context) {
  const { broker, address } = context
  if (type === keyTypes.group) {
    if (!context.allows('Describe', 'Group', key)) return { ...refused.Group, ...nowhere }
    const nodeId = broker.settings.number('node.id')
    return { errorCode: errorCode.NONE, errorMessage: null, nodeId, ...address }
  }
  if (type === keyTypes.transaction && !context.allows('Describe', 'TransactionalId', key)) {
    return { ...refused.TransactionalId, ...nowhere }
  }
  const errorMessage = `leat coordinates consumer groups (key type 0) only, not key type ${type}.`
  return { errorCode: errorCode.INVALID_REQUEST, errorMessage, ...nowhere }
}
