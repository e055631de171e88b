import type { Properties } from '../../../protocols/mqtt/index.ts'
import { isMapping, numberAt, type Settings, textAt, wrong } from '../../service/values.ts'

const most16 = 0xffff
const most32 = 0xffff_ffff

/** The properties of a CONNECT of MQTT 5 by the names that paho gives them, how they are read, and what they are. */
const table = {
  session_expiry_interval: {
    name: 'sessionExpiryInterval',
    read: number(0, most32),
    says: 'seconds that the broker keeps the session after the connection.',
  },
  receive_maximum: {
    name: 'receiveMaximum',
    read: number(1, most16),
    says: 'so many messages of QoS 1 and 2 the broker sends without an acknowledgement.',
  },
  maximum_packet_size: {
    name: 'maximumPacketSize',
    read: number(1, most32),
    says: 'the broker sends no packet that has more bytes.',
  },
  topic_alias_maximum: {
    name: 'topicAliasMaximum',
    read: number(0, most16),
    says: 'so many topics the broker may abbreviate.',
  },
  request_response_info: {
    name: 'requestResponseInformation',
    read: flag,
    says: 'asks for response information.',
  },
  request_problem_info: {
    name: 'requestProblemInformation',
    read: flag,
    says: 'whether failures come with their reasons.',
  },
  user_property: {
    name: 'userProperties',
    read: pairs,
    says: '{name: value}, of the connection.',
  },
  auth_method: {
    name: 'authenticationMethod',
    read: textAt,
    says: 'the method of an authentication in one step.',
  },
  auth_data: {
    name: 'authenticationData',
    read: bytes,
    says: 'the bytes of that authentication.',
  },
} as const satisfies Record<string, Row>

interface Row {
  readonly name: keyof Properties
  readonly read: (spec: Settings, key: string) => unknown
  readonly says: string
}

type Key = keyof typeof table
const rows = Object.entries(table) as [Key, Row][]

export const propertyKeys = Object.fromEntries(
  rows.map(([key, { says }]) => [key, `MQTT 5: ${says}`]),
) as Record<Key, string>

/** @throws InvalidArgumentError, also for one that is given without MQTT 5. */
export function propertiesOf(spec: Settings, version: number): Properties {
  const properties: Record<string, unknown> = {}
  for (const [key, { name, read }] of rows) {
    const value = read(spec, key)
    if (value === undefined) continue
    if (version !== 5) throw wrong('protocol', spec.protocol ?? 'MQTTv311', `MQTTv5 for '${key}'`)
    properties[name] = value
  }
  return properties
}

function number(from: number, to: number) {
  return (spec: Settings, key: string) => {
    const value = numberAt(spec, key, from)
    if (value === undefined || (Number.isInteger(value) && value <= to)) return value
    throw wrong(key, value, `a whole number from ${from} to ${to}`)
  }
}

/** YAML's true and false, and the 1 and 0 of the wire. */
function flag(spec: Settings, key: string): boolean | undefined {
  const value = spec[key]
  if (value === undefined || value === null) return undefined
  if (value === true || value === 1) return true
  if (value === false || value === 0) return false
  throw wrong(key, value, 'true or false')
}

function pairs(spec: Settings, key: string): [string, string][] | undefined {
  const value = spec[key]
  if (value === undefined || value === null) return undefined
  if (!isMapping(value)) throw wrong(key, value, 'a mapping')
  return Object.entries(value).map(([name, one]) => [name, String(one)])
}

function bytes(spec: Settings, key: string): Buffer | undefined {
  const value = spec[key]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' || value instanceof Uint8Array) return Buffer.from(value)
  throw wrong(key, 'something else', 'bytes (!!binary) or text')
}
