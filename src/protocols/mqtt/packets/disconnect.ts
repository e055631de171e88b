import { MalformedPacket } from '../malformed-packet.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import { isReasonCode, type ReasonCode, reasonCode } from '../reason-codes.ts'
import type { PacketKind } from './packet-kind.ts'

export interface DisconnectPacket {
  readonly type: 'disconnect'
  readonly reason: ReasonCode
  readonly properties: Readonly<Properties>
}

export const disconnect: PacketKind<DisconnectPacket> = {
  type: 14,
  flags: 0,
  decode(reader, version) {
    if (version < 5 || reader.remaining === 0) {
      return { type: 'disconnect', reason: reasonCode.success, properties: noProperties }
    }
    const reason = reader.uint8()
    if (!isReasonCode(reason)) throw new MalformedPacket(`there is no reason code ${reason}`)
    const properties = reader.remaining === 0 ? noProperties : readProperties(reader, 'disconnect')
    return { type: 'disconnect', reason, properties }
  },
  encode(packet, writer, version) {
    if (version < 5) return
    writer.uint8(packet.reason)
    writeProperties(writer, packet.properties)
  },
}
