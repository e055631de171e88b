import type { ByteReader, ByteWriter } from '../../../base/bytes.ts'
import { readBinary, readString, writeBinary, writeString } from '../fields.ts'
import { MalformedPacket, protocolError } from '../malformed-packet.ts'
import { noProperties, type Properties, readProperties, writeProperties } from '../properties.ts'
import { reasonCode } from '../reason-codes.ts'
import { isTopicName } from '../topic-filter.ts'
import type { PacketKind, ProtocolVersion, Qos } from './packet-kind.ts'

export interface Will {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: Qos
  readonly retain: boolean
  readonly properties: Readonly<Properties>
}

export interface ConnectPacket {
  readonly type: 'connect'
  readonly version: ProtocolVersion
  /** "Clean session" before MQTT 5. */
  readonly cleanStart: boolean
  readonly keepAliveSeconds: number
  readonly clientId: string
  readonly will?: Will
  readonly userName?: string
  readonly password?: Buffer
  readonly properties: Readonly<Properties>
}

const flag = { cleanStart: 0x02, will: 0x04, willRetain: 0x20, password: 0x40, userName: 0x80 }

export const connect: PacketKind<ConnectPacket> = {
  type: 1,
  flags: 0,

  decode(reader) {
    const version = readVersion(reader)
    const flags = reader.uint8()
    checkFlags(flags, version)
    const keepAliveSeconds = reader.uint16()
    const properties = version === 5 ? readProperties(reader, 'connect') : noProperties
    if (
      properties.authenticationData !== undefined &&
      properties.authenticationMethod === undefined
    ) {
      throw protocolError('authentication data comes without an authentication method')
    }
    const clientId = readString(reader)
    const will = flags & flag.will ? readWill(reader, flags, version) : undefined
    const userName = flags & flag.userName ? readString(reader) : undefined
    const password = flags & flag.password ? readBinary(reader) : undefined
    return {
      type: 'connect',
      version,
      cleanStart: (flags & flag.cleanStart) !== 0,
      keepAliveSeconds,
      clientId,
      ...(will === undefined ? {} : { will }),
      ...(userName === undefined ? {} : { userName }),
      ...(password === undefined ? {} : { password }),
      properties,
    }
  },

  encode(packet, writer) {
    const { version, will, userName, password } = packet
    writeString(writer, version === 3 ? 'MQIsdp' : 'MQTT')
    writer.uint8(version)
    writer.uint8(
      (packet.cleanStart ? flag.cleanStart : 0) |
        (will === undefined
          ? 0
          : flag.will | (will.qos << 3) | (will.retain ? flag.willRetain : 0)) |
        (password === undefined ? 0 : flag.password) |
        (userName === undefined ? 0 : flag.userName),
    )
    writer.uint16(packet.keepAliveSeconds)
    if (version === 5) writeProperties(writer, packet.properties)
    writeString(writer, packet.clientId)
    if (will !== undefined) writeWill(writer, will, version)
    if (userName !== undefined) writeString(writer, userName)
    if (password !== undefined) writeBinary(writer, password)
  },
}

function readVersion(reader: ByteReader): ProtocolVersion {
  const name = readString(reader)
  const level = reader.uint8()
  if (name === 'MQIsdp' && level === 3) return 3
  if (name === 'MQTT' && (level === 4 || level === 5)) return level
  if (name !== 'MQTT' && name !== 'MQIsdp') {
    throw new MalformedPacket(
      `the protocol is ${JSON.stringify(name)}, not MQTT`,
      reasonCode.unsupportedProtocolVersion,
    )
  }
  throw new MalformedPacket(
    `MQTT level ${level} is not one of 3, 4 and 5`,
    reasonCode.unsupportedProtocolVersion,
  )
}

function checkFlags(flags: number, version: ProtocolVersion): void {
  if (flags & 0x01) throw new MalformedPacket('the reserved flag of a CONNECT is set')
  const qos = (flags >> 3) & 3
  if (qos === 3) throw new MalformedPacket('the QoS of a will is 3')
  if (!(flags & flag.will) && flags & 0x38) {
    throw new MalformedPacket('a CONNECT without a will has the flags of one')
  }
  if (version < 5 && flags & flag.password && !(flags & flag.userName)) {
    throw new MalformedPacket('a password comes without a user name')
  }
}

function readWill(reader: ByteReader, flags: number, version: ProtocolVersion): Will {
  const properties = version === 5 ? readProperties(reader, 'will') : noProperties
  const topic = readString(reader)
  if (!isTopicName(topic)) {
    throw new MalformedPacket(`the will's topic is '${topic}'`, reasonCode.topicNameInvalid)
  }
  return {
    topic,
    payload: readBinary(reader),
    qos: ((flags >> 3) & 3) as Qos,
    retain: (flags & flag.willRetain) !== 0,
    properties,
  }
}

function writeWill(writer: ByteWriter, will: Will, version: ProtocolVersion): void {
  if (version === 5) writeProperties(writer, will.properties)
  writeString(writer, will.topic)
  writeBinary(writer, will.payload)
}
