import { SyncGroup } from '../../protocols/kafka/apis/14-sync-group.ts'
import { handler } from '../handler.ts'

/** The leader brings the assignment, the others wait for it. */
export const syncGroup = handler(
  SyncGroup,
  async (request, { broker }) => await broker.groups.sync(request.groupId, request),
)
