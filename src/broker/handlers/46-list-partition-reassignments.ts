import { clusterName } from '../../access/acl.ts'
import { ListPartitionReassignments } from '../../protocols/kafka/apis/46-list-partition-reassignments.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { handler } from '../handler.ts'

/** Nothing ever moves: there is one broker. */
export const listPartitionReassignments = handler(
  ListPartitionReassignments,
  (_request, context) => {
    const isAllowed = context.allows('Describe', 'Cluster', clusterName)
    const outcome = isAllowed ? { errorCode: errorCode.NONE, errorMessage: null } : refused.Cluster
    return { throttleTimeMs: 0, ...outcome, topics: [] }
  },
)
