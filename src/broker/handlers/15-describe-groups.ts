import { DescribeGroups } from '../../protocols/kafka/apis/15-describe-groups.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { refused } from '../access/index.ts'
import { authorizedOperations } from '../authorized-operations.ts'
import type { Group } from '../groups/index.ts'
import { handler } from '../handler.ts'

const firstVersionWithNotFound = 6
const nothing = Buffer.alloc(0)

export const describeGroups = handler(DescribeGroups, (request, context) => ({
  groups: request.groups.map((groupId) => {
    if (!context.allows('Describe', 'Group', groupId)) {
      return unseen(groupId, refused.Group.errorCode)
    }
    const group = context.broker.groups.get(groupId)
    const answer = group === undefined ? absent(groupId, context.version) : describe(group)
    if (!request.includeAuthorizedOperations || answer.errorCode !== errorCode.NONE) return answer
    const operations = authorizedOperations(context, 'Group', groupId)
    return { ...answer, authorizedOperations: operations }
  }),
}))

function describe(group: Group) {
  const isStable = group.state === 'Stable'
  return {
    errorCode: errorCode.NONE,
    groupId: group.name,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocol ?? '') : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isStable ? member.metadataOf(group.protocol) : nothing,
      memberAssignment: member.assignment,
    })),
  }
}

/** Until version 6 a group that nobody knows is a dead one, and no error. */
function absent(groupId: string, version: number) {
  const dead = { ...unseen(groupId, errorCode.NONE), groupState: 'Dead' }
  if (version < firstVersionWithNotFound) return dead
  const errorMessage = `There is no group '${groupId}'.`
  return { ...dead, errorCode: errorCode.GROUP_ID_NOT_FOUND, errorMessage }
}

function unseen(groupId: string, code: number) {
  return {
    errorCode: code,
    groupId,
    groupState: '',
    protocolType: '',
    protocolData: '',
    members: [],
  }
}
