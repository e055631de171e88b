import { between, pick, type Random } from '../../../base/random.ts'
import {
  noProperties,
  type Packet,
  type Properties,
  type ProtocolVersion,
  type Qos,
  type ReasonCode,
  reasonCode,
  type Will,
} from '../index.ts'

type Make<Value> = (random: Random) => Value

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789 äß温度-_.'

function text(random: Random, longest = 12): string {
  return Array.from({ length: between(random, 1, longest) }, () => pick(random, [...letters])).join(
    '',
  )
}

const topic: Make<string> = (random) =>
  Array.from({ length: between(random, 1, 4) }, () => text(random, 5)).join('/')
const flag: Make<boolean> = (random) => random.next() < 0.5
const bytes: Make<Buffer> = (random) => random.bytes(between(random, 0, 40))
const qos: Make<Qos> = (random) => between(random, 0, 2) as Qos
const packetId: Make<number> = (random) => between(random, 1, 65_535)

/** The codes that the standard lists for each packet, or some of them. */
const reasons: Record<string, readonly ReasonCode[]> = {
  connack: [0x00, 0x80, 0x84, 0x85, 0x87, 0x8c, 0x97],
  puback: [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  pubrec: [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  pubrel: [0x00, 0x92],
  pubcomp: [0x00, 0x92],
  disconnect: [0x00, 0x04, 0x80, 0x81, 0x8b, 0x8d, 0x8e, 0x95, 0x98],
}

const values: { readonly [Name in keyof Properties]-?: Make<NonNullable<Properties[Name]>> } = {
  payloadFormatIndicator: flag,
  messageExpiryInterval: (random) => between(random, 0, 2 ** 32 - 1),
  contentType: text,
  responseTopic: topic,
  correlationData: bytes,
  subscriptionIdentifiers: (random) => [between(random, 1, 268_435_455)],
  sessionExpiryInterval: (random) => between(random, 0, 2 ** 32 - 1),
  assignedClientIdentifier: text,
  serverKeepAlive: (random) => between(random, 0, 65_535),
  authenticationMethod: text,
  authenticationData: bytes,
  requestProblemInformation: flag,
  willDelayInterval: (random) => between(random, 0, 2 ** 32 - 1),
  requestResponseInformation: flag,
  responseInformation: text,
  serverReference: text,
  reasonString: text,
  receiveMaximum: packetId,
  topicAliasMaximum: packetId,
  topicAlias: packetId,
  maximumQos: flag,
  retainAvailable: flag,
  userProperties: (random) =>
    Array.from({ length: between(random, 1, 3) }, (_, index) => [
      `p${index}${text(random)}`,
      text(random),
    ]),
  maximumPacketSize: (random) => between(random, 1, 2 ** 32 - 1),
  wildcardSubscriptionAvailable: flag,
  subscriptionIdentifiersAvailable: flag,
  sharedSubscriptionAvailable: flag,
}

function some(random: Random, names: readonly (keyof Properties)[]): Properties {
  const chosen: Record<string, unknown> = {}
  for (const name of names) if (flag(random)) chosen[name] = values[name](random)
  return chosen as Properties
}

const message = [
  'payloadFormatIndicator',
  'messageExpiryInterval',
  'contentType',
  'responseTopic',
  'correlationData',
  'userProperties',
] as const
const problem = ['reasonString', 'userProperties'] as const

function will(random: Random, version: ProtocolVersion): Will {
  return {
    topic: topic(random),
    payload: bytes(random),
    qos: qos(random),
    retain: flag(random),
    properties: version === 5 ? some(random, [...message, 'willDelayInterval']) : noProperties,
  }
}

/** Any packet that the standard allows in this version. */
export function randomPacket(random: Random, version: ProtocolVersion): Packet {
  const five = (names: readonly (keyof Properties)[]) =>
    version === 5 ? some(random, names) : noProperties
  const why = (type: string) =>
    version === 5 ? pick(random, reasons[type] ?? []) : reasonCode.success
  const makers: (() => Packet)[] = [
    () => ({
      type: 'connect',
      version,
      cleanStart: flag(random),
      keepAliveSeconds: between(random, 0, 65_535),
      clientId: text(random),
      ...(flag(random) ? { will: will(random, version) } : {}),
      ...(flag(random) ? { userName: text(random), password: bytes(random) } : {}),
      properties: five([
        'sessionExpiryInterval',
        'receiveMaximum',
        'maximumPacketSize',
        'topicAliasMaximum',
        'requestResponseInformation',
        'requestProblemInformation',
        'userProperties',
      ]),
    }),
    () => ({
      type: 'connack',
      sessionPresent: flag(random),
      code: version === 5 ? why('connack') : between(random, 0, 5),
      properties: five([
        'sessionExpiryInterval',
        'receiveMaximum',
        'retainAvailable',
        'maximumPacketSize',
        'assignedClientIdentifier',
        'topicAliasMaximum',
        ...problem,
        'wildcardSubscriptionAvailable',
        'subscriptionIdentifiersAvailable',
        'sharedSubscriptionAvailable',
        'serverKeepAlive',
        'responseInformation',
        'serverReference',
      ]),
    }),
    () => {
      const level = qos(random)
      return {
        type: 'publish',
        qos: level,
        retain: flag(random),
        duplicate: level > 0 && flag(random),
        topic: topic(random),
        packetId: level > 0 ? packetId(random) : 0,
        payload: random.bytes(between(random, 0, 300)),
        properties: five([...message, 'subscriptionIdentifiers', 'topicAlias']),
      }
    },
    ...(['puback', 'pubrec', 'pubrel', 'pubcomp'] as const).map((type) => () => ({
      type,
      packetId: packetId(random),
      reason: why(type),
      properties: five(problem),
    })),
    () => ({
      type: 'subscribe',
      packetId: packetId(random),
      properties: five(['subscriptionIdentifiers', 'userProperties']),
      subscriptions: Array.from({ length: between(random, 1, 4) }, () => ({
        filter: pick(random, [topic(random), '#', '+/a', `${topic(random)}/#`]),
        qos: qos(random),
        noLocal: version === 5 && flag(random),
        retainAsPublished: version === 5 && flag(random),
        retainHandling: (version === 5 ? between(random, 0, 2) : 0) as 0 | 1 | 2,
      })),
    }),
    () => ({
      type: 'suback',
      packetId: packetId(random),
      properties: five(problem),
      codes: Array.from({ length: between(random, 1, 4) }, () => pick(random, [0, 1, 2, 0x80])),
    }),
    () => ({
      type: 'unsubscribe',
      packetId: packetId(random),
      properties: five(['userProperties']),
      filters: Array.from({ length: between(random, 1, 4) }, () => topic(random)),
    }),
    () => ({
      type: 'unsuback',
      packetId: packetId(random),
      properties: five(problem),
      codes: version === 5 ? [0, 0x11] : [],
    }),
    () => ({ type: 'pingreq' }),
    () => ({ type: 'pingresp' }),
    () => ({
      type: 'disconnect',
      reason: why('disconnect'),
      properties: five(['sessionExpiryInterval', ...problem, 'serverReference']),
    }),
  ]
  return pick(random, makers)()
}
