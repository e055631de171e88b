import type { PubcompPacket } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import type { Session } from '../session.ts'

export function handlePubcomp({ packetId }: PubcompPacket, _: Connection, session: Session): void {
  session.outbox.completed(packetId)
}
