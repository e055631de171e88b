import { noProperties, reasonCode, type UnsubscribePacket } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import type { Session } from '../session.ts'

export async function handleUnsubscribe(
  { packetId, filters }: UnsubscribePacket,
  connection: Connection,
  session: Session,
): Promise<void> {
  const codes = filters.map((filter) =>
    session.unsubscribe(filter) ? reasonCode.success : reasonCode.noSubscriptionExisted,
  )
  if (session.durable) await session.save()
  connection.send({ type: 'unsuback', packetId, properties: noProperties, codes })
}
