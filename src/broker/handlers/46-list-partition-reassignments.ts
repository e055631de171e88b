import { ListPartitionReassignments } from '../../protocols/kafka/apis/46-list-partition-reassignments.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { handler } from '../handler.ts'

/** Nothing ever moves: there is one broker. */
export const listPartitionReassignments = handler(ListPartitionReassignments, () => ({
  throttleTimeMs: 0,
  errorCode: errorCode.NONE,
  errorMessage: null,
  topics: [],
}))
