import { noProperties, type PubrecPacket, reasonCode } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import type { Session } from '../session.ts'

export function handlePubrec(
  { packetId, reason }: PubrecPacket,
  connection: Connection,
  session: Session,
): void {
  if (reason >= reasonCode.unspecifiedError) {
    session.outbox.acknowledged(packetId)
    return
  }
  if (session.received(packetId)) return
  // We know of no such message: the client is to let go of it.
  connection.send({
    type: 'pubrel',
    packetId,
    reason: reasonCode.packetIdentifierNotFound,
    properties: noProperties,
  })
}
