import { DeleteGroups } from '../../protocols/kafka/apis/42-delete-groups.ts'
import { handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'

/** Deletes groups without members, with their offsets. */
export const deleteGroups = handler(DeleteGroups, async (request, { broker }) => ({
  throttleTimeMs: 0,
  results: await Promise.all(
    [...new Set(request.groupsNames)].map(async (groupId) => ({
      groupId,
      errorCode: await broker.groups
        .delete(groupId)
        .catch((error) => kafkaError(error, broker.logger).errorCode),
    })),
  ),
}))
