import { JoinGroup } from '../../protocols/kafka/apis/11-join-group.ts'
import { errorCode } from '../../protocols/kafka/error-codes.ts'
import type { MessageOf } from '../../protocols/kafka/schema.ts'
import { joinFailure } from '../groups/index.ts'
import { type Context, handler } from '../handler.ts'

type Request = MessageOf<typeof JoinGroup.request>

const firstVersionWithRebalanceTimeout = 1
const firstVersionWithRequiredId = 4
const firstVersionWithNullableProtocol = 7
const firstVersionThatSkipsAssignment = 9

/** May take as long as the slowest member: the answer comes when all have joined. */
export const joinGroup = handler(JoinGroup, async (request, context) => {
  const { version } = context
  const isAllowed = context.allows('Read', 'Group', request.groupId)
  const { skipAssignment, protocolName, ...result } = isAllowed
    ? await join(request, context)
    : joinFailure(errorCode.GROUP_AUTHORIZATION_FAILED, '')
  return {
    ...result,
    protocolName: version < firstVersionWithNullableProtocol ? (protocolName ?? '') : protocolName,
    ...(version < firstVersionThatSkipsAssignment ? {} : { skipAssignment }),
  }
})

async function join(request: Request, { broker, version, clientId, clientHost }: Context) {
  const { sessionTimeoutMs, rebalanceTimeoutMs } = request
  return await broker.groups.join(request.groupId, {
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
}
