import { noProperties, type PubrelPacket, reasonCode } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'
import type { Session } from '../session.ts'

/**
 * The packet identifier is free once that is durable: until then the same message may come again.
 * One that we do not know was released before its PUBCOMP got lost, so that is a success too:
 * clients (mqtt.js) would take "not found" for a message that failed.
 */
export function handlePubrel(
  { packetId }: PubrelPacket,
  connection: Connection,
  session: Session,
): void {
  const released = session.taken.has(packetId) ? session.release(packetId) : undefined
  const complete = () => {
    const reason = reasonCode.success
    connection.send({ type: 'pubcomp', packetId, reason, properties: noProperties })
  }
  if (released === undefined) complete()
  else released.then(complete, (error) => connection.fail(error))
}
