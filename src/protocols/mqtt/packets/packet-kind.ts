import type { ByteReader, ByteWriter } from '../../../base/bytes.ts'

/** MQTT 3.1 (MQIsdp), 3.1.1 and 5, as the CONNECT packet numbers them. */
export type ProtocolVersion = 3 | 4 | 5
export type Qos = 0 | 1 | 2

/** One of MQTT's packets: its number and how its body is read and written, in every version. */
export interface PacketKind<Packet> {
  readonly type: number
  /** The lower four bits of the first byte, where they are fixed. */
  readonly flags?: number
  readonly since?: ProtocolVersion
  decode(reader: ByteReader, version: ProtocolVersion, flags: number): Packet
  encode(packet: Packet, writer: ByteWriter, version: ProtocolVersion): void
}
