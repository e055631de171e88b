import { DeleteGroups } from '../../protocols/kafka/apis/42-delete-groups.ts'
import { refused } from '../access/index.ts'
import { type Context, handler } from '../handler.ts'
import { kafkaError } from '../kafka-errors.ts'

/** Deletes groups without members, with their offsets. */
export const deleteGroups = handler(DeleteGroups, async (request, context) => ({
  throttleTimeMs: 0,
  results: await Promise.all(
    [...new Set(request.groupsNames)].map(async (groupId) => ({
      groupId,
      errorCode: await remove(groupId, context),
    })),
  ),
}))

async function remove(groupId: string, context: Context): Promise<number> {
  const { groups, logger } = context.broker
  if (!context.allows('Delete', 'Group', groupId)) return refused.Group.errorCode
  return await groups.delete(groupId).catch((error) => kafkaError(error, logger).errorCode)
}
