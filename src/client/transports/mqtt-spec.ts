/** The broker options of an MQTT service, in the spelling of version 3 files and in paho's of older ones. */
import { readFileSync } from 'node:fs'
import type { Random } from '../../base/random.ts'
import { MessageEncoder } from '../../formats/sinetstream/index.ts'
import { valueTypeByName } from '../../formats/values/index.ts'
import type { Properties, ProtocolVersion, Qos, Will } from '../../protocols/mqtt/index.ts'
import type { MqttClientOptions } from '../mqtt/index.ts'
import { codingOf } from '../service/index.ts'
import type { Consistency, ServiceParameters } from '../service/parameters.ts'
import { mqttTransportError } from './mqtt-errors.ts'
import type { Surroundings } from './transport.ts'

export const specKeys = {
  qos: '0, 1 or 2, instead of what the consistency asks for.',
  protocol: 'MQTTv31, MQTTv311 (the default) or MQTTv5.',
  transport: 'tcp (the default) or websockets.',
  clean_session: 'Whether the broker forgets the session when the client goes (the default: true).',
  clean_start: 'The same for MQTTv5.',
  keepalive: 'Seconds between signs of life.',
  connection_timeout: 'Seconds that opening may take.',
  retain: 'Whether the broker keeps the last message for later subscribers.',
  max_inflight_messages: '{inflight}: so many may wait for their acknowledgement.',
  max_queued_messages: '{queue_size}: taken as a bound of those on their way, too.',
  message_retry: 'Of no consequence: messages are sent again with a new connection.',
  ws_options: '{path, headers} of the WebSocket; the path is /mqtt by default.',
  tls: 'As the parameter tls.',
  tls_insecure: '{value}: whether the name in the certificate is not looked at.',
  username_pw: '{username, password}.',
  will: '{topic, payload, qos or consistency, retain, delay_interval, …} with any parameter of a writer.',
  reconnect_delay: '{min_delay, max_delay} in seconds.',
  session_expiry_interval: 'MQTT 5: seconds that the broker keeps the session.',
  receive_maximum: 'MQTT 5.',
  maximum_packet_size: 'MQTT 5.',
  topic_alias_maximum: 'MQTT 5.',
  request_response_info: 'MQTT 5.',
  request_problem_info: 'MQTT 5.',
  user_property: 'MQTT 5: {name: value}, of the connection.',
} as const

/** What paho calls them, in files of versions 1 and 2. */
const pahoNames: Readonly<Record<string, keyof typeof specKeys>> = {
  max_inflight_messages_set: 'max_inflight_messages',
  max_queued_messages_set: 'max_queued_messages',
  message_retry_set: 'message_retry',
  ws_set_options: 'ws_options',
  tls_set: 'tls',
  tls_insecure_set: 'tls_insecure',
  username_pw_set: 'username_pw',
  will_set: 'will',
  reconnect_delay_set: 'reconnect_delay',
}

const versions: Readonly<Record<string, ProtocolVersion>> = { MQTTv31: 3, MQTTv311: 4, MQTTv5: 5 }
const qosOf: Readonly<Record<Consistency, Qos>> = {
  AT_MOST_ONCE: 0,
  AT_LEAST_ONCE: 1,
  EXACTLY_ONCE: 2,
}

type Spec = Readonly<Record<string, unknown>>

export interface MqttSpec {
  readonly qos: Qos
  readonly retain: boolean
  readonly version: ProtocolVersion
  readonly client: MqttClientOptions
}

/** @throws InvalidArgumentError; what is unknown goes unheeded, with a warning. */
export function mqttSpecOf(parameters: ServiceParameters, surroundings: Surroundings): MqttSpec {
  const spec = inOneSpelling(parameters, surroundings)
  const version = versions[String(spec.protocol ?? 'MQTTv311')]
  if (version === undefined)
    throw wrong('protocol', spec.protocol, Object.keys(versions).join(', '))
  const qos = qosAt(spec, parameters.consistency)
  const user = mappingAt(spec, 'username_pw')
  const web = mappingAt(spec, 'ws_options')
  const delay = mappingAt(spec, 'reconnect_delay')
  const inflight = numberAt(mappingAt(spec, 'max_inflight_messages'), 'inflight')
  const clean = version === 5 ? spec.clean_start : spec.clean_session
  const tls = tlsOf(parameters, spec)
  return {
    qos,
    version,
    retain: spec.retain === true,
    client: {
      url: urlOf(parameters, spec, web, tls !== undefined),
      clientId: parameters.clientId,
      version,
      cleanStart: clean === undefined || clean === null || clean === true,
      keepAliveSeconds: numberAt(spec, 'keepalive') ?? 60,
      connectTimeoutMs: (numberAt(spec, 'connection_timeout') ?? 10) * 1000,
      userName: textAt(user, 'username'),
      password: textAt(user, 'password'),
      will: willOf(mappingAt(spec, 'will'), surroundings.random),
      properties: version === 5 ? propertiesOf(spec) : {},
      reconnectDelayMs: {
        min: (numberAt(delay, 'min_delay') ?? 0.25) * 1000,
        max: (numberAt(delay, 'max_delay') ?? 10) * 1000,
      },
      ...(inflight === undefined || inflight === 0 ? {} : { mostInFlight: inflight }),
      tls,
      headers: mappingAt(web, 'headers') as Record<string, string>,
      ...surroundings,
    },
  }
}

