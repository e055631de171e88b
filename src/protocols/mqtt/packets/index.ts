import { ByteReader, ByteWriter, MalformedBytes } from '../../../base/bytes.ts'
import { framed } from '../fields.ts'
import { MalformedPacket, protocolError } from '../malformed-packet.ts'
import { type AuthPacket, auth } from './auth.ts'
import { type ConnackPacket, connack } from './connack.ts'
import { type ConnectPacket, connect } from './connect.ts'
import { type DisconnectPacket, disconnect } from './disconnect.ts'
import type { PacketKind, ProtocolVersion } from './packet-kind.ts'
import { type PingreqPacket, pingreq } from './pingreq.ts'
import { type PingrespPacket, pingresp } from './pingresp.ts'
import { type PubackPacket, puback } from './puback.ts'
import { type PubcompPacket, pubcomp } from './pubcomp.ts'
import { type PublishPacket, publish, publishFlags } from './publish.ts'
import { type PubrecPacket, pubrec } from './pubrec.ts'
import { type PubrelPacket, pubrel } from './pubrel.ts'
import { type SubackPacket, suback } from './suback.ts'
import { type SubscribePacket, subscribe } from './subscribe.ts'
import { type UnsubackPacket, unsuback } from './unsuback.ts'
import { type UnsubscribePacket, unsubscribe } from './unsubscribe.ts'

export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | PubackPacket
  | PubrecPacket
  | PubrelPacket
  | PubcompPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingreqPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket

const kinds: { readonly [Type in Packet['type']]: PacketKind<Extract<Packet, { type: Type }>> } = {
  connect,
  connack,
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect,
  auth,
}

const byType: (PacketKind<Packet> | undefined)[] = []
for (const kind of Object.values(kinds)) byType[kind.type] = kind as PacketKind<Packet>

/** Reads a whole packet; throws `MalformedPacket`. A CONNECT tells its version itself. */
export function decodePacket(firstByte: number, body: Buffer, version: ProtocolVersion): Packet {
  const kind = byType[firstByte >> 4]
  const flags = firstByte & 0x0f
  if (kind === undefined || (kind.since ?? 3) > version) {
    throw protocolError(`MQTT has no packet ${firstByte >> 4} in this version`)
  }
  // MQTT 3.1 gave PUBREL, SUBSCRIBE and UNSUBSCRIBE a duplicate flag.
  const wanted = version === 3 ? flags & ~8 : flags
  if (kind.flags !== undefined && wanted !== kind.flags) {
    throw new MalformedPacket('the flags of a packet are not the ones that it must have')
  }
  const reader = new ByteReader(body)
  try {
    const packet = kind.decode(reader, version, flags)
    if (reader.remaining > 0) throw new MalformedPacket('bytes follow the end of a packet')
    return packet
  } catch (error) {
    if (error instanceof MalformedBytes) throw new MalformedPacket(error.message)
    throw error
  }
}

export function encodePacket(packet: Packet, version: ProtocolVersion): Buffer {
  const kind = kinds[packet.type] as PacketKind<Packet>
  const body = new ByteWriter(64)
  kind.encode(packet, body, version)
  const flags = packet.type === 'publish' ? publishFlags(packet) : (kind.flags ?? 0)
  return framed((kind.type << 4) | flags, body)
}
