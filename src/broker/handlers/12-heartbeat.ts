import { Heartbeat } from '../../protocols/kafka/apis/12-heartbeat.ts'
import { handler } from '../handler.ts'

export const heartbeat = handler(Heartbeat, (request, { broker }) => ({
  errorCode: broker.groups.heartbeat(request.groupId, request),
}))
