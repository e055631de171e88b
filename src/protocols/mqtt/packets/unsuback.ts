import { readPacketId } from '../fields.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import type { PacketKind } from './packet-kind.ts'

export interface UnsubackPacket {
  readonly type: 'unsuback'
  readonly packetId: number
  readonly properties: Readonly<Properties>
  /** One for each filter in MQTT 5, none before. */
  readonly codes: readonly number[]
}

export const unsuback: PacketKind<UnsubackPacket> = {
  type: 11,
  flags: 0,
  decode(reader, version) {
    const packetId = readPacketId(reader)
    const properties = version === 5 ? readProperties(reader, 'unsuback') : noProperties
    return { type: 'unsuback', packetId, properties, codes: [...reader.bytes(reader.remaining)] }
  },
  encode(packet, writer, version) {
    writer.uint16(packet.packetId)
    if (version !== 5) return
    writeProperties(writer, packet.properties)
    for (const code of packet.codes) writer.uint8(code)
  },
}
