import { readPacketId, readString, writeString } from '../fields.ts'
import { protocolError } from '../malformed-packet.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import type { PacketKind } from './packet-kind.ts'

export interface UnsubscribePacket {
  readonly type: 'unsubscribe'
  readonly packetId: number
  readonly properties: Readonly<Properties>
  readonly filters: readonly string[]
}

export const unsubscribe: PacketKind<UnsubscribePacket> = {
  type: 10,
  flags: 2,
  decode(reader, version) {
    const packetId = readPacketId(reader)
    const properties = version === 5 ? readProperties(reader, 'unsubscribe') : noProperties
    const filters: string[] = []
    while (reader.remaining > 0) filters.push(readString(reader))
    if (filters.length === 0) throw protocolError('an UNSUBSCRIBE has no topic filter')
    return { type: 'unsubscribe', packetId, properties, filters }
  },
  encode(packet, writer, version) {
    writer.uint16(packet.packetId)
    if (version === 5) writeProperties(writer, packet.properties)
    for (const filter of packet.filters) writeString(writer, filter)
  },
}
