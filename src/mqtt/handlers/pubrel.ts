import { noProperties, type PubrelPacket, reasonCode } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import type { Session } from '../session.ts'

/** The packet identifier is free once that is durable: until then the same message may come again. */
export function handlePubrel(
  { packetId }: PubrelPacket,
  connection: Connection,
  session: Session,
): void {
  const known = session.taken.has(packetId)
  const released = known ? session.release(packetId) : undefined
  const complete = () => {
    connection.send({
      type: 'pubcomp',
      packetId,
      reason: known ? reasonCode.success : reasonCode.packetIdentifierNotFound,
      properties: noProperties,
    })
  }
  if (released === undefined) complete()
  else released.then(complete, (error) => connection.fail(error))
}
