import { ByteWriter } from '../../../base/bytes.ts'
import { readPacketId, readString, writeString } from '../fields.ts'
import { MalformedPacket, protocolError } from '../malformed-packet.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import { reasonCode } from '../reason-codes.ts'
import { hasWildcards, isTopicName } from '../topic-filter.ts'
import type { PacketKind, ProtocolVersion, Qos } from './packet-kind.ts'

export interface PublishPacket {
  readonly type: 'publish'
  readonly qos: Qos
  readonly retain: boolean
  readonly duplicate: boolean
  /** Empty in MQTT 5 where a topic alias stands for it. */
  readonly topic: string
  /** 0 at QoS 0, which has none. */
  readonly packetId: number
  /** A view into the bytes that were received, not a copy. */
  readonly payload: Buffer
  readonly properties: Readonly<Properties>
}

export const publish: PacketKind<PublishPacket> = {
  type: 3,

  decode(reader, version, flags) {
    const qos = (flags >> 1) & 3
    if (qos === 3) throw new MalformedPacket('the QoS of a PUBLISH is 3')
    const duplicate = (flags & 8) !== 0
    if (duplicate && qos === 0) throw new MalformedPacket('a PUBLISH of QoS 0 is a duplicate')
    const topic = readString(reader)
    const packetId = qos === 0 ? 0 : readPacketId(reader)
    const properties = version === 5 ? readProperties(reader, 'publish') : noProperties
    checkTopic(topic, properties)
    return {
      type: 'publish',
      qos: qos as Qos,
      retain: (flags & 1) !== 0,
      duplicate,
      topic,
      packetId,
      payload: reader.bytes(reader.remaining),
      properties,
    }
  },

  encode(packet, writer, version) {
    writeHead(packet, writer, version)
    writer.bytes(packet.payload)
  },
}

/** The four bits beside the packet's number. */
export function publishFlags({ qos, retain, duplicate }: PublishPacket): number {
  return (duplicate ? 8 : 0) | (qos << 1) | (retain ? 1 : 0)
}

/** A PUBLISH in two parts: everything before the payload, so that a large payload is not copied. */
export function publishHead(packet: PublishPacket, version: ProtocolVersion): Buffer {
  const head = new ByteWriter(packet.topic.length + 16)
  writeHead(packet, head, version)
  const writer = new ByteWriter(head.length + 5)
  writer.uint8((publish.type << 4) | publishFlags(packet))
  writer.uvarint(head.length + packet.payload.length)
  for (const part of head.parts()) writer.bytes(part)
  return writer.done()
}

function writeHead(packet: PublishPacket, writer: ByteWriter, version: ProtocolVersion): void {
  writeString(writer, packet.topic)
  if (packet.qos > 0) writer.uint16(packet.packetId)
  if (version !== 5) return
  if (packet.properties === noProperties) writer.uint8(0)
  else writeProperties(writer, packet.properties)
}

function checkTopic(topic: string, { topicAlias, responseTopic }: Readonly<Properties>): void {
  if (topicAlias === 0) {
    throw new MalformedPacket('a topic alias is 0', reasonCode.topicAliasInvalid)
  }
  if (topic === '') {
    if (topicAlias === undefined) throw protocolError('a PUBLISH has neither topic nor alias')
  } else if (hasWildcards(topic)) {
    throw new MalformedPacket(
      `the topic '${topic}' of a PUBLISH has a wildcard`,
      reasonCode.topicNameInvalid,
    )
  }
  if (responseTopic !== undefined && !isTopicName(responseTopic)) {
    throw protocolError(`the response topic '${responseTopic}' has a wildcard or is empty`)
  }
}
