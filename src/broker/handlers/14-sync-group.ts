import { SyncGroup } from '../../protocols/kafka/apis/14-sync-group.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { syncFailure } from '../groups/index.ts'
import { handler } from '../handler.ts'

/** The leader brings the assignment, the others wait for it. */
export const syncGroup = handler(SyncGroup, async (request, context) =>
  context.allows('Read', 'Group', request.groupId)
    ? await context.broker.groups.sync(request.groupId, request)
    : syncFailure(errorCode.GROUP_AUTHORIZATION_FAILED),
)
