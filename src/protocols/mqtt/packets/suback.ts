import { readPacketId } from '../fields.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import type { PacketKind } from './packet-kind.ts'

export interface SubackPacket {
  readonly type: 'suback'
  readonly packetId: number
  readonly properties: Readonly<Properties>
  /** For each filter the granted QoS, or a failure (0x80 before MQTT 5). */
  readonly codes: readonly number[]
}

export const suback: PacketKind<SubackPacket> = {
  type: 9,
  flags: 0,
  decode(reader, version) {
    const packetId = readPacketId(reader)
    const properties = version === 5 ? readProperties(reader, 'suback') : noProperties
    return { type: 'suback', packetId, properties, codes: [...reader.bytes(reader.remaining)] }
  },
  encode(packet, writer, version) {
    writer.uint16(packet.packetId)
    if (version === 5) writeProperties(writer, packet.properties)
    for (const code of packet.codes) writer.uint8(code)
  },
}
