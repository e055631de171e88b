import { LeaveGroup } from '../../protocols/kafka/apis/13-leave-group.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { handler } from '../handler.ts'

const firstVersionWithMembers = 3

export const leaveGroup = handler(LeaveGroup, (request, context) => {
  const { broker, version } = context
  const { groupId } = request
  if (!context.allows('Read', 'Group', groupId)) {
    return { errorCode: refused.Group.errorCode, members: [] }
  }
  if (version < firstVersionWithMembers) {
    return { errorCode: broker.groups.leave(groupId, request.memberId, null) }
  }
  if (groupId === '') return { errorCode: errorCode.INVALID_GROUP_ID, members: [] }
  return {
    errorCode: errorCode.NONE,
    members: request.members.map(({ memberId, groupInstanceId }) => ({
      memberId,
      groupInstanceId,
      errorCode: broker.groups.leave(groupId, memberId, groupInstanceId),
    })),
  }
})
