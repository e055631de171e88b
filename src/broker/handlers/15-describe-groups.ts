import { DescribeGroups } from '../../protocols/kafka/apis/15-describe-groups.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import { allGroupOperations } from '../authorized-operations.ts'
import type { Group } from '../groups/index.ts'
import { handler } from '../handler.ts'

const firstVersionWithNotFound = 6
const nothing = Buffer.alloc(0)

export const describeGroups = handler(DescribeGroups, (request, { broker, version }) => ({
  groups: request.groups.map((groupId) => {
    const group = broker.groups.get(groupId)
    const answer = group === undefined ? absent(groupId, version) : describe(group)
    if (!request.includeAuthorizedOperations) return answer
    return { ...answer, authorizedOperations: allGroupOperations }
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
  const dead = {
    errorCode: errorCode.NONE,
    groupId,
    groupState: 'Dead',
    protocolType: '',
    protocolData: '',
    members: [],
  }
  if (version < firstVersionWithNotFound) return dead
  const errorMessage = `There is no group '${groupId}'.`
  return { ...dead, errorCode: errorCode.GROUP_ID_NOT_FOUND, errorMessage }
}
