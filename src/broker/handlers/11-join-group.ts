import { JoinGroup } from '../../protocols/kafka/apis/11-join-group.ts'
import { handler } from '../handler.ts'

const firstVersionWithRebalanceTimeout = 1
const firstVersionWithRequiredId = 4
const firstVersionWithNullableProtocol = 7
const firstVersionThatSkipsAssignment = 9

/** May take as long as the slowest member: the answer comes when all have joined. */
export const joinGroup = handler(JoinGroup, async (request, context) => {
  const { broker, version, clientId, clientHost } = context
  const { sessionTimeoutMs, rebalanceTimeoutMs } = request
  const { skipAssignment, protocolName, ...result } = await broker.groups.join(request.groupId, {
    memberId: request.memberId,
    groupInstanceId: request.groupInstanceId,
    clientId: clientId ?? '',
    clientHost,
    sessionTimeoutMs,
    rebalanceTimeoutMs:
      version < firstVersionWithRebalanceTimeout ? sessionTimeoutMs : rebalanceTimeoutMs,
    protocolType: request.protocolType,
    protocols: request.protocols,
    requireKnownMemberId: version >= firstVersionWithRequiredId,
    supportsSkippingAssignment: version >= firstVersionThatSkipsAssignment,
  })
  return {
    ...result,
    protocolName: version < firstVersionWithNullableProtocol ? (protocolName ?? '') : protocolName,
    ...(version < firstVersionThatSkipsAssignment ? {} : { skipAssignment }),
  }
})
