import { type DisconnectPacket, protocolError, reasonCode } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import type { Session } from '../session.ts'

/** A client that takes its leave has no last will, except if it says so. */
export function handleDisconnect(
  { reason, properties }: DisconnectPacket,
  connection: Connection,
  session: Session,
): void {
  const { sessionExpiryInterval } = properties
  if (sessionExpiryInterval !== undefined) {
    if (!session.durable && sessionExpiryInterval > 0) {
      throw protocolError('a session that ends with its connection is to be kept after all')
    }
    const { sessionExpirySeconds } = connection.services.limits
    session.expirySeconds = Math.min(sessionExpiryInterval, sessionExpirySeconds)
  }
  if (reason === reasonCode.success) session.will = undefined
  connection.end()
}
