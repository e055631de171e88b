import { ByteReader, ByteWriter } from '../../base/bytes.ts'
import { readBinary, readString, readVariableInteger, writeBinary, writeString } from './fields.ts'
import { MalformedPacket, protocolError } from './malformed-packet.ts'

/** MQTT 5, section 2.2.2.2, as data: everything about properties follows from this table. */
const table = [
  { id: 0x01, name: 'payloadFormatIndicator', type: 'flag', on: ['publish', 'will'] },
  { id: 0x02, name: 'messageExpiryInterval', type: 'uint32', on: ['publish', 'will'] },
  { id: 0x03, name: 'contentType', type: 'string', on: ['publish', 'will'] },
  { id: 0x08, name: 'responseTopic', type: 'string', on: ['publish', 'will'] },
  { id: 0x09, name: 'correlationData', type: 'binary', on: ['publish', 'will'] },
  { id: 0x0b, name: 'subscriptionIdentifiers', type: 'varints', on: ['publish', 'subscribe'] },
  {
    id: 0x11,
    name: 'sessionExpiryInterval',
    type: 'uint32',
    on: ['connect', 'connack', 'disconnect'],
  },
  { id: 0x12, name: 'assignedClientIdentifier', type: 'string', on: ['connack'] },
  { id: 0x13, name: 'serverKeepAlive', type: 'uint16', on: ['connack'] },
  { id: 0x15, name: 'authenticationMethod', type: 'string', on: ['connect', 'connack', 'auth'] },
  { id: 0x16, name: 'authenticationData', type: 'binary', on: ['connect', 'connack', 'auth'] },
  { id: 0x17, name: 'requestProblemInformation', type: 'flag', on: ['connect'] },
  { id: 0x18, name: 'willDelayInterval', type: 'uint32', on: ['will'] },
  { id: 0x19, name: 'requestResponseInformation', type: 'flag', on: ['connect'] },
  { id: 0x1a, name: 'responseInformation', type: 'string', on: ['connack'] },
  { id: 0x1c, name: 'serverReference', type: 'string', on: ['connack', 'disconnect'] },
  {
    id: 0x1f,
    name: 'reasonString',
    type: 'string',
    on: ['connack', 'acknowledgement', 'suback', 'unsuback', 'disconnect', 'auth'],
  },
  { id: 0x21, name: 'receiveMaximum', type: 'uint16', on: ['connect', 'connack'], notZero: true },
  { id: 0x22, name: 'topicAliasMaximum', type: 'uint16', on: ['connect', 'connack'] },
  { id: 0x23, name: 'topicAlias', type: 'uint16', on: ['publish'] },
  { id: 0x24, name: 'maximumQos', type: 'flag', on: ['connack'] },
  { id: 0x25, name: 'retainAvailable', type: 'flag', on: ['connack'] },
  {
    id: 0x26,
    name: 'userProperties',
    type: 'pairs',
    on: [
      'connect',
      'connack',
      'publish',
      'will',
      'acknowledgement',
      'subscribe',
      'suback',
      'unsubscribe',
      'unsuback',
      'disconnect',
      'auth',
    ],
  },
  {
    id: 0x27,
    name: 'maximumPacketSize',
    type: 'uint32',
    on: ['connect', 'connack'],
    notZero: true,
  },
  { id: 0x28, name: 'wildcardSubscriptionAvailable', type: 'flag', on: ['connack'] },
  { id: 0x29, name: 'subscriptionIdentifiersAvailable', type: 'flag', on: ['connack'] },
  { id: 0x2a, name: 'sharedSubscriptionAvailable', type: 'flag', on: ['connack'] },
] as const

interface ValueOf {
  flag: boolean
  uint16: number
  uint32: number
  string: string
  binary: Buffer
  varints: number[]
  pairs: [name: string, value: string][]
}

type Row = (typeof table)[number]
export type Properties = { -readonly [Each in Row as Each['name']]?: ValueOf[Each['type']] }
/** Where properties stand: a packet, the will inside a CONNECT, any of the four acknowledgements. */
export type PropertyPlace = Row['on'][number]

interface Definition {
  readonly id: number
  readonly name: string
  readonly type: keyof ValueOf
  readonly on: readonly string[]
  readonly notZero?: boolean
}

const definitions: readonly Definition[] = table
const byId = new Map(definitions.map((definition) => [definition.id, definition]))

export const noProperties: Readonly<Properties> = Object.freeze({})

export function readProperties(reader: ByteReader, place: PropertyPlace): Properties {
  const length = readVariableInteger(reader)
  if (length === 0) return {}
  const start = reader.position
  const bytes = reader.bytes(length)
  const inner = new ByteReader(reader.source, start, start + bytes.length)
  const found: Record<string, unknown> = {}
  while (inner.remaining > 0) readProperty(inner, place, found)
  return found as Properties
}

function readProperty(reader: ByteReader, place: PropertyPlace, found: Record<string, unknown>) {
  const id = readVariableInteger(reader)
  const definition = byId.get(id)
  if (definition === undefined) throw new MalformedPacket(`there is no property ${id}`)
  const { name, type } = definition
  if (!definition.on.includes(place)) throw protocolError(`a ${place} has no property ${name}`)
  const value = readValue(reader, type)
  if (type === 'pairs' || (type === 'varints' && place === 'publish')) {
    const all = found[name] as unknown[] | undefined
    if (all === undefined) found[name] = [value]
    else all.push(value)
    return
  }
  if (name in found) throw protocolError(`the property ${name} stands twice`)
  if (value === 0 && (definition.notZero || type === 'varints')) {
    throw protocolError(`the property ${name} is 0`)
  }
  found[name] = type === 'varints' ? [value] : value
}

function readValue(reader: ByteReader, type: keyof ValueOf): unknown {
  switch (type) {
    case 'flag':
      return readFlag(reader)
    case 'uint16':
      return reader.uint16()
    case 'uint32':
      return reader.uint32()
    case 'string':
      return readString(reader)
    case 'binary':
      return readBinary(reader)
    case 'varints':
      return readVariableInteger(reader)
    case 'pairs':
      return [readString(reader), readString(reader)]
  }
}

function readFlag(reader: ByteReader): boolean {
  const byte = reader.uint8()
  if (byte > 1) throw protocolError('a property that is 0 or 1 has another value')
  return byte === 1
}

export function writeProperties(writer: ByteWriter, properties: Readonly<Properties>): void {
  const inner = new ByteWriter(64)
  for (const { id, name, type } of definitions) {
    const value = (properties as Record<string, unknown>)[name]
    if (value !== undefined) writeProperty(inner, id, type, value)
  }
  writer.uvarint(inner.length)
  for (const part of inner.parts()) writer.bytes(part)
}

function writeProperty(writer: ByteWriter, id: number, type: keyof ValueOf, value: unknown): void {
  if (type === 'varints' || type === 'pairs') {
    for (const one of value as unknown[]) {
      writer.uint8(id)
      if (type === 'varints') writer.uvarint(one as number)
      else for (const text of one as [string, string]) writeString(writer, text)
    }
    return
  }
  writer.uint8(id)
  if (type === 'flag') writer.uint8(value ? 1 : 0)
  else if (type === 'uint16') writer.uint16(value as number)
  else if (type === 'uint32') writer.uint32(value as number)
  else if (type === 'string') writeString(writer, value as string)
  else writeBinary(writer, value as Buffer)
}
