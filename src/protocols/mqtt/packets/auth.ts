import { MalformedPacket } from '../malformed-packet.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import { isReasonCode, type ReasonCode, reasonCode } from '../reason-codes.ts'
import type { PacketKind } from './packet-kind.ts'

/** A step of MQTT 5's extended authentication. */
export interface AuthPacket {
  readonly type: 'auth'
  readonly reason: ReasonCode
  readonly properties: Readonly<Properties>
}

export const auth: PacketKind<AuthPacket> = {
  type: 15,
  flags: 0,
  since: 5,
  decode(reader) {
    if (reader.remaining === 0) {
      return { type: 'auth', reason: reasonCode.success, properties: noProperties }
    }
    const reason = reader.uint8()
    if (!isReasonCode(reason)) throw new MalformedPacket(`there is no reason code ${reason}`)
    const properties = reader.remaining === 0 ? noProperties : readProperties(reader, 'auth')
    return { type: 'auth', reason, properties }
  },
  encode(packet, writer) {
    writer.uint8(packet.reason)
    writeProperties(writer, packet.properties)
  },
}
