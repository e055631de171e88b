import { MalformedPacket } from '../malformed-packet.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import type { PacketKind } from './packet-kind.ts'

export interface ConnackPacket {
  readonly type: 'connack'
  readonly sessionPresent: boolean
  /** A reason code in MQTT 5, a return code before. */
  readonly code: number
  readonly properties: Readonly<Properties>
}

export const connack: PacketKind<ConnackPacket> = {
  type: 2,
  flags: 0,
  decode(reader, version) {
    const flags = reader.uint8()
    if (flags > 1) throw new MalformedPacket('reserved flags of a CONNACK are set')
    const code = reader.uint8()
    const properties = version === 5 ? readProperties(reader, 'connack') : noProperties
    return { type: 'connack', sessionPresent: flags === 1, code, properties }
  },
  encode(packet, writer, version) {
    writer.uint8(packet.sessionPresent ? 1 : 0)
    writer.uint8(packet.code)
    if (version === 5) writeProperties(writer, packet.properties)
  },
}
