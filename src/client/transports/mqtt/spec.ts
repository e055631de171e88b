/** The broker options of an MQTT service, in the spelling of version 3 files and in paho's of older ones. */
import type { ProtocolVersion, Qos } from '../../../protocols/mqtt/index.ts'
import type { MqttClientOptions } from '../../mqtt/index.ts'
import type { ServiceParameters } from '../../service/parameters.ts'
import {
  choiceAt,
  flagAt,
  mappingAt,
  numberAt,
  type Settings,
  textAt,
  wrong,
} from '../../service/values.ts'
import type { Surroundings } from '../transport.ts'
import { propertiesOf, propertyKeys } from './properties.ts'
import { qosAt } from './qos.ts'
import { mqttTlsOf } from './tls.ts'
import { willOf } from './will.ts'

export const specKeys = {
  qos: '0, 1 or 2, instead of what the consistency asks for.',
  protocol: 'MQTTv31, MQTTv311 (the default) or MQTTv5.',
  transport: 'tcp (the default) or websockets.',
  clean_session: 'Whether the broker forgets the session when the client goes (the default: true).',
  clean_start: 'MQTT 5: whether it forgets an earlier session when the client comes.',
  keepalive: 'Seconds between signs of life; 0 for none.',
  connection_timeout: 'Seconds that opening may take.',
  retain: 'Whether the broker keeps the last message for later subscribers.',
  max_inflight_messages: '{inflight}: so many may wait for their acknowledgement; 65535 for 0.',
  max_queued_messages: 'Of no consequence: publish waits where too much is on its way.',
  message_retry: 'Of no consequence: messages are sent again with a new connection.',
  ws_options: '{path, headers} of the WebSocket; the path is /mqtt by default.',
  tls: 'As the parameter tls, and cert_reqs and tls_version.',
  tls_insecure: '{value}: whether the name in the certificate is not looked at.',
  username_pw: '{username, password}.',
  will: '{topic, payload, qos or consistency, retain, delay_interval, …} with any parameter of a writer.',
  reconnect_delay: '{min_delay, max_delay} in seconds.',
  ...propertyKeys,
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

const versions = { MQTTv31: 3, MQTTv311: 4, MQTTv5: 5 } as const
const protocols = Object.keys(versions) as (keyof typeof versions)[]
const mostPacketIds = 0xffff
const defaultDelaySeconds = { min: 0.25, max: 10 }

export interface MqttSpec {
  readonly qos: Qos
  readonly retain: boolean
  readonly version: ProtocolVersion
  readonly client: MqttClientOptions
}

/** @throws InvalidArgumentError; what is unknown goes unheeded, with a warning. */
export function mqttSpecOf(parameters: ServiceParameters, surroundings: Surroundings): MqttSpec {
  const spec = inOneSpelling(parameters, surroundings)
  const version = mqttVersionOf(spec)
  const user = mappingAt(spec, 'username_pw')
  const web = mappingAt(spec, 'ws_options')
  const tls = mqttTlsOf(parameters.tls, spec)
  const inflight = numberAt(mappingAt(spec, 'max_inflight_messages'), 'inflight', 0)
  const keepAliveSeconds = numberAt(spec, 'keepalive', 0) ?? 60
  if (keepAliveSeconds > 0xffff) throw wrong('keepalive', keepAliveSeconds, '65535 at most')
  return {
    qos: qosAt({ qos: spec.qos }, parameters.consistency),
    version,
    retain: flagAt(spec, 'retain', false),
    client: {
      url: urlOf(parameters, spec, web, tls !== undefined),
      clientId: parameters.clientId,
      ...{ version, keepAliveSeconds, tls },
      cleanStart: isCleanAt(spec, version),
      connectTimeoutMs: (numberAt(spec, 'connection_timeout', 0) ?? 10) * 1000,
      userName: credentialAt(user, 'username'),
      password: credentialAt(user, 'password'),
      will: willOf(spec, surroundings.random),
      properties: propertiesOf(spec, version),
      reconnectDelayMs: reconnectDelayAt(mappingAt(spec, 'reconnect_delay')),
      ...(inflight === undefined ? {} : { mostInFlight: inflight || mostPacketIds }),
      headers: Object.fromEntries(
        Object.entries(mappingAt(web, 'headers')).map(([name, value]) => [name, String(value)]),
      ),
      ...surroundings,
    },
  }
}

/** @throws InvalidArgumentError */
export function mqttVersionOf(spec: Settings): ProtocolVersion {
  return versions[choiceAt(spec, 'protocol', protocols, 'MQTTv311')]
}

function inOneSpelling({ spec }: ServiceParameters, { logger }: Surroundings): Settings {
  return Object.fromEntries(
    Object.entries(spec).map(([key, value]) => {
      const name = pahoNames[key] ?? key
      if (!Object.hasOwn(specKeys, name)) {
        logger.warn('A broker option is not known and goes unheeded', { type: 'mqtt', option: key })
      }
      return [name, value]
    }),
  )
}

/** Each protocol has its own word for it, and refuses the other's, as paho does. */
function isCleanAt(spec: Settings, version: ProtocolVersion): boolean {
  const [word, others] =
    version === 5
      ? (['clean_start', 'clean_session'] as const)
      : (['clean_session', 'clean_start'] as const)
  if (spec[others] !== undefined && spec[others] !== null) {
    throw wrong(others, spec[others], `'${word}' instead, with this protocol`)
  }
  return flagAt(spec, word, true)
}

function urlOf({ brokers }: ServiceParameters, spec: Settings, web: Settings, isSecure: boolean) {
  if (choiceAt(spec, 'transport', ['tcp', 'websockets'], 'tcp') === 'tcp') {
    return `${isSecure ? 'mqtts' : 'tcp'}://${brokers[0]}`
  }
  const path = textAt(web, 'path', 'ws_options.path') ?? '/mqtt'
  return `${isSecure ? 'wss' : 'ws'}://${brokers[0]}${path.startsWith('/') ? '' : '/'}${path}`
}

function reconnectDelayAt(delay: Settings): { min: number; max: number } {
  const min = numberAt(delay, 'min_delay', 0) ?? defaultDelaySeconds.min
  const max = numberAt(delay, 'max_delay', 0) ?? defaultDelaySeconds.max
  return { min: min * 1000, max: Math.max(min, max) * 1000 }
}

/** Text, or its bytes; what is wrong with it is said without showing it. */
function credentialAt(user: Settings, key: string): string | undefined {
  const value = user[key]
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  throw wrong(`username_pw.${key}`, 'something else', 'some text')
}
