import { readFile } from 'node:fs/promises'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { MqttClientOptions } from '../../client/mqtt/index.ts'
import type { Options, ValuesOf } from '../../connect/kit/index.ts'

/** How a broker is reached, the same for both directions. */
export const connectionOptions = {
  'mqtt.server.uri': {
    type: 'string',
    about: 'The broker: tcp://HOST:1883, ssl://HOST:8883, ws:// or wss://.',
    importance: 'high',
    check: (uri: string) =>
      /^(tcp|mqtt|ssl|mqtts|ws|wss):\/\//.test(uri) && URL.canParse(uri)
        ? undefined
        : 'write an address such as tcp://HOST:1883',
  },
  'mqtt.qos': {
    type: 'int',
    default: '1',
    least: 0,
    most: 2,
    about: 'The quality of service: 0, 1 or 2.',
    importance: 'high',
  },
  'mqtt.client.id': {
    type: 'string',
    default: null,
    about: 'The name of this client at the broker; by default that of connector and task.',
    importance: 'medium',
  },
  'mqtt.username': {
    type: 'string',
    default: null,
    about: 'The user, if the broker asks for one.',
    importance: 'medium',
  },
  'mqtt.password': {
    type: 'password',
    default: null,
    about: 'The password of the user.',
    importance: 'medium',
  },
  'mqtt.ssl.ca.path': {
    type: 'string',
    default: null,
    about: 'A PEM file of authorities to trust; without one those of the system.',
    importance: 'low',
  },
  'mqtt.connect.timeout.seconds': {
    type: 'int',
    default: '30',
    least: 1,
    about: 'How long connecting may take.',
    importance: 'low',
  },
  'mqtt.keepalive.interval.seconds': {
    type: 'int',
    default: '60',
    least: 0,
    most: 65535,
    about: 'After which silence the connection is probed; 0 is never.',
    importance: 'low',
  },
} as const satisfies Options

interface Surroundings {
  readonly connector: string
  readonly task: number
  readonly values: ValuesOf<typeof connectionOptions>
  readonly clock: Clock
  readonly logger: Logger
}

export async function clientOptions({
  connector,
  task,
  values,
  clock,
  logger,
}: Surroundings): Promise<MqttClientOptions> {
  const authorities = values['mqtt.ssl.ca.path']
  return {
    url: values['mqtt.server.uri'],
    clientId: values['mqtt.client.id'] ?? `leat-${connector}-${task}`,
    userName: values['mqtt.username'],
    password: values['mqtt.password'],
    connectTimeoutMs: values['mqtt.connect.timeout.seconds'] * 1000,
    keepAliveSeconds: values['mqtt.keepalive.interval.seconds'],
    ...(authorities && { tls: { ca: await readFile(authorities) } }),
    ...{ clock, logger },
  }
}
