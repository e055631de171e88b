import { readPacketId } from '../fields.ts'
import { MalformedPacket } from '../malformed-packet.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import { isReasonCode, type ReasonCode, reasonCode } from '../reason-codes.ts'
import type { PacketKind } from './packet-kind.ts'

/** What PUBACK, PUBREC, PUBREL and PUBCOMP have in common, which is everything but the number. */
export interface Acknowledgement<Type extends string> {
  readonly type: Type
  readonly packetId: number
  readonly reason: ReasonCode
  readonly properties: Readonly<Properties>
}

export function acknowledgement<const Type extends string>(
  name: Type,
  type: number,
  flags: number,
): PacketKind<Acknowledgement<Type>> {
  return {
    type,
    flags,
    decode(reader, version) {
      const packetId = readPacketId(reader)
      if (version < 5 || reader.remaining === 0) {
        return { type: name, packetId, reason: reasonCode.success, properties: noProperties }
      }
      const reason = reader.uint8()
      if (!isReasonCode(reason)) throw new MalformedPacket(`there is no reason code ${reason}`)
      const properties =
        reader.remaining === 0 ? noProperties : readProperties(reader, 'acknowledgement')
      return { type: name, packetId, reason, properties }
    },
    encode(packet, writer, version) {
      writer.uint16(packet.packetId)
      const bare = packet.properties === noProperties
      if (version < 5 || (bare && packet.reason === reasonCode.success)) return
      writer.uint8(packet.reason)
      if (!bare) writeProperties(writer, packet.properties)
    },
  }
}
