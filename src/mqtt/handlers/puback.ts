import type { PubackPacket } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import type { Session } from '../session.ts'

/** A refusal counts like an acknowledgement: the message is not sent again. */
export function handlePuback({ packetId }: PubackPacket, _: Connection, session: Session): void {
  session.outbox.acknowledged(packetId)
}
