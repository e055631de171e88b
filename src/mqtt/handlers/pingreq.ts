import type { PingreqPacket } from '../../protocols/mqtt/index.ts'
import type { Connection } from '../connection.ts'

export function handlePingreq(_: PingreqPacket, connection: Connection): void {
  connection.send({ type: 'pingresp' })
}
