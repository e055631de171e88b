import { readPacketId, readString, writeString } from '../fields.ts'
import { MalformedPacket, protocolError } from '../malformed-packet.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import type { PacketKind, ProtocolVersion, Qos } from './packet-kind.ts'

export interface SubscriptionRequest {
  readonly filter: string
  readonly qos: Qos
  /** Messages that this client published itself are not sent to it. */
  readonly noLocal: boolean
  readonly retainAsPublished: boolean
  /** Retained messages: 0 always, 1 only if the subscription is new, 2 never. */
  readonly retainHandling: 0 | 1 | 2
}

export interface SubscribePacket {
  readonly type: 'subscribe'
  readonly packetId: number
  readonly properties: Readonly<Properties>
  readonly subscriptions: readonly SubscriptionRequest[]
}

export const subscribe: PacketKind<SubscribePacket> = {
  type: 8,
  flags: 2,

  decode(reader, version) {
    const packetId = readPacketId(reader)
    const properties = version === 5 ? readProperties(reader, 'subscribe') : noProperties
    const subscriptions: SubscriptionRequest[] = []
    while (reader.remaining > 0) {
      subscriptions.push({ filter: readString(reader), ...readOptions(reader.uint8(), version) })
    }
    if (subscriptions.length === 0) throw protocolError('a SUBSCRIBE has no topic filter')
    return { type: 'subscribe', packetId, properties, subscriptions }
  },

  encode(packet, writer, version) {
    writer.uint16(packet.packetId)
    if (version === 5) writeProperties(writer, packet.properties)
    for (const {
      filter,
      qos,
      noLocal,
      retainAsPublished,
      retainHandling,
    } of packet.subscriptions) {
      writeString(writer, filter)
      const extra = (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4)
      writer.uint8(version === 5 ? qos | extra : qos)
    }
  },
}

function readOptions(options: number, version: ProtocolVersion) {
  const qos = options & 3
  const retainHandling = (options >> 4) & 3
  if (qos === 3 || options & (version === 5 ? 0xc0 : 0xfc)) {
    throw new MalformedPacket('reserved bits of a subscription are set')
  }
  if (retainHandling === 3) throw protocolError('the retain handling of a subscription is 3')
  return {
    qos: qos as Qos,
    noLocal: (options & 4) !== 0,
    retainAsPublished: (options & 8) !== 0,
    retainHandling: retainHandling as 0 | 1 | 2,
  }
}
