/** The MQTT broker, as leat.yml says it. */
import { choice, integer, list, map, optional, part, text } from '../base/settings.ts'
import { tlsServerSetting } from '../base/tls/settings.ts'
import type { MqttLimits } from '../mqtt/index.ts'
import { hostNames } from './http-doors.ts'
import { address, principalRules } from './listener-settings.ts'

const routeSchema = part('The schema under which the JSON of MQTT messages goes into the topic.', {
  subject: optional(
    text({
      about: "The registry's subject, TO-value without it; its latest version is the schema.",
      example: 'temperatures-value',
    }),
  ),
  file: optional(
    text({
      about: 'A file with the schema, which is registered under the subject.',
      example: './temperature.avsc',
    }),
  ),
  format: optional(
    choice(
      {
        about:
          "The schema's language; without it the end of the file's name, or the registry, says so.",
        example: 'avro',
      },
      ['avro', 'json', 'protobuf'],
    ),
  ),
  errors: optional(
    text({
      about: 'The Kafka topic of messages that do not fit; without it they are refused.',
      example: 'bad-temperatures',
    }),
  ),
})

const mqttRoute = part('From MQTT topics to a Kafka topic; the first that fits is taken.', {
  from: text({ about: 'An MQTT topic filter.', example: 'plant/+/temperature' }),
  to: text({ about: 'The Kafka topic.', example: 'temperatures' }),
  schema: optional(routeSchema),
  key: optional(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the template is the user's.
    text({ about: 'The key of the records; without it they have none.', example: '"${topic[1]}"' }),
  ),
})

/** The compiler compares it with the door's own list. */
const mqttLimits: Record<keyof MqttLimits, true> = {
  connections: true,
  connectionsPerAddress: true,
  connectionRate: true,
  connectMs: true,
  packetBytes: true,
  receiveMaximum: true,
  topicAliases: true,
  topicBytes: true,
  topicLevels: true,
  inflight: true,
  queuedMessages: true,
  queuedBytes: true,
  unsentBytes: true,
  subscriptions: true,
  sessions: true,
  sessionExpirySeconds: true,
  retainedMessages: true,
  retainedBytes: true,
  topics: true,
  unconfirmedBytes: true,
  unconfirmedMessages: true,
  catchUpReaders: true,
  topicRefreshMs: true,
  positionMs: true,
  doorSilenceMs: true,
  garbageBytes: true,
  logWaitMs: true,
  closeMs: true,
}
const limitNames = Object.keys(mqttLimits).join(', ')

const mqttAuth = list(
  {
    about:
      'The ways in which clients say who they are; without it nobody is asked. A user is the same as at Kafka.',
    example: '[ password, certificate ]',
  },
  choice({ about: 'A way in.', example: 'password' }, [
    'password',
    'token',
    'certificate',
    'anonymous',
  ]),
)

const mqttListener = part('One address that MQTT clients connect to.', {
  bind: address('Where to listen; localhost is 127.0.0.1 and ::1.', 'localhost:1883'),
  auth: optional(mqttAuth),
  tokenUser: choice(
    {
      about:
        "Whether a user name beside a token must be the token's user (same), or is not looked at (any).",
      example: 'same',
      fallback: 'same',
    },
    ['same', 'any'],
  ),
  tls: optional(tlsServerSetting),
  principalMappingRules: principalRules,
  allowedHosts: hostNames(
    'Hosts whose pages may connect in browsers where no password or token is asked for; addresses, localhost and what leat.yml advertises are known.',
  ),
})

export const mqtt = part('The MQTT broker over the same log.', {
  listeners: list(
    {
      about: 'Where MQTT clients connect, by TCP or by WebSocket.',
      example: '[ { bind: localhost:1883 } ]',
      fallback: [mqttListener.read({ bind: 'localhost:1883' }, [], () => {})],
    },
    mqttListener,
  ),
  routes: list(
    {
      about: 'Where messages go; an MQTT topic a/b/c without a route is the Kafka topic a.b.c.',
      example: '[ { from: plant/+/temperature, to: temperatures } ]',
      fallback: [],
    },
    mqttRoute,
    ({ from }) => from,
  ),
  limits: map(
    { about: `Limits of the MQTT broker: ${limitNames}.`, example: '{ connections: 1000 }' },
    integer({ about: 'A limit.', example: '1000' }, 1, 2 ** 31 - 1),
    (name) =>
      Object.hasOwn(mqttLimits, name)
        ? undefined
        : `'${name}' is no limit of the MQTT broker; write one of ${limitNames}.`,
  ),
})
