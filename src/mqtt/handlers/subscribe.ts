import {
  isTopicFilter,
  MalformedPacket,
  noProperties,
  protocolError,
  type ReasonCode,
  reasonCode,
  type SubscribePacket,
  type SubscriptionRequest,
  sharedFilter,
} from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import { maySubscribe } from '../rights.ts'
import type { Session } from '../session.ts'
import type { Subscription } from '../subscriptions.ts'

export async function handleSubscribe(
  packet: SubscribePacket,
  connection: Connection,
  session: Session,
): Promise<void> {
  const { sessions } = connection.services
  const codes: number[] = []
  const withRetained: Subscription[] = []
  for (const request of packet.subscriptions) {
    const refusal = refusalOf(request, connection, session)
    if (refusal !== undefined) {
      codes.push(connection.version === 5 ? refusal : reasonCode.unspecifiedError)
      continue
    }
    const isNew = !session.filters.has(request.filter)
    const subscription: Subscription = {
      filter: request.filter,
      qos: request.qos,
      noLocal: request.noLocal,
      retainAsPublished: request.retainAsPublished,
      identifier: packet.properties.subscriptionIdentifiers?.[0],
    }
    await sessions.subscribe(session, subscription)
    codes.push(request.qos)
    const { retainHandling } = request
    if (retainHandling === 0 || (retainHandling === 1 && isNew)) withRetained.push(subscription)
  }
  if (session.durable) await session.save()
  connection.send({ type: 'suback', packetId: packet.packetId, properties: noProperties, codes })
  for (const subscription of withRetained) sessions.sendRetained(session, subscription)
}

function refusalOf(
  { filter, noLocal }: SubscriptionRequest,
  connection: Connection,
  session: Session,
): ReasonCode | undefined {
  const { services, version } = connection
  const { subscriptions, topicBytes, topicLevels } = services.limits
  const tooLong = Buffer.byteLength(filter) > topicBytes || filter.split('/').length > topicLevels
  if (tooLong || !isTopicFilter(filter)) return reasonCode.topicFilterInvalid
  try {
    if (sharedFilter(filter) !== undefined && noLocal && version === 5) {
      throw protocolError('a shared subscription wants no local messages')
    }
  } catch (error) {
    if (error instanceof MalformedPacket && error.reason === reasonCode.topicFilterInvalid) {
      return error.reason
    }
    throw error
  }
  if (!maySubscribe(sharedFilter(filter)?.filter ?? filter, connection)) {
    return reasonCode.notAuthorized
  }
  if (!session.filters.has(filter) && session.filters.size >= subscriptions) {
    return reasonCode.quotaExceeded
  }
  return undefined
}
