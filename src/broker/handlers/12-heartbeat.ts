import { Heartbeat } from '../../protocols/kafka/apis/12-heartbeat.ts'
import { refused } from '../access/index.ts'
import { handler } from '../handler.ts'

export const heartbeat = handler(Heartbeat, (request, context) => ({
  errorCode: context.allows('Read', 'Group', request.groupId)
    ? context.broker.groups.heartbeat(request.groupId, request)
    : refused.Group.errorCode,
}))