function inOneSpelling({ spec }: ServiceParameters, { logger }: Surroundings): Spec {
  return Object.fromEntries(
    Object.entries(spec).map(([key, value]) => {
      const name = pahoNames[key] ?? key
      if (!(name in specKeys)) {
        logger.warn('A broker option is not known and goes unheeded', { type: 'mqtt', option: key })
      }
      return [name, value]
    }),
  )
}

function qosAt(spec: Spec, consistency: Consistency): Qos {
  const { qos } = spec
  if (qos === undefined || qos === null) {
    const given = spec.consistency === undefined ? consistency : String(spec.consistency)
    return qosOf[given as Consistency] ?? 0
  }
  if (qos === 0 || qos === 1 || qos === 2) return qos
  throw wrong('qos', qos, '0, 1 or 2')
}

function urlOf({ brokers }: ServiceParameters, spec: Spec, web: Spec, isSecure: boolean): string {
  const transport = spec.transport ?? 'tcp'
  if (transport === 'tcp') return `${isSecure ? 'mqtts' : 'tcp'}://${brokers[0]}`
  if (transport !== 'websockets') throw wrong('transport', transport, 'tcp or websockets')
  return `${isSecure ? 'wss' : 'ws'}://${brokers[0]}${textAt(web, 'path') ?? '/mqtt'}`
}

function tlsOf({ tls }: ServiceParameters, spec: Spec): MqttClientOptions['tls'] {
  const own = spec.tls === undefined || spec.tls === true ? {} : mappingAt(spec, 'tls')
  if (tls === undefined && (spec.tls === undefined || spec.tls === false)) return undefined
  const insecure = mappingAt(spec, 'tls_insecure').value === true || tls?.checkHostname === false
  const file = (key: string) => {
    const path = textAt(own, key)
    return path === undefined ? undefined : readFileSync(path, 'latin1')
  }
  return {
    ca: tls?.ca ?? file('ca_certs'),
    cert: tls?.certificate ?? file('certfile'),
    key: tls?.key ?? file('keyfile'),
    ciphers: tls?.ciphers ?? textAt(own, 'ciphers'),
    // The chain is verified in any case; only the name in the certificate is let pass.
    ...(insecure ? { checkServerIdentity: () => undefined } : {}),
  }
}

/** What the broker sends when we are lost: a message as a writer writes it, its time not set. */
function willOf(will: Spec, random: Random): Will | undefined {
  const topic = textAt(will, 'topic')
  if (topic === undefined) return undefined
  const valueType =
    will.value_type ?? (typeof will.payload === 'string' ? 'text' : ('byte_array' as const))
  const value = valueTypeByName(String(valueType)).encode(
    (will.payload ?? Buffer.alloc(0)) as never,
  )
  const { bytes } = new MessageEncoder(codingOf(will), random).encode(value, 0)
  const delay = numberAt(will, 'delay_interval')
  return {
    topic,
    payload: bytes,
    qos: qosAt(will, 'AT_MOST_ONCE'),
    retain: will.retain === true,
    properties: delay === undefined ? {} : { willDelayInterval: delay },
  }
}

function propertiesOf(spec: Spec): Properties {
  const properties: Properties = {}
  const expiry = numberAt(spec, 'session_expiry_interval')
  if (expiry !== undefined) properties.sessionExpiryInterval = expiry
  const receiveMaximum = numberAt(spec, 'receive_maximum')
  if (receiveMaximum !== undefined) properties.receiveMaximum = receiveMaximum
  const packetSize = numberAt(spec, 'maximum_packet_size')
  if (packetSize !== undefined) properties.maximumPacketSize = packetSize
  const aliases = numberAt(spec, 'topic_alias_maximum')
  // We have no use for aliases of the broker's, so we allow none.
  if (aliases !== undefined) properties.topicAliasMaximum = 0
  const wantsResponse = spec.request_response_info
  if (typeof wantsResponse === 'boolean') properties.requestResponseInformation = wantsResponse
  const wantsProblem = spec.request_problem_info
  if (typeof wantsProblem === 'boolean') properties.requestProblemInformation = wantsProblem
  const pairs = Object.entries(mappingAt(spec, 'user_property'))
  if (pairs.length > 0) {
    properties.userProperties = pairs.map(([name, value]) => [name, String(value)])
  }
  return properties
}

function mappingAt(spec: Spec, key: string): Spec {
  const value = spec[key]
  if (value === undefined || value === null) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value as Spec
  throw wrong(key, value, 'a mapping')
}

function numberAt(spec: Spec, key: string): number | undefined {
  const value = spec[key]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' && value >= 0) return value
  throw wrong(key, value, 'a number of at least 0')
}

function textAt(spec: Spec, key: string): string | undefined {
  const value = spec[key]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw wrong(key, value, 'some text')
}

function wrong(key: string, value: unknown, wanted: string) {
  const isSecret = key === 'password'
  const shown = isSecret || typeof value === 'object' ? typeof value : JSON.stringify(value)
  return mqttTransportError('mqtt-spec', { key, value: shown, wanted })
}
